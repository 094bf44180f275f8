import { startsWord } from '../scan/boundary.ts';
import { ALPHANUMERIC, charClass, codeAt, DIGIT, has } from '../scan/char-class.ts';
import { IBAN_COUNTRIES, ibanLengthOf, isIban } from './checksum.ts';
import { REACH_OF_NUMBERS, type PatternStart, type RulePattern } from './rule.ts';
import { isSeparator, SEPARATORS } from './separator.ts';

/** The letters of each country before a digit, by the first of them; a word must begin there. */
const IBAN_STARTS: readonly PatternStart[] = lettersOf(0).map((first) => ({
  before: charClass(first),
  first: charClass(IBAN_COUNTRIES.flatMap((country) => (country.startsWith(first) ? [country.charAt(1)] : [])).join('')),
  second: DIGIT,
}));

/** The same in small letters, before two digits: there are letters in every text, and few digits behind them. */
const SMALL_IBAN_STARTS: readonly PatternStart[] = lettersOf(1).map((second) => ({
  earlier: charClass(
    IBAN_COUNTRIES.flatMap((country) => (country.endsWith(second) ? [country.charAt(0)] : []))
      .join('')
      .toLowerCase(),
  ),
  before: charClass(second.toLowerCase()),
  first: DIGIT,
  second: DIGIT,
}));

function lettersOf(place: number): readonly string[] {
  return [...new Set(IBAN_COUNTRIES.map((country) => country.charAt(place)))];
}

export const IBAN_PATTERN = ibanPattern('A-Z', IBAN_STARTS, 1, 40);
export const SMALL_IBAN_PATTERN = ibanPattern('a-z', SMALL_IBAN_STARTS, 2, 24);

/** Whether what begins in small letters may be a hash in hexadecimal digits: some countries do, and then letters stand among the digits. */
export function isHash(written: string): boolean {
  return /^[a-f]{2}(?=.*[a-f])[\da-f]+$/.test(written);
}

/**
 * @param letters Of the country, as a class has them.
 * @param lead How far behind its first letter an IBAN is seen.
 * @param inVain See `Effort`: most digits stand behind no country.
 */
function ibanPattern(letters: string, starts: readonly PatternStart[], lead: number, inVain: number): RulePattern {
  return {
    literals: [],
    starts: starts.map((start) => ({ ...start, lead })),
    reach: REACH_OF_NUMBERS,
    effort: { inVain },
    precheck: (text, at, floor) => isIbanStart(text, at - lead, floor),
    measure: ibanEnd,
    leads: { members: charClass(letters), max: lead },
    expression: new RegExp(`[${letters}]{2}\\d{2}(?:[${SEPARATORS}]?[A-Za-z0-9]){11}`),
  };
}

/** Whether an IBAN starts at `start`. */
function isIbanStart(text: string, start: number, floor: number): boolean {
  if (start > floor && !startsWord(text, start)) return false;
  if (!has(DIGIT, codeAt(text, start + 3))) return false;
  return ibanEnd(text, start) > 0;
}

/** End of the IBAN that starts at `start`, or -1. Its check digits are summed up as it is read (ISO 7064 MOD 97-10): many a word begins so. */
export function ibanEnd(text: string, start: number): number {
  const length = ibanLengthOf(codeAt(text, start), codeAt(text, start + 1));
  if (length === 0) return -1;
  let [count, head, headScale, remainder] = [0, 0, 1, 0];
  for (let at = start; at < start + 48; at += 1) {
    const code = codeAt(text, at);
    if (has(ALPHANUMERIC, code)) {
      const scale = code < 58 ? 10 : 100;
      if (count < HEAD) [head, headScale] = [head * scale + valueOf(code), headScale * scale];
      else remainder = (remainder * scale + valueOf(code)) % MODULUS;
      count += 1;
    } else if (!isSeparator(code)) return -1;
    if (count < length) continue;
    const isWhole = (remainder * headScale + head) % MODULUS === 1;
    return isWhole && !has(ALPHANUMERIC, codeAt(text, at + 1)) ? at + 1 : -1;
  }
  return -1;
}

/** The country and the check digits, which count as if they came last. */
const HEAD = 4;
const MODULUS = 97;

/** Letters have two digits, from 10 on. */
function valueOf(code: number): number {
  return code < 58 ? code - 48 : (code & 31) + 9;
}

/** A German account number with its check digits. */
export function ibanExample(account: string): string {
  for (let check = 2; check < 99; check += 1) {
    const iban = `DE${String(check).padStart(2, '0')}${account}`;
    if (isIban(iban)) return iban;
  }
  return '';
}
