import type { SignalName } from '../signals.ts';
import type { Time } from '../promql/duration.ts';

/** A query under a name of its own: panels and alerts that share it cannot disagree. */
export interface RecordingRule {
  /** What its value is; goes to the documents. */
  readonly meaning: string;
  readonly expr: (time: Time) => string;
}

export interface AlertRule {
  /** `critical` wakes someone, `warning` is for working hours. */
  readonly severity: 'critical' | 'warning';
  /** The heading of the runbook. */
  readonly signal: SignalName;
  readonly expr: (time: Time) => string;
  /** Seconds for which `expr` must hold. */
  readonly forS: number;
  /** Templates of Prometheus; one line each. */
  readonly summary: string;
  readonly description: string;
}
