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
  let [repeatedFrom, longestRepeat, previous] = [0, 0, value.charCodeAt(0)];
  // Random values change their kind at every other character: a branch would be guessed wrong as often.
  let [changes, previousKind, classes] = [0, NO_KIND, 0];
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at);
    const kind = code < 128 ? (KINDS[code] ?? OTHER) : OTHER;
    counts[code & 127] = (counts[code & 127] ?? 0) + 1;
    classes = (classes + (1 << (kind * CLASS_BITS))) | 0;
    changes += ((kind ^ previousKind) + NO_KIND) >> 3;
    previousKind = kind;
    if (code === previous) continue;
    longestRepeat = Math.max(longestRepeat, at - repeatedFrom);
    repeatedFrom = at;
    previous = code;
  }
  return {
    length,
    digits: classes & CLASS,
    lowers: (classes >> CLASS_BITS) & CLASS,
    uppers: (classes >> (2 * CLASS_BITS)) & CLASS,
    entropy: length === 0 ? 0 : Math.log2(length) - takeSurprise(value, length) / length + ROUNDING,
    longestRepeat: Math.max(longestRepeat, length - repeatedFrom),
    changes,
  };
}

/** The sum from which entropy follows. Leaves the counts at zero. */
function takeSurprise(value: string, length: number): number {
  let surprise = 0;
  for (let at = 0; at < length; at += 1) {
    const slot = value.charCodeAt(at) & 127;
    surprise += SURPRISES[counts[slot] ?? 0] ?? 0;
    counts[slot] = 0;
  }
  return surprise;
}

/** Three numbers up to `LONGEST_COUNTED` side by side, as one. */
const CLASS_BITS = 10;
const CLASS = (1 << CLASS_BITS) - 1;
/** Others are counted beyond those, where bits get lost. */
const [DIGIT, LOWER, UPPER, OTHER, NO_KIND] = [0, 1, 2, 3, 7];
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return DIGIT;
  if (code >= 97 && code <= 122) return LOWER;
  return code >= 65 && code <= 90 ? UPPER : OTHER;
});

/** No label of a name changes between small letters, capitals and digits as often as a random one. */
export function isScrambled({ changes, digits, uppers, length }: ValueShape): boolean {
  return length >= SHORTEST_SCRAMBLED && digits > 0 && uppers > 0 && changes > length * 0.4;
}

const SHORTEST_SCRAMBLED = 12;
