import type { Course } from '../live/prometheus.ts';

/** An alert from its first firing evaluation to the first that no longer fires. */
export interface Firing {
  readonly alert: string;
  readonly firedAtMs: number;
  /** Absent while it fires. */
  readonly clearedAtMs?: number;
}

/**
 * When alerts fired, out of the samples of `ALERTS{alertstate="firing"}`: Prometheus writes one at every evaluation that fires. In the order of firing.
 * @param intervalMs Between evaluations; a gap of more than two of them is a clearing.
 */
export function firings(courses: readonly Course[], { intervalMs, nowMs }: { intervalMs: number; nowMs: number }): Firing[] {
  const found = courses.flatMap(({ labels, points }) => {
    const spans: { first: number; last: number }[] = [];
    for (const { timeMs } of points) {
      const open = spans.at(-1);
      if (open !== undefined && timeMs - open.last <= 2 * intervalMs) open.last = timeMs;
      else spans.push({ first: timeMs, last: timeMs });
    }
    return spans.map(({ first, last }): Firing => {
      const clearedAtMs = last + intervalMs;
      return { alert: labels['alertname'] ?? '', firedAtMs: first, ...(nowMs - last > 2 * intervalMs && { clearedAtMs }) };
    });
  });
  return found.sort((a, b) => a.firedAtMs - b.firedAtMs);
}
