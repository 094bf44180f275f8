/** A set of ASCII characters; everything beyond ASCII is outside. */
export type CharClass = Uint8Array;

/** Builds a class from a list as in a regular expression: `a-z0-9_`. A `-` at the start or the end is itself. */
export function charClass(list: string): CharClass {
  const members = new Uint8Array(128);
  for (let at = 0; at < list.length; at += 1) {
    const from = list.charCodeAt(at);
    const isRange = list[at + 1] === '-' && at + 2 < list.length;
    const to = isRange ? list.charCodeAt(at + 2) : from;
    if (to < from) throw new RangeError(`the range ${list.slice(at, at + 3)} is upside down`);
    members.fill(1, from, to + 1);
    if (isRange) at += 2;
  }
  return members;
}

export function complement(members: CharClass): CharClass {
  return members.map((member) => 1 - member);
}

/** The UTF-16 unit at a place, 0 outside the text. `charCodeAt` alone becomes slow for good once it is asked for a place outside. */
export function codeAt(text: string, at: number): number {
  return at >= 0 && at < text.length ? text.charCodeAt(at) : 0;
}

export function has(members: CharClass, code: number): boolean {
  return code < 128 && members[code] === 1;
}

export const ALPHANUMERIC = charClass('A-Za-z0-9');
export const DIGIT = charClass('0-9');
/** What tokens, keys and hashes are written in, whatever their alphabet. */
export const TOKEN = charClass('A-Za-z0-9_+/=.~-');
export const BASE64 = charClass('A-Za-z0-9_+/=-');
/** What is padded ends there, and what stands behind an equal sign is not part of a name before it. */
export const BASE64_BODY = charClass('A-Za-z0-9_+/-');
export const SPACE = charClass(' \t');
export const QUOTE = charClass('"\'`');
export const ANY = new Uint8Array(128).fill(1);

/** End of the run of `members` that starts at `from`, at most `limit`. */
export function runEnd(text: string, from: number, members: CharClass, limit: number): number {
  const end = limit < text.length ? limit : text.length;
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code > 127 || members[code] === 0) break;
    at += 1;
  }
  return at;
}

/** Start of the run of `members` that ends before `to`, at least `floor`. */
export function runStart(text: string, to: number, members: CharClass, floor: number): number {
  let at = to;
  while (at > floor) {
    const code = text.charCodeAt(at - 1);
    if (code > 127 || members[code] === 0) break;
    at -= 1;
  }
  return at;
}
