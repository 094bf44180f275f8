import { ALPHANUMERIC, codeAt, DIGIT, has } from '../scan/char-class.ts';
import { ibanLength, isIban } from './checksum.ts';
import { isSeparator } from './separator.ts';

/** Whether an IBAN starts two letters before a digit. */
export function isIbanStart(text: string, at: number, floor: number): boolean {
  if (at - 2 > floor && has(ALPHANUMERIC, codeAt(text, at - 3)) && codeAt(text, at - 4) !== 92) return false;
  if (!has(DIGIT, codeAt(text, at + 1))) return false;
  return ibanEnd(text, at - 2) > 0;
}

/** End of the IBAN that starts at `start`, or -1. */
export function ibanEnd(text: string, start: number): number {
  const length = ibanLength(text.slice(start, start + 2));
  if (length === undefined) return -1;
  let count = 0;
  for (let at = start; at < start + 48; at += 1) {
    const code = codeAt(text, at);
    if (has(ALPHANUMERIC, code)) count += 1;
    else if (!isSeparator(code)) return -1;
    if (count === length) return !has(ALPHANUMERIC, codeAt(text, at + 1)) && isIban(written(text, start, at + 1)) ? at + 1 : -1;
  }
  return -1;
}

/** Without what separates its groups. */
function written(text: string, start: number, end: number): string {
  let iban = '';
  for (let at = start; at < end; at += 1) if (has(ALPHANUMERIC, codeAt(text, at))) iban += text.charAt(at);
  return iban;
}

/** A German account number with its check digits. */
export function ibanExample(account: string): string {
  for (let check = 2; check < 99; check += 1) {
    const iban = `DE${String(check).padStart(2, '0')}${account}`;
    if (isIban(iban)) return iban;
  }
  return '';
}
