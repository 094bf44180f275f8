import { ALPHANUMERIC, codeAt, DIGIT, has } from '../scan/char-class.ts';
import { isCardNumber } from './checksum.ts';

/** End of the card number that starts at `start`, at most one separator between two digits; -1 if there is none. */
export function cardEnd(text: string, start: number): number {
  let [plain, doubled, count, gap] = [0, 0, 0, 0];
  const limit = Math.min(text.length, start + 40);
  for (let at = start; at < limit; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      // The Luhn sum if this digit is the last, and if one more follows.
      const sum = doubled + digit;
      doubled = plain + (digit > 4 ? digit * 2 - 9 : digit * 2);
      plain = sum;
      count += 1;
      gap = 0;
      if (count >= 12 && plain % 10 === 0 && isNumberEnd(text, at + 1) && isCardNumber(text.slice(start, at + 1).replace(/\D/g, '')))
        return at + 1;
      if (count === 19) return -1;
    } else if (isSeparator(digit) && gap === 0 && count > 1) gap = 1;
    else return -1;
  }
  return -1;
}

/** A space, a hyphen, a dot or a space that does not break, by their distance from the digit 0. */
function isSeparator(distance: number): boolean {
  return distance === -16 || distance === -3 || distance === -2 || distance === 112;
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
  return (
    groups.length === 1 ||
    groups.every((group, at) => group.length >= 3 || (at === groups.length - 1 && group.length >= 1)) ||
    groups.every((group) => group.length <= 2)
  );
}

/** Digits with the check digit that makes them a card number. */
export function withLuhnDigit(digits: string): string {
  const check = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((digit) => isCardNumber(`${digits}${digit}`));
  return `${digits}${check ?? 0}`;
}
