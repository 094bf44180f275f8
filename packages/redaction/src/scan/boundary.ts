import { ALPHANUMERIC, codeAt, has } from './char-class.ts';

const BACKSLASH = 92;
const PERCENT = 37;

/**
 * Whether a word can start at `at`: at the start of the text, after anything that is not a letter or digit, or after what only looks
 * like one: the letter of an escape (`\n`, `\u0022`) or the digits of a percent code (`%3D`).
 */
export function startsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = codeAt(text, at - 1);
  if (!has(ALPHANUMERIC, before)) return true;
  if (at >= 2 && codeAt(text, at - 2) === BACKSLASH) return true;
  if (at >= 3 && codeAt(text, at - 3) === PERCENT) return true;
  return at >= 6 && codeAt(text, at - 6) === BACKSLASH && (codeAt(text, at - 5) | 32) === 117;
}
