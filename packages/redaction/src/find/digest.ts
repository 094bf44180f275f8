import { BASE64, runStart } from '../scan/char-class.ts';

/** `sha512-…==`, as lock files have it. */
const NAME_IN_RUN = /^sha(?:1|256|384|512)-/;
/** `SHA256:…` of a key, `h1:…` of a module. */
const NAME_BEFORE_RUN = /(?:SHA(?:1|256|384|512)|h1):$/i;
const LONGEST = 96;

/** Whether a place is in a digest that says what it is: among so many random characters some look like the beginning of a token. */
export function isInDigest(text: string, at: number, floor: number): boolean {
  const start = runStart(text, at, BASE64, Math.max(floor, at - LONGEST));
  return NAME_IN_RUN.test(text.slice(start, start + 7)) || NAME_BEFORE_RUN.test(text.slice(Math.max(floor, start - 7), start));
}
