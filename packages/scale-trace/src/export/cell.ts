import type { RowRedaction } from './redaction.ts';

const FAILED = '[redacted:failed]';
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON for a value that was redacted, or that nothing was found in. */
export function encodeCell(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      return encodeReal(value);
    case 'string':
      return JSON.stringify(value);
    default:
      return value === null ? 'null' : JSON.stringify(FAILED);
  }
}

/** JSON has no infinity; a number too large for any reader to hold is one. */
function encodeReal(value: number): string {
  return Number.isFinite(value) ? JSON.stringify(value) : value > 0 ? '9e999' : '-9e999';
}

/** An integer that a double cannot hold keeps all its digits. */
export function encodeLargeInteger(value: bigint, redaction: RowRedaction): string {
  const digits = String(value);
  const redacted = redaction.text(digits);
  return redacted === digits ? digits : JSON.stringify(redacted);
}

/** Bytes that are text are judged as text, and kept as `{"$blob":"<base64>"}`; others cannot be judged, and only their length is kept. */
export function encodeBlob(bytes: Uint8Array, redaction: RowRedaction): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return JSON.stringify(`[redacted:blob:${bytes.length}]`);
  }
  return JSON.stringify({ $blob: Buffer.from(redaction.text(text)).toString('base64') });
}
