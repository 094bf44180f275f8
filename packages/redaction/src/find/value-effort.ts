import { PLACEHOLDER_START } from '../placeholder.ts';
import { charClass, has, QUOTE, runEnd } from '../scan/char-class.ts';

const BEFORE_VALUE = charClass(' \t\r\n=:>|?~"\'`\\([{');
/** As much of a value is judged. */
const LONGEST_JUDGED = 160;
const SQUARE = 91;

/**
 * How much there is to judge behind a key that ends at `from`. What was taken out ends it: there is no more to judge once a part of a value is a
 * placeholder.
 */
export function lengthOfValue(text: string, from: number): number {
  const start = runEnd(text, from, BEFORE_VALUE, from + 64);
  const limit = Math.min(text.length, start + LONGEST_JUDGED);
  let at = start;
  while (at < limit) {
    const code = text.charCodeAt(at);
    if (code <= 32 || has(QUOTE, code) || (code === SQUARE && text.startsWith(PLACEHOLDER_START, at))) break;
    at += 1;
  }
  return at - start;
}
