import type { RunEventContentMode } from '@codex-proxy/contracts';
import { encodePayload } from '../encode/encode-payload.ts';

/** Given on for a preview: far more than it keeps, for redaction may shorten it. */
const PREVIEW_SOURCE_CHARS = 16_384;

/** A text as an event has it: its length, and, if content is kept, its beginning. It is redacted and cut on the writer thread. */
export function contentOf<N extends string>(
  name: N,
  text: string,
  mode: RunEventContentMode,
): { readonly [K in `${N}_chars`]: number } & { readonly [K in `${N}_preview`]?: string };
export function contentOf(name: string, text: string, mode: RunEventContentMode): object {
  const length = { [`${name}_chars`]: text.length };
  return mode === 'none' ? length : { ...length, [`${name}_preview`]: text.slice(0, PREVIEW_SOURCE_CHARS) };
}

/** Any value as the text that it is measured and shown as. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : encodePayload(value);
}
