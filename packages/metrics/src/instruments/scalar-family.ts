import type { Family, Sample } from '../exposition/family.ts';
import { SeriesTree, type Label } from '../labels/series-tree.ts';
import type { LabelRecord } from './instruments.ts';

interface Scalar {
  value: number;
}

abstract class ScalarFamily implements Family {
  abstract readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  protected readonly series: SeriesTree<Scalar>;

  constructor(name: string, help: string, labels: readonly Label[]) {
    this.name = name;
    this.help = help;
    this.series = new SeriesTree(labels, () => ({ value: 0 }));
  }

  /** Shows the series from the start, at 0. */
  present(labels: LabelRecord): void {
    this.series.at(labels);
  }

  *samples(): Generator<Sample> {
    for (const [labels, { value }] of this.series.entries()) yield { labels, value };
  }
}

export class CounterFamily extends ScalarFamily {
  readonly kind = 'counter';

  inc(labels: LabelRecord, value = 1): void {
    if (value >= 0 && value < Infinity) this.series.at(labels).value += value;
  }
}

export class GaugeFamily extends ScalarFamily {
  readonly kind = 'gauge';

  set(labels: LabelRecord, value: number): void {
    this.series.at(labels).value = value;
  }

  inc(labels: LabelRecord, value = 1): void {
    if (Number.isFinite(value)) this.series.at(labels).value += value;
  }

  reset(): void {
    this.series.clear();
  }
}
