import type { RunEventContentMode } from '@codex-proxy/contracts';
import { truncateText, type Profile, type Redactor } from '@codex-proxy/redaction';
import { readTruncated, shrink } from './shrink.ts';
import { TRUNCATION_KEY } from './truncation-mark.ts';

export const PREVIEW_CHARS = 2_048;
const PIECE_CHARS = 4_096;
const PREVIEW_SUFFIX = '_preview';
const PREVIEW_HINT = `${PREVIEW_SUFFIX}"`;
/** Texts that may be long in every mode, with what is kept of them. */
const MESSAGE_LIMITS: Readonly<Record<string, number>> = { message: 2_048, stack: 4_096 };

export interface PayloadOptions {
  readonly redactor: Redactor;
  readonly content: RunEventContentMode;
  readonly maxBytes: number;
}

/** What is stored of a payload: redacted by the profile of the mode, its previews cut or left out, no larger than allowed. */
export function redactPayload(text: string, type: string, { redactor, content, maxBytes }: PayloadOptions): string {
  const profile: Profile = content === 'none' ? 'log' : 'archive';
  const parsed: unknown = JSON.parse(text);
  let value = text.includes(PREVIEW_HINT) ? withPreviews(parsed, content, redactor) : parsed;
  value = redactor.value(value, profile);
  if (type === 'error') value = withShortMessages(value);
  if (readTruncated(value)) value = withoutKey(value);
  const stored = value === parsed ? text : JSON.stringify(value);
  // A UTF-16 unit has at most three bytes in UTF-8.
  if (stored.length * 3 <= maxBytes) return stored;
  const bytes = Buffer.byteLength(stored);
  return bytes <= maxBytes ? stored : shrink(value, bytes, maxBytes);
}

function withPreviews(value: unknown, content: RunEventContentMode, redactor: Redactor): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withPreviews(item, content, redactor));
  if (typeof value !== 'object' || value === null) return value;
  const kept: [string, unknown][] = [];
  for (const [key, field] of Object.entries(value) satisfies [string, unknown][]) {
    if (!key.endsWith(PREVIEW_SUFFIX)) kept.push([key, withPreviews(field, content, redactor)]);
    else if (content === 'preview') kept.push([key, previewOf(String(field), lengthBeside(value, key), redactor)]);
  }
  return Object.fromEntries(kept);
}

/** What the text was before anything was cut from it: `output_chars` beside `output_preview`. */
function lengthBeside(value: object, key: string): number {
  const length: unknown = Reflect.get(value, key.replace(/_preview$/, '_chars'));
  return typeof length === 'number' ? length : 0;
}

/** The text is redacted piece by piece until there is enough of it: the cut is in what is redacted already. */
function previewOf(text: string, length: number, redactor: Redactor): string {
  const stream = redactor.stream('archive');
  let redacted = '';
  let at = 0;
  for (; at < text.length && redacted.length <= PREVIEW_CHARS; at += PIECE_CHARS) redacted += stream.push(text.slice(at, at + PIECE_CHARS));
  const isWhole = at >= text.length && length <= text.length;
  // What is held back of a text that goes on could be half a secret.
  if (isWhole) redacted += stream.end();
  const kept = truncateText(redacted, PREVIEW_CHARS).replace(/… \[\+\d+\]$/, '…');
  return isWhole || kept.endsWith('…') ? kept : `${kept}…`;
}

function withShortMessages(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value) satisfies [string, unknown][];
  const isLong = ([key, field]: [string, unknown]): boolean =>
    typeof field === 'string' && field.length > (MESSAGE_LIMITS[key] ?? Infinity);
  if (!fields.some(isLong)) return value;
  return Object.fromEntries(
    fields.map(([key, field]) => [key, typeof field === 'string' ? truncateText(field, MESSAGE_LIMITS[key] ?? Infinity) : field]),
  );
}

/** The key says that the store has cut something: nobody else may. */
function withoutKey(value: object): unknown {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== TRUNCATION_KEY));
}
