import { BLOCK, WINDOW, WINDOW_STEP } from './base64.ts';
import { REACH_LEFT, REACH_RIGHT } from './detector.ts';

/** A text is looked at in steps of this many characters, whether it repeats itself: shorter ones are never looked at. */
export const SPAN = 16_384;
export const LONGEST_PERIOD = 256;
/** Beyond this distance nothing is seen, to either side. */
export const MARGIN = REACH_LEFT + REACH_RIGHT + WINDOW;

/** The least period of the text at a place, 0 if it has none or a longer one. */
export function periodAt(text: string, at: number): number {
  const sample = text.slice(at, at + LONGEST_PERIOD);
  return text.slice(at + 1, at + 1 + 2 * LONGEST_PERIOD).indexOf(sample) + 1;
}

/** Where a text that repeats itself every `period` characters from a place on stops doing so. */
export function repetitionEnd(text: string, from: number, period: number): number {
  const repeats = (start: number, length: number): boolean =>
    text.slice(start, start + length) === text.slice(start + period, start + period + length);
  const last = text.length - period;
  let [at, step] = [from, SPAN];
  while (step > 0) {
    if (at + step <= last && repeats(at, step)) {
      at += step;
      step *= 2;
    } else step >>= 1;
  }
  return at + period;
}

/** After so many characters a text of this period has come to the same place of its period, and of the scan's own steps. */
export function roundOf(period: number): number {
  return leastCommonMultiple(period, leastCommonMultiple(WINDOW_STEP, BLOCK));
}

function leastCommonMultiple(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b > 0) [a, b] = [b, a % b];
  return (one / a) * other;
}
