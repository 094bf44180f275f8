import type { MetricKind } from '@codex-proxy/contracts';

/** A label by name and value. */
export type LabelPair = readonly [name: string, value: string];

/** One line of the exposition. */
export interface Sample {
  /** What is appended to the name of the family. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: readonly LabelPair[];
  readonly value: number;
}

/** A metric family as Prometheus' text format sees it. */
export interface Family {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  samples(): Iterable<Sample>;
}
