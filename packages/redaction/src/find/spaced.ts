import { words } from '../keys/words.ts';
import { ALPHANUMERIC, charClass, codeAt, complement, DIGIT, has, QUOTE, runEnd, runStart } from '../scan/char-class.ts';
import type { Detector, Found } from '../scan/detector.ts';
import { judged, mayBeSecret, type Judges } from './judgement.ts';
import { judgedLength, judgeKeyBefore } from './key-before.ts';
import { effortOfLength } from './key-effort.ts';
import { isIdentifierShaped, isTechnical } from './reference.ts';
import { looksRandom } from './secret-value.ts';
import { signedEnd } from './signed-value.ts';
import { valueAfter, type ValuePlace } from './value-after.ts';
import { lengthOfValue } from './value-effort.ts';

const KEY = charClass('A-Za-z0-9_.:-');

/** `token abc…`, `the API key is abc…`, `ENV DB_PASSWORD abc…`: only words stand between. The value must look random. */
export function createSpacedDetector({ keys, knownFormat }: Judges): Detector {
  /** `#define DB_PASS "…"`, `setx API_KEY "…"`: nobody writes prose so. */
  function compoundValue(text: string, keyEnd: number, floor: number, value: ValuePlace): Found | undefined {
    const verdict = judgeKeyBefore(text, keyEnd, floor, keys);
    return verdict !== undefined && mayBeSecret(verdict) ? judged(knownFormat, text, value, verdict) : undefined;
  }

  return {
    triggers: ['token ', 'key ', 'secret ', 'passwd ', 'password ', 'pass ', 'pwd ', 'credential ', 'passphrase ', 'pw '].map(
      (literal) => ({
        literal,
        ignoreCase: true,
      }),
    ),
    startsWord: false,
    effort: { inVain: 10, closer: effortAt },
    find(text, at, floor) {
      const keyEnd = runEnd(text, at, KEY, at + 16);
      if (isWordBehind(text, keyEnd)) return undefined;
      const spaced = LINKING.exec(text.slice(keyEnd, keyEnd + 24));
      const opener = keyEnd + (spaced?.[0].length ?? 0);
      const first = codeAt(text, opener);
      if (opener === keyEnd || first < 33 || first === 45 || !has(VALUE_START, first)) return undefined;
      if (has(QUOTE, codeAt(text, opener - 1)) && isCompoundKey(text, at, keyEnd, floor))
        return compoundValue(text, keyEnd, floor, valueAfter(text, opener - 1));
      const bare = valueAfter(text, opener);
      const signed = bare.setting === 'bare' && isPassword(text, at) ? signedEnd(text, keyEnd, bare.start, floor) : -1;
      const value = signed > bare.end ? { ...bare, end: signed, tail: undefined } : bare;
      const length = value.end - value.start;
      if (isQuotedPassword(text, keyEnd, opener, value)) {
        const verdict = judgeKeyBefore(text, keyEnd, floor, keys);
        return verdict?.type === 'password' ? judged(knownFormat, text, { ...value, setting: 'quoted' }, verdict) : undefined;
      }
      if (
        length < (spaced?.[1] === undefined ? 8 : 6) ||
        !hasDigitAndLetter(text, value.start, Math.min(value.end, value.start + LONGEST_JUDGED))
      )
        return undefined;
      const verdict = judgeKeyBefore(text, keyEnd, floor, keys);
      if (verdict === undefined || !mayBeSecret(verdict)) return undefined;
      const written = text.slice(value.start, Math.min(value.end, value.start + LONGEST_JUDGED));
      const isPlausible =
        verdict.type === 'password'
          ? /^\S+$/.test(written) && !isTechnical(written) && !(NEXT_FIELD.test(written) && isGiven(text, keyEnd, floor))
          : length >= 16 && (verdict.kind === 'secret' || !isIdentifierShaped(written)) && looksRandom(written);
      return isPlausible ? judged(knownFormat, text, { ...value, setting: 'bare' }, verdict) : undefined;
    },
  };
}

/** `result=bad_password session=0f3a`: the word is what another name says, and what stands behind has a name of its own. */
function isGiven(text: string, keyEnd: number, floor: number): boolean {
  const start = runStart(text, keyEnd, KEY, Math.max(floor, keyEnd - 64));
  return start > floor && codeAt(text, start - 1) === EQUAL;
}

const EQUAL = 61;
const NEXT_FIELD = /^[a-z_]{3,24}=/;

/** Most often another word follows, and that is all. */
function effortAt(text: string, at: number, floor: number): number {
  const keyEnd = runEnd(text, at, KEY, at + 16);
  const length = isWordBehind(text, keyEnd) ? 0 : lengthOfValue(text, keyEnd);
  if (length === 0) return 0;
  return 30 + length * 3 + effortOfLength(judgedLength(text, keyEnd, floor));
}

/** The beginning of a long value says what it is. */
const LONGEST_JUDGED = 160;

/** Of the words that are looked for, those for passwords begin so. */
function isPassword(text: string, at: number): boolean {
  return (codeAt(text, at) | 32) === LETTER_P;
}

const LETTER_P = 112;

/** `the password is "…"`: what is quoted behind `is` need not look random. */
function isQuotedPassword(text: string, keyEnd: number, opener: number, { start, end }: ValuePlace): boolean {
  const quote = codeAt(text, opener - 1);
  return (
    (quote === 34 || quote === 39) && codeAt(text, end) === quote && end - start >= 5 && text.startsWith(' is ', keyEnd) && start === opener
  );
}

/** Whether the word is the end of a name such as `DB_PASS` or `storePassword`, or a keyword such as `:password`. */
function isCompoundKey(text: string, at: number, keyEnd: number, floor: number): boolean {
  const start = runStart(text, keyEnd, KEY, Math.max(floor, keyEnd - 64));
  const before = codeAt(text, start - 1);
  if (start >= at) return false;
  return codeAt(text, start) === COLON
    ? before <= 32 || before === CURLY
    : before <= 32 && /[_-]|[a-z][A-Z]/.test(text.slice(start, keyEnd));
}

const CURLY = 123;
const COLON = 58;

/** Most often another word follows: a value does not, unless it is `is` or the like. */
function isWordBehind(text: string, keyEnd: number): boolean {
  const start = keyEnd + 1;
  const end = runEnd(text, start, LETTER, start + 12);
  return end - start > 5 ? codeAt(text, end) === 32 : end - start > 1 && codeAt(text, end) === 32 && !LINKS.has(text.slice(start, end));
}

const LETTER = charClass('A-Za-z');
const LINKS: ReadonlySet<string> = words('is was are to of value set');
const LINKING = /^ {1,3}(?:(is|was|are|to|of|value|set to)(?: |: ?))?["'`(]?(?=\S)/;
const VALUE_START = complement(charClass('"\'`()<>[]{}|,;:=&'));

function hasDigitAndLetter(text: string, start: number, end: number): boolean {
  let [digits, letters] = [0, 0];
  for (let at = start; at < end; at += 1) {
    const code = codeAt(text, at);
    if (has(DIGIT, code)) digits += 1;
    else if (has(ALPHANUMERIC, code)) letters += 1;
  }
  return digits > 0 && letters > 0;
}
