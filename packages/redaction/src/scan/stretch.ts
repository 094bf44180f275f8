import type { CharClass } from './char-class.ts';

/** A stretch of a text as numbers. A scan asks for every character, and asking a string takes three times as long as asking an array. */
export class Stretch {
  /** `codes[at - origin]` is the character at `at`. Two before the stretch and one behind it are there as well, if the text has them. */
  readonly codes: Uint16Array;
  /** The same, two characters a number: `pairs[index]` is `codes[index * 2]` and the one behind it. */
  readonly pairs: Int32Array;
  origin = 0;
  /** Where the stretch ends in its text. */
  end = 0;
  #text = '';
  readonly #memory = Buffer.alloc((BEFORE + LONGEST_STRETCH + BEHIND + 1) * 2);

  constructor() {
    const { buffer, byteOffset, byteLength } = this.#memory;
    this.codes = new Uint16Array(buffer, byteOffset, byteLength / 2);
    this.pairs = new Int32Array(buffer, byteOffset, byteLength >> 2);
  }

  /** Whether the stretch is of this text, and goes over `at`. */
  isAt(text: string, at: number): boolean {
    return at < this.end && at >= this.origin + BEFORE && this.#text === text;
  }

  /** Lets go of the text. */
  clear(): void {
    this.#text = '';
    this.end = 0;
  }

  /** Reads from `from` on, at most so many characters as `LONGEST_STRETCH`. */
  read(text: string, from: number, length: number): void {
    const first = Math.max(0, from - BEFORE);
    this.#text = text;
    this.origin = from - BEFORE;
    this.end = Math.min(text.length, from + length);
    const last = Math.min(text.length, this.end + BEHIND);
    if (last - first > LONGEST_READ_SINGLY) this.#memory.write(text.slice(first, last), (first - this.origin) * 2, 'utf16le');
    else for (let at = first; at < last; at += 1) this.codes[at - this.origin] = text.charCodeAt(at);
  }

  /** End of the run of `members` that starts at `from`, no further than the stretch goes. */
  runEnd(from: number, members: CharClass): number {
    const { codes, origin, end } = this;
    let at = from;
    while (at < end && members[codes[at - origin] ?? 0] === 1) at += 1;
    return at;
  }
}

export const LONGEST_STRETCH = 2048;
const BEFORE = 2;
const BEHIND = 1;
/** A call into the platform takes as long as so many characters. */
const LONGEST_READ_SINGLY = 160;
