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

export function shapeOf(value: string): ValueShape {
  const length = Math.min(value.length, LONGEST_COUNTED);
  const counts = new Uint16Array(128);
  const kinds = [0, 0, 0, 0];
  let [repeat, longestRepeat, previous, changes, previousKind] = [0, 0, -1, 0, -1];
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at);
    counts[code & 127] = (counts[code & 127] ?? 0) + 1;
    const kind = kindOf(code);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (kind !== previousKind) changes += 1;
    repeat = code === previous ? repeat + 1 : 1;
    if (repeat > longestRepeat) longestRepeat = repeat;
    previous = code;
    previousKind = kind;
  }
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / length) * Math.log2(count / length);
  const [digits = 0, lowers = 0, uppers = 0] = kinds;
  return { length, digits, lowers, uppers, entropy, longestRepeat, changes };
}

function kindOf(code: number): 0 | 1 | 2 | 3 {
  if (code >= 48 && code <= 57) return 0;
  if (code >= 97 && code <= 122) return 1;
  return code >= 65 && code <= 90 ? 2 : 3;
}
