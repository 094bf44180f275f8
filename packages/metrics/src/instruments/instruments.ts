import type { CounterName, GaugeName, HistogramName, LabelsOf, SummaryName } from '@codex-proxy/contracts';

/** Only ever rises. */
export interface Counter<N extends CounterName> {
  /** @param value Default 1; a negative or non-finite one is ignored. */
  inc(labels: LabelsOf<N>, value?: number): void;
}

/** Goes up and down. */
export interface Gauge<N extends GaugeName> {
  set(labels: LabelsOf<N>, value: number): void;
  /** @param value Default 1; negative to go down. */
  inc(labels: LabelsOf<N>, value?: number): void;
  /** Forgets all series. */
  reset(): void;
}

/** Counts observations in buckets. */
export interface Histogram<N extends HistogramName> {
  /** @param times How often `value` was observed. Default 1. A non-finite value is ignored. */
  observe(labels: LabelsOf<N>, value: number, times?: number): void;
}

/** Quantiles over a sliding window. */
export interface Summary<N extends SummaryName> {
  /** @param times How often `value` was observed. Default 1. A non-finite value is ignored. */
  observe(labels: LabelsOf<N>, value: number, times?: number): void;
}

export type LabelRecord = Readonly<Record<string, string>>;
