import type { TracePruneReason } from '@codex-proxy/contracts';
import type { Entry } from './artifact-index.ts';

const HOUR_MS = 3_600_000;
/** Clocks of one machine do not differ by more without having been set. */
const CLOCK_TOLERANCE_MS = 300_000;

export interface RetentionLimits {
  readonly ttlHours: number;
  readonly maxFiles: number;
}

/**
 * Where in time an artifact stands. Its name tells; a name from the future, written while the clock was wrong, is passed over for the
 * time of its last change.
 */
export function datedAtMs(artifact: { readonly endedAtMs: number; readonly modifiedAtMs: number }, nowMs: number): number {
  const { endedAtMs, modifiedAtMs } = artifact;
  return isFuture(endedAtMs, nowMs) ? Math.min(endedAtMs, modifiedAtMs) : endedAtMs;
}

/**
 * Whether an artifact has outlived its time. What is still in the future by more than five minutes has an age that no one can tell,
 * and goes as well: retention is a promise, a trace is not.
 */
export function isExpired(atMs: number, nowMs: number, ttlHours: number): boolean {
  return nowMs - atMs > ttlHours * HOUR_MS || isFuture(atMs, nowMs);
}

export function isFuture(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + CLOCK_TOLERANCE_MS;
}

/**
 * Which artifact has to go next, and why; undefined when all may stay.
 * @param nowMs Absent: nobody knows, and none goes for its age.
 */
export function nextToPrune(
  index: { readonly size: number; readonly oldest: Entry | undefined; readonly newest: Entry | undefined },
  { ttlHours, maxFiles }: RetentionLimits,
  nowMs: number | undefined,
): { readonly entry: Entry; readonly reason: TracePruneReason } | undefined {
  const { oldest, newest, size } = index;
  if (oldest === undefined || newest === undefined) return undefined;
  if (nowMs !== undefined && isFuture(newest.atMs, nowMs)) return { entry: newest, reason: 'age' };
  if (nowMs !== undefined && isExpired(oldest.atMs, nowMs, ttlHours)) return { entry: oldest, reason: 'age' };
  return size > maxFiles ? { entry: oldest, reason: 'count' } : undefined;
}
