import { ALPHANUMERIC, codeAt, DIGIT, has } from '../scan/char-class.ts';
import { hasLuhnDigit } from './checksum.ts';
import { isIssued, isIssuedWidely, isIssuer } from './issuer.ts';
import type { MatchPlace } from './rule.ts';
import { isSeparator } from './separator.ts';

/** End of the card number that starts at `start`, at most one separator between two digits; -1 if there is none. */
export function cardEnd(text: string, start: number): number {
  if (!mayBeCard(text, start)) return -1;
  const first = text.charCodeAt(start) - ZERO;
  let plain = 0;
  let doubled = 0;
  let count = 0;
  let differences = 0;
  let isBehindDigit = false;
  let wideEnd = -1;
  const limit = Math.min(text.length, start + LONGEST_WRITTEN);
  for (let at = start; at < limit; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      // The Luhn sum if this digit is the last, and if one more follows.
      const sum = doubled + digit;
      doubled = plain + (DOUBLED[digit] ?? 0);
      plain = sum;
      count += 1;
      differences |= digit ^ first;
      isBehindDigit = true;
      if (count >= FEWEST_DIGITS && plain % 10 === 0 && differences !== 0 && isNumberEnd(text, at + 1)) {
        const prefix = prefixAt(text, start);
        if (isIssued(prefix, count)) return at + 1;
        if (isIssuedWidely(prefix, count)) wideEnd = at + 1;
      }
      if (count === MOST_DIGITS) break;
    } else if (isBehindDigit && count > 1 && isCardSeparator(digit + ZERO)) isBehindDigit = false;
    else break;
  }
  return wideEnd;
}

/** What a digit adds to the sum in every second place: the digits of its double. */
const DOUBLED = Uint8Array.of(0, 2, 4, 6, 8, 1, 3, 5, 7, 9);

function prefixAt(text: string, start: number): number {
  let prefix = 0;
  for (let at = start, count = 0; count < PREFIX_DIGITS; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) continue;
    prefix = prefix * 10 + digit;
    count += 1;
  }
  return prefix;
}

const ZERO = 48;
const PREFIX_DIGITS = 6;
const FEWEST_DIGITS = 12;
const MOST_DIGITS = 19;
const LONGEST_WRITTEN = 40;

/** Where the number ended that was looked at last. */
let lastEnd = -1;

export function isCardAt(text: string, at: number): boolean {
  lastEnd = cardEnd(text, at);
  return lastEnd > 0;
}

/** What it takes to add a number up, and to judge where one stands that is a card's; not where a placeholder may have cut it to that. */
export function cardEffort(text: string, at: number, _floor: number, isLast: boolean): number {
  if (!mayBeCard(text, at)) return 0;
  const end = isLast ? lastEnd : cardEnd(text, at);
  return end > 0 && codeAt(text, end) !== SQUARE ? 70 : 8;
}

const SQUARE = 91;

/** A look at some characters: most numbers are none of any issuer, or end before. */
function mayBeCard(text: string, start: number): boolean {
  if (start + FEWEST_DIGITS > text.length) return false;
  return (
    isIssuer(text.charCodeAt(start) - ZERO, text.charCodeAt(start + 1) - ZERO) &&
    isInNumber(text.charCodeAt(start + 4)) &&
    isInNumber(text.charCodeAt(start + 9)) &&
    isInNumber(text.charCodeAt(start + FEWEST_DIGITS - 1))
  );
}

function isInNumber(code: number): boolean {
  return (code >= ZERO && code <= ZERO + 9) || isCardSeparator(code);
}

/** Whether digits are a card number: an issuer's range, its length, and the check digit. */
export function isCardNumber(digits: string): boolean {
  return hasLuhnDigit(digits) && isIssued(Number(digits.slice(0, PREFIX_DIGITS)), digits.length) && !/^(\d)\1+$/.test(digits);
}

function digitsOf(written: string): string {
  return written.replace(/\D/g, '');
}

function isCardSeparator(code: number): boolean {
  return isSeparator(code) || code === 46 || code === 95;
}

function isNumberEnd(text: string, at: number): boolean {
  const code = codeAt(text, at);
  if (code === 45 || code === 46) return !has(DIGIT, codeAt(text, at + 1));
  return !has(ALPHANUMERIC, code) && code !== 95;
}

/** Groups of a card number are written alike: 4-4-4-4, 4-6-5, or none. A decimal point stands between no two groups of four. */
export function isGrouped(written: string): boolean {
  const groups = written.split(/\D/);
  if (written.includes('.') && !/^\d{4}(?:\.\d{4,6}){2,4}(?:\.\d{1,3})?$/.test(written)) return false;
  if (isCount(groups)) return false;
  return (
    groups.length === 1 ||
    groups.every((group, at) => group.length >= 3 || (at === groups.length - 1 && group.length >= 1)) ||
    groups.every((group) => group.length <= 2)
  );
}

/** `6370 6371 6372 6373`: numbers that go up by steps. */
function isCount(groups: readonly string[]): boolean {
  const step = Number(groups[1]) - Number(groups[0]);
  return groups.length > 2 && step !== 0 && groups.every((group, at) => at === 0 || Number(group) - Number(groups[at - 1]) === step);
}

/** Whether a number of an issuer with a wide range stands where a card does: in groups of four, behind its name, before its expiry date. */
export function isCardPlace(written: string, { text, floor, start, end }: MatchPlace): boolean {
  if (isCardNumber(digitsOf(written))) return true;
  if (/^(?:\d{4}\D){3,4}\d{1,4}$|^\d{4}\D\d{6}\D\d{5}$/.test(written)) return true;
  return CARD_BEFORE.test(text.slice(Math.max(floor, start - 48), start)) || EXPIRY_BEHIND.test(text.slice(end, end + 12));
}

const CARD_BEFORE =
  /(?:card|credit|debit|\bcc|\bpan|account_?number|payment|charg|paid|visa|maestro|rupay|uatp|karte|carte|tarjeta|cart[aã]o)[^\d]{0,32}$/i;
const EXPIRY_BEHIND = /^[,;|\t ]{1,3}(?:exp\w{0,4}:? ?)?(?:0[1-9]|1[0-2])\/\d\d/;

/** Digits with the check digit that makes them a card number. */
export function withLuhnDigit(digits: string): string {
  const check = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((digit) => isCardNumber(`${digits}${digit}`));
  return `${digits}${check ?? 0}`;
}
