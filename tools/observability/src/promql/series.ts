import { METRICS, type CounterName, type GaugeName, type HistogramName, type MetricName, type SummaryName } from '@codex-proxy/contracts';
import { matcherText, type Matchers } from './labels.ts';

/** A series that only grows: what `rate` and `increase` are for. A gauge has no such type, and so neither of them. */
export interface Counting {
  readonly grows: true;
  readonly selector: string;
}

type BucketOf<N extends HistogramName> = (typeof METRICS)[N]['buckets'][number];
type QuantileOf<N extends SummaryName> = (typeof METRICS)[N]['quantiles'][number];

/**
 * Selectors over the metric catalogue. A series, label or label value that it does not have does not compile.
 * `scope` is a condition that all of them get, such as `job="$job"`.
 */
export class Series {
  readonly #scope: string;

  constructor(scope = '') {
    this.#scope = scope;
  }

  gauge<N extends GaugeName>(name: N, matchers: Matchers<N> = {}): string {
    return this.#selector(name, matchers);
  }

  counter<N extends CounterName>(name: N, matchers: Matchers<N> = {}): Counting {
    return { grows: true, selector: this.#selector(name, matchers) };
  }

  quantile<N extends SummaryName>(name: N, quantile: QuantileOf<N>, matchers: Matchers<N> = {}): string {
    return this.#selector(name, { ...matchers, quantile: String(quantile) });
  }

  /** All buckets of a histogram, for `histogram_quantile`. */
  buckets<N extends HistogramName>(name: N, matchers: Matchers<N> = {}): Counting {
    return { grows: true, selector: this.#selector(`${name}_bucket`, matchers) };
  }

  /** The bucket up to `le`, which must be one of its bounds. Prometheus 2 keeps it as `10000`, Prometheus 3 as `10000.0`. */
  bucket<N extends HistogramName>(name: N, le: BucketOf<N>, matchers: Matchers<N> = {}): Counting {
    const scope = [this.#scope, String.raw`le=~"${le}(\\.0)?"`].filter((part) => part !== '').join(', ');
    return { grows: true, selector: `${name}_bucket${matcherText(matchers, scope)}` };
  }

  observations<N extends HistogramName>(name: N, matchers: Matchers<N> = {}): Counting {
    return { grows: true, selector: this.#selector(`${name}_count`, matchers) };
  }

  total<N extends HistogramName>(name: N, matchers: Matchers<N> = {}): Counting {
    return { grows: true, selector: this.#selector(`${name}_sum`, matchers) };
  }

  /** A series that is not of the catalogue: `up`, and what recording rules make. */
  other(name: string, matchers: Readonly<Record<string, string>> = {}): string {
    return this.#selector(name, matchers);
  }

  #selector(name: string, matchers: Readonly<Record<string, string | readonly string[] | undefined>>): string {
    return `${name}${matcherText(matchers, this.#scope)}`;
  }
}

export function rate(counting: Counting, window: string): string {
  return `rate(${counting.selector}[${window}])`;
}

export function increase(counting: Counting, window: string): string {
  return `increase(${counting.selector}[${window}])`;
}

/** The last value within `window`: a scrape that fails leaves a gap in a gauge, and a gap ends what an alert has waited. */
export function last(gauge: string, window: string): string {
  return `last_over_time(${gauge}[${window}])`;
}

/** The names of the catalogue that stand in `text`, with the suffixes of histograms and summaries taken off. */
export function catalogued(text: string): MetricName[] {
  const names = new Set(text.match(/\bcodex_[a-z_]+\b/g) ?? []);
  return Object.keys(METRICS).filter((name): name is MetricName =>
    ['', '_bucket', '_count', '_sum'].some((suffix) => names.has(name + suffix)),
  );
}
