/** Bucket bounds grow by 4 %: a quantile is at most 2 % from a value that was observed. */
const GROWTH = 1.04;
const LOG_GROWTH = Math.log(GROWTH);
const SMALLEST = 0.1;
/** Up to 0.1 × 1.04^450, about 4.6 million: 77 minutes in milliseconds. */
const BUCKETS = 451;
const WINDOWS = 10;

/**
 * Observations of the last `windowMs` in log-spaced buckets, in ten sub-windows of which the oldest is emptied as time goes on.
 * So a quantile covers between nine and ten tenths of the window. Memory is fixed: 18 KB.
 */
export class SlidingDistribution {
  readonly #counts = new Uint32Array(BUCKETS * WINDOWS);
  readonly #totals = new Float64Array(WINDOWS);
  readonly #stepMs: number;
  /** Number of the sub-window being filled, counted from the epoch of the clock. */
  #step = Number.NEGATIVE_INFINITY;
  /** Of the whole life of the series, as Prometheus expects of a summary. */
  sum = 0;
  count = 0;

  constructor(windowMs: number) {
    this.#stepMs = windowMs / WINDOWS;
  }

  observe(value: number, times: number, nowMs: number): void {
    this.#advance(nowMs);
    const window = modulo(this.#step, WINDOWS);
    const index = window * BUCKETS + bucketOf(value);
    this.#counts[index] = (this.#counts[index] ?? 0) + times;
    this.#totals[window] = (this.#totals[window] ?? 0) + times;
    this.sum += value * times;
    this.count += times;
  }

  /** The values at `quantiles`, which must ascend; NaN for each when the window holds nothing. */
  quantiles(quantiles: readonly number[], nowMs: number): number[] {
    this.#advance(nowMs);
    const total = this.#totals.reduce((sum, count) => sum + count, 0);
    if (total === 0) return quantiles.map(() => Number.NaN);
    let bucket = -1;
    let seen = 0;
    return quantiles.map((quantile) => {
      const rank = Math.max(1, Math.ceil(quantile * total));
      while (seen < rank && bucket < BUCKETS - 1) {
        bucket += 1;
        for (let window = 0; window < WINDOWS; window += 1) seen += this.#counts[window * BUCKETS + bucket] ?? 0;
      }
      return valueOf(bucket);
    });
  }

  #advance(nowMs: number): void {
    const step = Math.floor(nowMs / this.#stepMs);
    if (step <= this.#step) return;
    const expired = Math.min(step - this.#step, WINDOWS);
    for (let age = 0; age < expired; age += 1) {
      const window = modulo(step - age, WINDOWS);
      this.#counts.fill(0, window * BUCKETS, (window + 1) * BUCKETS);
      this.#totals[window] = 0;
    }
    this.#step = step;
  }
}

function bucketOf(value: number): number {
  if (value <= SMALLEST) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(value / SMALLEST) / LOG_GROWTH));
}

/** The middle of a bucket, to three significant digits. */
function valueOf(bucket: number): number {
  return bucket === 0 ? SMALLEST : Number((SMALLEST * GROWTH ** (bucket - 0.5)).toPrecision(3));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
