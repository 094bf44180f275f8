import { truncateText } from '@codex-proxy/redaction';
import { sizeAlone, TRUNCATION_KEY, TRUNCATION_MARK } from './truncation-mark.ts';

/** How much is kept of each part, tried in turn until the whole fits. */
const LIMITS = [16_384, 4_096, 1_024, 256, 64, 16].map((text) => ({ text, items: Math.ceil(text / 8), keys: Math.ceil(text / 4) + 8 }));

type Limits = (typeof LIMITS)[number];

/** Whether a payload has the key that only the store may set. */
export function readTruncated(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, TRUNCATION_KEY);
}

/** A redacted payload of `bytes`, cut until its JSON takes at most `maxBytes`. What is left always says that, and how large it was. */
export function shrink(value: unknown, bytes: number, maxBytes: number): string {
  for (const limits of LIMITS) {
    const text = marked(cut(value, limits), bytes);
    if (Buffer.byteLength(text) <= maxBytes) return text;
  }
  return sizeAlone(bytes);
}

function marked(value: unknown, bytes: number): string {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // Written by hand: an object would put keys such as "0" first.
  return `${TRUNCATION_MARK}{"bytes":${bytes}},${JSON.stringify(isObject ? value : { value }).slice(1)}`;
}

function cut(value: unknown, limits: Limits): unknown {
  if (typeof value === 'string') return truncateText(value, limits.text);
  if (Array.isArray(value)) return cutArray(value, limits);
  return typeof value === 'object' && value !== null ? cutObject(value, limits) : value;
}

function cutArray(items: readonly unknown[], limits: Limits): unknown[] {
  const kept = items.slice(0, limits.items).map((item) => cut(item, limits));
  return kept.length < items.length ? [...kept, `[+${items.length - kept.length} items]`] : kept;
}

function cutObject(value: object, limits: Limits): object {
  const fields = Object.entries(value) satisfies [string, unknown][];
  const kept = fields.slice(0, limits.keys).map(([key, field]): [string, unknown] => [truncateText(key, 256), cut(field, limits)]);
  if (kept.length < fields.length) kept.push(['…', `[+${fields.length - kept.length} keys]`]);
  return Object.fromEntries(kept);
}
