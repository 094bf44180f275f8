import {
  METRIC_LABELS,
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type MetricDefinition,
  type MetricLabelName,
  type SummaryName,
} from '@codex-proxy/contracts';
import { createProcessMetrics } from './exposition/process-metrics.ts';
import { renderFamily } from './exposition/text-format.ts';
import type { Family } from './exposition/family.ts';
import { CatalogueError } from './errors.ts';
import { initialSeries } from './instruments/initial-series.ts';
import { HistogramFamily } from './instruments/histogram-family.ts';
import type { Counter, Gauge, Histogram, LabelRecord, Summary } from './instruments/instruments.ts';
import { CounterFamily, GaugeFamily } from './instruments/scalar-family.ts';
import { SummaryFamily } from './instruments/summary-family.ts';
import { checkCatalogue } from './labels/catalogue-check.ts';
import { LabelValues } from './labels/label-values.ts';
import type { Label } from './labels/series-tree.ts';

export interface MetricsOptions {
  /** Whether prom-client's process and event-loop metrics are exported too. Default true. */
  readonly defaultMetrics?: boolean;
  /** Milliseconds, for the sliding windows. Default: the system clock. */
  readonly now?: () => number;
}

/** Every family of the catalogue. A label value that may not be exported is counted as `other`. */
export interface Metrics {
  counter<N extends CounterName>(name: N): Counter<N>;
  gauge<N extends GaugeName>(name: N): Gauge<N>;
  histogram<N extends HistogramName>(name: N): Histogram<N>;
  summary<N extends SummaryName>(name: N): Summary<N>;
  /** All families in Prometheus' text format 0.0.4. */
  expose(): Promise<string>;
  /** How often a value of `label` was replaced by `other`. */
  refusedValues(label: MetricLabelName): number;
}

/**
 * Instruments for the whole catalogue of metrics.
 * @throws {CatalogueError} when the catalogue has a label that could grow without bound or name an individual.
 * @example
 * const metrics = createMetrics({ defaultMetrics: false });
 * metrics.counter('codex_http_requests_total').inc({ route: '/v1/models', method: 'GET', status_family: '2xx' });
 * await metrics.expose();
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { defaultMetrics = true, now = Date.now } = options;
  checkCatalogue(METRICS, METRIC_LABELS);
  const labelValues = new Map<string, LabelValues>();
  for (const [name, label] of Object.entries(METRIC_LABELS)) labelValues.set(name, new LabelValues(label));
  const counters = new Map<string, CounterFamily>();
  const gauges = new Map<string, GaugeFamily>();
  const histograms = new Map<string, HistogramFamily>();
  const summaries = new Map<string, SummaryFamily>();

  function build(name: string, definition: MetricDefinition): Family & { present(labels: LabelRecord): void } {
    const { kind, help, buckets = [], quantiles = [], windowMs = 0 } = definition;
    const labels = definition.labels.map((label): Label => ({ name: label, values: found(labelValues, label) }));
    switch (kind) {
      case 'counter':
        return kept(counters, new CounterFamily(name, help, labels));
      case 'gauge':
        return kept(gauges, new GaugeFamily(name, help, labels));
      case 'histogram':
        return kept(histograms, new HistogramFamily(name, help, labels, buckets));
      case 'summary':
        return kept(summaries, new SummaryFamily(name, help, labels, { quantiles, windowMs, now }));
    }
  }

  const families = Object.entries(METRICS).map(([name, definition]) => {
    const family = build(name, definition);
    for (const labels of initialSeries(name, definition)) family.present(labels);
    return family;
  });
  const processMetrics = defaultMetrics ? createProcessMetrics() : undefined;

  return {
    counter: (name) => found(counters, name),
    gauge: (name) => found(gauges, name),
    histogram: (name) => found(histograms, name),
    summary: (name) => found(summaries, name),
    async expose() {
      const own = families.map(renderFamily).join('');
      return processMetrics === undefined ? own : own + (await processMetrics.metrics());
    },
    refusedValues: (label) => found(labelValues, label).refused,
  };
}

function kept<F extends Family>(families: Map<string, F>, family: F): F {
  families.set(family.name, family);
  return family;
}

/** Names come from the catalogue, so a miss is a call that the types forbid. */
function found<V>(entries: ReadonlyMap<string, V>, name: string): V {
  const entry = entries.get(name);
  if (entry === undefined) throw new CatalogueError(`${name} is not in the catalogue`);
  return entry;
}
