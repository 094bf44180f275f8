import { distributionOf, type Distribution } from './distribution.ts';
import type { Exposition, Family, Labels, Sample } from './exposition.ts';

/** What a series holds: one number, the buckets of a histogram, or quantiles that the proxy has computed itself. */
export type SeriesValue =
  | { readonly kind: 'counter' | 'gauge'; readonly value: number }
  | { readonly kind: 'histogram'; readonly distribution: Distribution }
  | { readonly kind: 'summary'; readonly count: number; readonly sum: number; readonly quantiles: Readonly<Record<string, number>> };

export type Series = SeriesValue & {
  readonly name: string;
  readonly labels: Labels;
  /** `name{label="value"}`: the same in every scrape. */
  readonly id: string;
};

/** All series of a scrape, in the order in which it has them; a histogram or summary is one series for each set of its own labels. */
export function seriesOf(exposition: Exposition): readonly Series[] {
  return [...exposition.values()].flatMap((family) => {
    const groups = new Map<string, { labels: Labels; samples: Sample[] }>();
    for (const sample of family.samples) {
      const labels = ownLabels(sample.labels);
      const id = seriesId(family.name, labels);
      const group = groups.get(id) ?? { labels, samples: [] };
      groups.set(id, group);
      group.samples.push(sample);
    }
    return [...groups].map(([id, { labels, samples }]) => ({ name: family.name, labels, id, ...valueOf(family, samples) }));
  });
}

export function seriesId(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

function ownLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => label !== 'le' && label !== 'quantile'));
}

function valueOf({ kind }: Family, samples: readonly Sample[]): SeriesValue {
  if (kind === 'histogram') return { kind, distribution: distributionOf(samples) };
  if (kind === 'summary') {
    const quantiles = Object.fromEntries(
      samples.flatMap(({ labels, value }) => (labels['quantile'] === undefined ? [] : [[labels['quantile'], value]])),
    );
    const valueAt = (suffix: string): number => samples.find(({ name }) => name.endsWith(suffix))?.value ?? 0;
    return { kind, count: valueAt('_count'), sum: valueAt('_sum'), quantiles };
  }
  return { kind: kind === 'counter' ? kind : 'gauge', value: samples[0]?.value ?? Number.NaN };
}

/** What has been counted so far; undefined for what goes up and down. */
export function countOf(series: Series): number | undefined {
  switch (series.kind) {
    case 'counter':
      return series.value;
    case 'gauge':
      return undefined;
    case 'histogram':
      return series.distribution.count;
    case 'summary':
      return series.count;
  }
}

/** A second, between two counts; a count that fell began anew, with its process. */
export function rateOf(now: number, before: number, elapsedMs: number): number | undefined {
  if (elapsedMs <= 0) return undefined;
  return ((now >= before ? now - before : now) * 1000) / elapsedMs;
}
