import { distributionSince, type Distribution } from '../exposition/distribution.ts';
import { countOf, rateOf, seriesOf, type Series } from '../exposition/series.ts';
import type { Scrape } from '../exposition/scrape.ts';

const MOST_FRAMES = 240;

/** A series, and how it went since one began to watch. */
export interface Row {
  readonly series: Series;
  /** A second, since the frame before; undefined in the first one, and for gauges. */
  readonly rate: number | undefined;
  /** Of a histogram: what was counted since the first frame; all of it in the first one. */
  readonly distribution: Distribution | undefined;
  /** Rates, or the values of a gauge, frame by frame, the newest last. */
  readonly trend: readonly (number | undefined)[];
}

export interface Frame {
  readonly rows: readonly Row[];
  /** How long is watched already; 0 in the first frame. */
  readonly watchedMs: number;
}

interface Past {
  readonly first: Series;
  last: Series;
  readonly trend: (number | undefined)[];
}

/** Scrapes of one proxy, one after another. */
export class MetricsHistory {
  readonly #past = new Map<string, Past>();
  #firstAtMs: number | undefined;
  #lastAtMs = 0;

  add({ atMs, exposition }: Scrape, select: (series: Series) => boolean): Frame {
    const isFirst = this.#firstAtMs === undefined;
    this.#firstAtMs ??= atMs;
    const elapsedMs = atMs - this.#lastAtMs;
    this.#lastAtMs = atMs;
    const rows = seriesOf(exposition)
      .filter(select)
      .map((series) => this.#row(series, isFirst, elapsedMs));
    return { rows, watchedMs: atMs - this.#firstAtMs };
  }

  #row(series: Series, isFirst: boolean, elapsedMs: number): Row {
    const past = this.#past.get(series.id) ?? { first: series, last: series, trend: [] };
    const isNew = !this.#past.has(series.id);
    this.#past.set(series.id, past);
    const [now, before] = [countOf(series), countOf(past.last)];
    // A series that was not there before was 0.
    const rate = isFirst || now === undefined ? undefined : rateOf(now, isNew ? 0 : (before ?? 0), elapsedMs);
    past.trend.push(series.kind === 'gauge' ? series.value : rate);
    if (past.trend.length > MOST_FRAMES) past.trend.shift();
    past.last = series;
    const first = past.first.kind === 'histogram' && !isNew ? past.first.distribution : undefined;
    const distribution = series.kind === 'histogram' ? distributionSince(series.distribution, first) : undefined;
    return { series, rate, distribution, trend: [...past.trend] };
  }
}
