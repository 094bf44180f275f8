import { ALPHANUMERIC, charClass, codeAt, DIGIT, has } from '../scan/char-class.ts';
import { IBAN_COUNTRIES, ibanLengthOf, isIban } from './checksum.ts';
import type { PatternStart } from './rule.ts';
import { isSeparator } from './separator.ts';

/** The letters of each country before a digit, by the first of them; a word must begin there. */
export const IBAN_STARTS: readonly PatternStart[] = [...new Set(IBAN_COUNTRIES.map((country) => country.charAt(0)))].map((first) => ({
  before: charClass(first),
  first: charClass(
    IBAN_COUNTRIES.filter((country) => country.startsWith(first))
      .map((country) => country.charAt(1))
      .join(''),
  ),
  second: DIGIT,
  lead: 1,
}));

/** Whether what begins in small letters may be an IBAN: a hash in hexadecimal digits has letters among them. */
export function isPlainIban(written: string): boolean {
  return !/^[a-f]/.test(written) || !/[a-f]/.test(written.slice(2)) || /[g-z]/i.test(written.slice(2));
}

/** Small letters before a digit: those of a country are in every text, and would be asked for too often. */
export const SMALL_IBAN_STARTS: readonly PatternStart[] = [{ before: charClass('a-z'), first: DIGIT, second: DIGIT, lead: 2 }];

/** Whether an IBAN starts at `start`. */
export function isIbanStart(text: string, start: number, floor: number): boolean {
  if (start > floor && has(ALPHANUMERIC, codeAt(text, start - 1)) && codeAt(text, start - 2) !== 92) return false;
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
