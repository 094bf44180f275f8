import { ALPHANUMERIC, charClass, codeAt, has, runEnd, runStart } from './char-class.ts';

const BACKSLASH = 92;
const PERCENT = 37;
const LETTER_M = 109;
const SQUARE = 91;
const ESCAPE = 27;
const COLOUR = charClass('0-9;');

/**
 * Whether a word can start at `at`: at the start of the text, after anything that is not a letter or digit, or after what only looks
 * like one: the letter of an escape (`\n`, `\u0022`), the digits of a percent code (`%3D`) or the end of a colour of a terminal.
 */
export function startsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = codeAt(text, at - 1);
  if (!has(ALPHANUMERIC, before)) return true;
  if (at >= 2 && codeAt(text, at - 2) === BACKSLASH) return true;
  if (at >= 3 && codeAt(text, at - 3) === PERCENT) return true;
  if (before === LETTER_M && colourStart(text, at) < at) return true;
  return at >= 6 && codeAt(text, at - 6) === BACKSLASH && (codeAt(text, at - 5) | 32) === 117;
}

/** Where the code begins that colours what a terminal shows, if one ends at `at`; else `at`. */
export function colourStart(text: string, at: number): number {
  if (codeAt(text, at - 1) !== LETTER_M) return at;
  const start = runStart(text, at - 1, COLOUR, Math.max(0, at - 12));
  return codeAt(text, start - 1) === SQUARE && codeAt(text, start - 2) === ESCAPE ? start - 2 : at;
}

/** Where the code ends that begins at `at`; `at` if none does. */
export function colourEnd(text: string, at: number): number {
  if (codeAt(text, at) !== ESCAPE || codeAt(text, at + 1) !== SQUARE) return at;
  const end = runEnd(text, at + 2, COLOUR, at + 12);
  return codeAt(text, end) === LETTER_M ? end + 1 : at;
}
