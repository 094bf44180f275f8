import { BASE64, runEnd, runStart } from '../scan/char-class.ts';

/** `sha512-…==` of a lock file, `SHA256:…` of a key, `h1:…=` of a module: as long as such a digest is. A token behind a name like `auth1:` is none. */
const DIGEST =
  /(?<![A-Za-z0-9])(?:sha1[-:][A-Za-z0-9+/]{27}|(?:sha256[-:]|h1:)[A-Za-z0-9+/]{43}|sha384[-:][A-Za-z0-9+/]{64}|sha512[-:][A-Za-z0-9+/]{86})={0,2}$/i;
const LONGEST = 96;
const LONGEST_NAME = 8;

/** Whether a place is in a digest that says what it is: among so many random characters some look like the beginning of a token. */
export function isInDigest(text: string, at: number, floor: number): boolean {
  const start = runStart(text, at, BASE64, Math.max(floor, at - LONGEST));
  return DIGEST.test(text.slice(Math.max(floor, start - LONGEST_NAME), runEnd(text, at, BASE64, start + LONGEST)));
}
