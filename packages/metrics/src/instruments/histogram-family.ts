import type { Family, LabelPair, Sample } from '../exposition/family.ts';
import { renderValue } from '../exposition/text-format.ts';
import { SeriesTree, type Label } from '../labels/series-tree.ts';
import type { LabelRecord } from './instruments.ts';

interface Distribution {
  /** Observations by bucket, not cumulated; the last is `+Inf`. */
  readonly counts: Float64Array;
  sum: number;
}

export class HistogramFamily implements Family {
  readonly kind = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #bounds: Float64Array;
  readonly #series: SeriesTree<Distribution>;

  /** @param bounds Upper bounds of the buckets, ascending, without `+Inf`. */
  constructor(name: string, help: string, labels: readonly Label[], bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = Float64Array.from(bounds);
    this.#series = new SeriesTree(labels, () => ({ counts: new Float64Array(bounds.length + 1), sum: 0 }));
  }

  present(labels: LabelRecord): void {
    this.#series.at(labels);
  }

  observe(labels: LabelRecord, value: number, times = 1): void {
    if (!Number.isFinite(value) || !(times > 0)) return;
    const series = this.#series.at(labels);
    const bucket = this.#bucketOf(value);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + times;
    series.sum += value * times;
  }

  *samples(): Generator<Sample> {
    for (const [labels, { counts, sum }] of this.#series.entries()) {
      let total = 0;
      for (const [index, count] of counts.entries()) {
        total += count;
        const bound: LabelPair = ['le', renderValue(this.#bounds[index] ?? Infinity)];
        yield { suffix: '_bucket', labels: [...labels, bound], value: total };
      }
      yield { suffix: '_sum', labels, value: sum };
      yield { suffix: '_count', labels, value: total };
    }
  }

  /** Index of the first bucket whose bound is not below `value`. */
  #bucketOf(value: number): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
