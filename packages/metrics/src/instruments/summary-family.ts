import type { Family, Sample } from '../exposition/family.ts';
import { SeriesTree, type Label } from '../labels/series-tree.ts';
import type { LabelRecord } from './instruments.ts';
import { SlidingDistribution } from './sliding-distribution.ts';

export interface SummaryWindow {
  readonly quantiles: readonly number[];
  readonly windowMs: number;
  readonly now: () => number;
}

export class SummaryFamily implements Family {
  readonly kind = 'summary';
  readonly name: string;
  readonly help: string;
  readonly #quantiles: readonly number[];
  readonly #now: () => number;
  readonly #series: SeriesTree<SlidingDistribution>;

  constructor(name: string, help: string, labels: readonly Label[], { quantiles, windowMs, now }: SummaryWindow) {
    this.name = name;
    this.help = help;
    this.#quantiles = quantiles.toSorted((a, b) => a - b);
    this.#now = now;
    this.#series = new SeriesTree(labels, () => new SlidingDistribution(windowMs));
  }

  present(labels: LabelRecord): void {
    this.#series.at(labels);
  }

  observe(labels: LabelRecord, value: number, times = 1): void {
    if (Number.isFinite(value) && times > 0) this.#series.at(labels).observe(value, times, this.#now());
  }

  *samples(): Generator<Sample> {
    for (const [labels, series] of this.#series.entries()) {
      const values = series.quantiles(this.#quantiles, this.#now());
      for (const [index, quantile] of this.#quantiles.entries()) {
        yield { labels: [...labels, ['quantile', String(quantile)]], value: values[index] ?? Number.NaN };
      }
      yield { suffix: '_sum', labels, value: series.sum };
      yield { suffix: '_count', labels, value: series.count };
    }
  }
}
