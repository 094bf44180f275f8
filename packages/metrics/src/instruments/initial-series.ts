import { METRIC_LABELS, WORKER_STATES, type MetricDefinition, type MetricLabel } from '@codex-proxy/contracts';
import type { LabelRecord } from './instruments.ts';

/** The label `state` serves two gauges, of which each has its own part of the values. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  codex_worker_state: WORKER_STATES,
  codex_maintenance_mode: ['on', 'off'],
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
  const values = STATES[name] ?? row.values ?? [];
  return values.map((value) => ({ [label]: value }));
}
