/** What stands where something was taken out. The grammar is closed, so that redacting twice changes nothing. */
const PLACEHOLDER = /^\[redacted:[a-z0-9_]{1,48}(?::[a-z]{1,16})?(?::\d{1,16})?\]$/;

/** The first characters of every placeholder. */
export const PLACEHOLDER_START = '[redacted:';

/** Stands for a secret or an item of personal data: `[redacted:github_token]`. */
export function secretPlaceholder(id: string): string {
  return `${PLACEHOLDER_START}${id}]`;
}

/** Stands for customer content: its kind and its length, `[redacted:content:string:57]`. */
export function contentPlaceholder(kind: 'string' | 'array' | 'object' | 'number', length: number): string {
  return `${PLACEHOLDER_START}content:${kind}:${length}]`;
}

/** Stands for bytes: `[redacted:binary:1024]`. */
export function binaryPlaceholder(byteLength: number): string {
  return `${PLACEHOLDER_START}binary:${byteLength}]`;
}

/** Stands for the rest of a text that takes too much work to search, unread: its length, `[redacted:dense_text:9437184]`. */
export function densePlaceholder(length: number): string {
  return `${PLACEHOLDER_START}dense_text:${length}]`;
}

/** Where such a placeholder ends that begins at `at`; -1 if none does. */
export function densePlaceholderEnd(text: string, at: number): number {
  DENSE.lastIndex = at;
  return DENSE.test(text) ? DENSE.lastIndex : -1;
}

const DENSE = /\[redacted:dense_text:\d{1,12}\]/y;
/** None is longer. */
export const LONGEST_DENSE_PLACEHOLDER = 48;

/** Stands for what could not be read or judged. Never holds any of it. */
export const FAILED = '[redacted:failed]';

/** Stands for a reference back to an enclosing object. */
export const CIRCULAR = '[redacted:circular]';

/** Stands for what lies deeper, or is more, than the walk goes through. */
export const TOO_DEEP = '[redacted:depth]';

export function isPlaceholder(text: string): boolean {
  return text.startsWith(PLACEHOLDER_START) && text.length <= 96 && PLACEHOLDER.test(text);
}
