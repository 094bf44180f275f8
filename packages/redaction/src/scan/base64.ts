import { BASE64_BODY, codeAt, has, runEnd, runStart } from './char-class.ts';
import { LONGEST_STRETCH, Stretch } from './stretch.ts';
import type { Found } from './detector.ts';

/**
 * Looks for secrets inside base64: in `Authorization: Basic`, in Kubernetes secrets, in wrapped JSON. A run is decoded when the scan
 * has gone through it, and only what the scan left of it; a long one in windows that overlap by more than the longest ordinary secret.
 */
export interface Base64Search {
  /**
   * The first place from `at` on where a run of base64 characters may stand, or where less than a block is left. Looks at every
   * `BLOCK` characters of the whole, of which `offset` went before this text, and so meets every run of `SHORTEST` or more.
   */
  nextBlock(text: string, at: number, offset: number): number;
  /** The run, or its first window, around a place where one was met. */
  windowAround(text: string, at: number, floor: number): Base64Window;
  /** The window behind one, if the run goes on. */
  windowBehind(text: string, window: Base64Window): Base64Window | undefined;
  /** Whether a text has any run that could be decoded to text. */
  mayWrap(text: string): boolean;
  /** Whether a part of a text is decoded to be looked at. */
  mayHold(text: string, start: number, end: number): boolean;
  /** What is wrapped in such a part, if anything. */
  find(text: string, start: number, end: number): Found | undefined;
  /** Lets go of the text that was searched. */
  clear(): void;
}

export interface Base64Window {
  readonly start: number;
  readonly end: number;
}

export const BLOCK = 16;
const SHORTEST = 32;
export const WINDOW = 2048;
const OVERLAP = 512;
/** From the start of one window to that of the next. */
export const WINDOW_STEP = WINDOW - OVERLAP;
/** Bytes that tell whether a run is text. */
const SAMPLE = 36;

export function createBase64Search(firstType: (decoded: string) => string | undefined): Base64Search {
  const stretch = new Stretch();
  const ahead = new Stretch();
  return {
    nextBlock(text, at, offset) {
      const end = text.length - BLOCK;
      let block = at + ((BLOCK - ((offset + at) % BLOCK)) % BLOCK);
      while (block <= end) {
        if (!ahead.isAt(text, block)) ahead.read(text, block, LONGEST_STRETCH);
        const last = Math.min(end, ahead.end - BLOCK);
        for (; block <= last; block += BLOCK) if (mayBeBlock(ahead, block) && isBlock(text, block) && isLong(text, block)) return block;
        if (block <= end && block < ahead.end) ahead.read(text, block, LONGEST_STRETCH);
      }
      return block;
    },

    windowAround(text, at, floor) {
      const start = runStart(text, at, BASE64_BODY, Math.max(floor, at - BLOCK));
      return { start, end: runEnd(text, at, BASE64_BODY, start + WINDOW) };
    },

    windowBehind(text, { start, end }) {
      if (end < start + WINDOW) return undefined;
      stretch.read(text, end, WINDOW_STEP);
      const nextEnd = stretch.runEnd(end, BASE64_BODY);
      return nextEnd === end ? undefined : { start: end - OVERLAP, end: nextEnd };
    },

    mayWrap(text) {
      const end = text.length - BLOCK;
      for (let at = 0; at <= end; at += BLOCK) {
        if (!isBlock(text, at)) continue;
        const start = runStart(text, at, BASE64_BODY, at > BLOCK ? at - BLOCK : 0);
        if (isReadableStart(text, start) && runEnd(text, at, BASE64_BODY, text.length) - start >= SHORTEST) return true;
      }
      return false;
    },

    mayHold(text, start, end) {
      return end - start >= SHORTEST && isReadableStart(text, start);
    },

    find(text, start, end) {
      const type = wrappedType(text.slice(start, end), firstType);
      return type === undefined ? undefined : { start, end, type };
    },

    clear() {
      stretch.clear();
      ahead.clear();
    },
  };
}

/**
 * Whether all of a block lies between `+` and DEL, as base64 does, two characters at a time: what is less leaves a sign, what is more its own bits.
 * There is no way around asking, so it is done without a branch. Blocks are an even number of characters behind where the stretch was read from.
 */
function mayBeBlock({ pairs, origin }: Stretch, block: number): boolean {
  const at = (block - origin) >> 1;
  const beyond = (distance: number): number => (pairs[at + distance] ?? 0) - PLUS_TWICE;
  const any = beyond(0) | beyond(1) | beyond(2) | beyond(3) | beyond(4) | beyond(5) | beyond(6) | beyond(7);
  return (any & BEYOND_ASCII_TWICE) === 0;
}

const PLUS_TWICE = 0x2b_002b;
const BEYOND_ASCII_TWICE = 0xff80_ff80 | 0;

/** Whether a whole block is base64, far ends first: the words of prose are short, and most of their blocks end at a look or two. */
function isBlock(text: string, at: number): boolean {
  return (
    has(BASE64_BODY, text.charCodeAt(at + 8)) &&
    has(BASE64_BODY, text.charCodeAt(at + 4)) &&
    has(BASE64_BODY, text.charCodeAt(at + 12)) &&
    has(BASE64_BODY, text.charCodeAt(at)) &&
    has(BASE64_BODY, text.charCodeAt(at + 15)) &&
    runEnd(text, at + 1, BASE64_BODY, at + BLOCK) === at + BLOCK
  );
}

/** Whether the run around a block is so long that it is decoded. One that ends with the text may go on in the next piece. */
function isLong(text: string, block: number): boolean {
  const start = runStart(text, block, BASE64_BODY, Math.max(0, block - BLOCK));
  const end = runEnd(text, block + BLOCK, BASE64_BODY, start + SHORTEST);
  return end - start >= SHORTEST || end === text.length;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Uint8Array(128);
for (let value = 0; value < 64; value += 1) VALUES[ALPHABET.charCodeAt(value)] = value;
VALUES['-'.charCodeAt(0)] = 62;
VALUES['_'.charCodeAt(0)] = 63;

/** Whether the first six bytes are text, and not zeros alone. Nearly all identifiers and random tokens end here. */
function isReadableStart(text: string, start: number): boolean {
  if (text.startsWith(ZEROS, start)) return false;
  for (let group = start; group < start + 8; group += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [
      VALUES[codeAt(text, group)],
      VALUES[codeAt(text, group + 1)],
      VALUES[codeAt(text, group + 2)],
      VALUES[codeAt(text, group + 3)],
    ];
    if (!isText((a << 2) | (b >> 4)) || !isText(((b & 15) << 4) | (c >> 2)) || !isText(((c & 3) << 6) | d)) return false;
  }
  return true;
}

const ZEROS = 'AAAAAAAA';

/** ASCII text, or the zeros of UTF-16. */
function isText(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13 || byte === 0;
}

function wrappedType(run: string, firstType: (decoded: string) => string | undefined): string | undefined {
  const length = decode(run);
  if (!isReadable(Math.min(length, SAMPLE))) return undefined;
  const type = firstType(DECODED.toString('latin1', 0, withoutZeros(length)));
  return type === undefined ? undefined : `base64_${type}`;
}

/** What was decoded last: a buffer for each line of a file would take as long as its line does. */
const DECODED = Buffer.alloc(WINDOW);

/** How many bytes a run comes to. */
function decode(run: string): number {
  return DECODED.write(run, 'base64');
}

/** Moves what is not zero to the front: so many bytes are left. */
function withoutZeros(length: number): number {
  const zero = DECODED.indexOf(0);
  if (zero === -1 || zero >= length) return length;
  let left = zero;
  for (let at = zero; at < length; at += 1) {
    const byte = DECODED[at] ?? 0;
    if (byte === 0) continue;
    DECODED[left] = byte;
    left += 1;
  }
  return left;
}

/** UTF-32 of ASCII has so many; a run of nothing but zeros is no text. */
const MOST_ZEROS = 0.75;

/** Whether so many bytes are text: ASCII, or UTF-16 or UTF-32 of it. */
function isReadable(length: number): boolean {
  let [readable, zeros] = [0, 0];
  for (let at = 0; at < length; at += 1) {
    const byte = DECODED[at] ?? 0;
    if (isText(byte)) readable += 1;
    if (byte === 0) zeros += 1;
  }
  return readable >= length - 2 && zeros <= length * MOST_ZEROS + 2 && length > 8;
}
