/** What can be said of a value by counting its characters once. */
export interface ValueShape {
  readonly length: number;
  readonly digits: number;
  readonly lowers: number;
  readonly uppers: number;
  /** Shannon entropy in bits a character. */
  readonly entropy: number;
  /** Longest repetition of one character. */
  readonly longestRepeat: number;
  /** How often the kind of character changes: digit, lower case, upper case, other. */
  readonly changes: number;
}

const LONGEST_COUNTED = 512;

/** n · log2(n): what a character that comes n times adds to the sum from which entropy follows. */
const SURPRISES = Float64Array.from({ length: LONGEST_COUNTED + 1 }, (_, count) => (count < 2 ? 0 : count * Math.log2(count)));
/** Sums of logarithms are off by a little; no threshold is missed for that. */
const ROUNDING = 1e-9;

/** How often each character came; all zeros between calls. */
const counts = new Uint16Array(128);

export function shapeOf(value: string): ValueShape {
  const length = Math.min(value.length, LONGEST_COUNTED);
  let [digits, lowers, uppers, surprise] = [0, 0, 0, 0];
  let [repeat, longestRepeat, previous, changes, previousKind] = [0, 0, -1, 0, -1];
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at);
    const count = counts[code & 127] ?? 0;
    counts[code & 127] = count + 1;
    surprise += (SURPRISES[count + 1] ?? 0) - (SURPRISES[count] ?? 0);
    const kind = code < 128 ? (KINDS[code] ?? OTHER) : OTHER;
    if (kind === DIGIT) digits += 1;
    else if (kind === LOWER) lowers += 1;
    else if (kind === UPPER) uppers += 1;
    if (kind !== previousKind) changes += 1;
    repeat = code === previous ? repeat + 1 : 1;
    if (repeat > longestRepeat) longestRepeat = repeat;
    previous = code;
    previousKind = kind;
  }
  for (let at = 0; at < length; at += 1) counts[value.charCodeAt(at) & 127] = 0;
  const entropy = length === 0 ? 0 : Math.log2(length) - surprise / length + ROUNDING;
  return { length, digits, lowers, uppers, entropy, longestRepeat, changes };
}

const [DIGIT, LOWER, UPPER, OTHER] = [0, 1, 2, 3];
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return DIGIT;
  if (code >= 97 && code <= 122) return LOWER;
  return code >= 65 && code <= 90 ? UPPER : OTHER;
});
