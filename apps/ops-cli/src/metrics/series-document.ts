import { quantileOf } from '../exposition/distribution.ts';
import type { Row } from './metrics-history.ts';

/** The quantiles that are shown of a histogram. */
export const QUANTILES = [0.5, 0.95, 0.99] as const;

/** A series as `--json` has it. */
export function seriesDocument({ series, rate, distribution }: Row): object {
  const { name, kind, labels } = series;
  const rest = rate === undefined ? {} : { rate_per_second: rate };
  if (series.kind === 'summary') {
    const { count, sum, quantiles } = series;
    return { name, kind, labels, count, sum, quantiles, ...rest };
  }
  if (series.kind !== 'histogram') return { name, kind, labels, value: series.value, ...rest };
  const { count, sum } = series.distribution;
  const found = QUANTILES.map((q) => ({ q, ...quantileOf(distribution ?? series.distribution, q) }));
  const quantiles = Object.fromEntries(found.map(({ q, value }) => [String(q), value ?? null]));
  return { name, kind, labels, count, sum, quantiles, beyond: found.filter(({ isBeyond }) => isBeyond).map(({ q }) => String(q)), ...rest };
}
