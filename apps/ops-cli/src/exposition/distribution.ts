import type { Sample } from './exposition.ts';

/** What a histogram has counted. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  /** Cumulative, by upper bound, in rising order; the last bound is infinite. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** A quantile of a distribution. */
export interface Quantile {
  /** Interpolated within its bucket; undefined where nothing was counted. */
  readonly value: number | undefined;
  /** It lies above the last finite bound, which `value` then is. */
  readonly isBeyond: boolean;
}

/** Adds up the samples of a histogram, whatever their other labels are. */
export function distributionOf(samples: readonly Sample[]): Distribution {
  const counts = new Map<number, number>();
  let [count, sum] = [0, 0];
  for (const { name, labels, value } of samples) {
    if (name.endsWith('_sum')) sum += value;
    else if (name.endsWith('_count')) count += value;
    else {
      const le = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
      counts.set(le, (counts.get(le) ?? 0) + value);
    }
  }
  const buckets = [...counts].toSorted(([a], [b]) => a - b).map(([le, counted]) => ({ le, count: counted }));
  return { count, sum, buckets };
}

/** What was counted between two moments; all of `now` where the counters began anew meanwhile. */
export function distributionSince(now: Distribution, before: Distribution | undefined): Distribution {
  if (before === undefined || before.count > now.count) return now;
  const earlier = new Map(before.buckets.map(({ le, count }) => [le, count]));
  return {
    count: now.count - before.count,
    sum: now.sum - before.sum,
    buckets: now.buckets.map(({ le, count }) => ({ le, count: count - (earlier.get(le) ?? 0) })),
  };
}

/**
 * As Prometheus' `histogram_quantile`: linear within the bucket, from 0 in the first one
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile).
 * @param q From 0 to 1.
 */
export function quantileOf({ buckets }: Distribution, q: number): Quantile {
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return { value: undefined, isBeyond: false };
  const rank = q * total;
  const at = buckets.findIndex(({ count }) => count >= rank && count > 0);
  const found = buckets[at];
  const below = buckets[at - 1] ?? { le: 0, count: 0 };
  if (found === undefined || !Number.isFinite(found.le)) {
    return { value: buckets.findLast(({ le }) => Number.isFinite(le))?.le, isBeyond: true };
  }
  const lower = Math.min(below.le, found.le);
  return { value: lower + ((found.le - lower) * (rank - below.count)) / (found.count - below.count), isBeyond: false };
}

export function meanOf({ count, sum }: Distribution): number | undefined {
  return count > 0 ? sum / count : undefined;
}
