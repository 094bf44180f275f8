import {
  METRIC_LABELS,
  RUN_EVENT_DROP_REASONS,
  TRACE_PRUNE_REASONS,
  WORKER_RECYCLE_REASONS,
  WORKER_STATES,
  type MetricDefinition,
  type MetricLabel,
} from '@codex-proxy/contracts';
import type { LabelRecord } from './instruments.ts';

/** The labels `state` and `reason` serve several families, of which each has its own part of the values. */
const OWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  codex_worker_state: WORKER_STATES,
  codex_maintenance_mode: ['on', 'off'],
  codex_worker_recycles_total: WORKER_RECYCLE_REASONS,
  codex_trace_buffer_pruned_total: TRACE_PRUNE_REASONS,
  codex_run_events_dropped_total: RUN_EVENT_DROP_REASONS,
};

/**
 * The series that are exported from the start, at 0: those without labels, and those of one closed label. Without them
 * `increase()` misses the first event of each, and an absent series cannot be told from a quiet one.
 */
export function initialSeries(name: string, definition: MetricDefinition): LabelRecord[] {
  const [label, ...others] = definition.labels;
  if (label === undefined) return [{}];
  if (others.length > 0) return [];
  const row: MetricLabel = METRIC_LABELS[label];
  const values = OWN_VALUES[name] ?? row.values ?? [];
  return values.map((value) => ({ [label]: value }));
}
