import { PLACEHOLDER_START } from '../placeholder.ts';
import { charClass, has, QUOTE, runEnd } from '../scan/char-class.ts';

const BEFORE_VALUE = charClass(' \t\r\n=:>|?~"\'`\\({');
/** As much of a value is judged. */
const LONGEST_JUDGED = 160;
const SQUARE = 91;
const BLANK = 32;

/** How much there is to judge behind a key that ends at `from`. It ends at a placeholder: what was taken out there may have been longer, never shorter. */
export function lengthOfValue(text: string, from: number): number {
  const start = runEnd(text, from, BEFORE_VALUE, from + 64);
  const limit = Math.min(text.length, start + LONGEST_JUDGED);
  for (let at = start; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= BLANK || has(QUOTE, code) || (code === SQUARE && text.startsWith(PLACEHOLDER_START, at))) return at - start;
  }
  return limit - start;
}
