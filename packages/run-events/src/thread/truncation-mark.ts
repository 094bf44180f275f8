/** First key of a payload that was cut. */
export const TRUNCATION_KEY = '_truncated';

/** How the JSON of such a payload begins. */
export const TRUNCATION_MARK = `{"${TRUNCATION_KEY}":`;

/** Whether a stored payload was cut. */
export function isTruncated(stored: string): boolean {
  return stored.startsWith(TRUNCATION_MARK);
}

/** Stands for a payload that was too large to be looked at. */
export function sizeAlone(bytes: number): string {
  return `${TRUNCATION_MARK}{"bytes":${bytes}}}`;
}
