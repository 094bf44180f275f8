import { THRESHOLDS } from '../objectives.ts';
import { durationText } from '../promql/duration.ts';

/** How often rules shortened by {@link shorter} are evaluated, and their targets scraped. */
export const INTERVAL_MS = 500;

/** Up to here durations keep their proportions. */
const PROPORTIONAL_S = 600;
/** By how much. */
export const FACTOR = 30;

/**
 * Durations of the rules, shorter: up to ten minutes 30 times, beyond them by their logarithm, so that the order of the windows stays and
 * three days are 55 seconds; the baseline takes its samples every 100 ms. Thresholds, floors and expressions are those of production.
 */
export function shorter(seconds: number): string {
  if (seconds === THRESHOLDS.baselineIntervalS) return '100ms';
  if (seconds <= PROPORTIONAL_S) return durationText(Math.round((seconds * 1_000) / FACTOR) / 1_000);
  return durationText(Math.round((20 + 4 * Math.log2(seconds / PROPORTIONAL_S)) * 10) / 10);
}
