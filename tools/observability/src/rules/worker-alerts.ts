import { THRESHOLDS } from '../objectives.ts';
import { spokenDuration } from '../promql/duration.ts';
import { increase, last, Series } from '../promql/series.ts';
import type { AlertRule } from './rule.ts';

const series = new Series();
const { restarts, restartsS, workerNotReadyForS, maintenanceForS, bridgedGapS } = THRESHOLDS;

export const WORKER_ALERTS = {
  CodexWorkerRestartsFrequent: {
    severity: 'critical',
    signal: 'restarts',
    // Prometheus extrapolates to the ends of the window: three restarts read as 3.08.
    expr: (time) => `round(${increase(series.counter('codex_worker_restarts_total'), time(restartsS))}) > ${restarts}`,
    forS: 0,
    summary: 'The worker restarts over and over',
    description: `The worker of {{ $labels.instance }} was restarted {{ $value | humanize }} times in ${spokenDuration(restartsS)}. Each time it ends, turns in flight fail.`,
  },
  CodexWorkerNotReady: {
    severity: 'critical',
    signal: 'notReady',
    expr: () => `${series.gauge('codex_worker_ready')} == 0`,
    forS: workerNotReadyForS,
    summary: 'No worker serves',
    description: `{{ $labels.instance }} has had no worker that answered its handshake for ${spokenDuration(workerNotReadyForS)}: /readyz is 503.`,
  },
  CodexMaintenanceTooLong: {
    severity: 'warning',
    signal: 'maintenance',
    expr: (time) => `${last(series.gauge('codex_maintenance_mode', { state: 'on' }), time(bridgedGapS))} == 1`,
    forS: maintenanceForS,
    summary: 'Maintenance mode is still on',
    description: `{{ $labels.instance }} has turned clients away for maintenance for ${spokenDuration(maintenanceForS)}. Is it forgotten?`,
  },
  CodexToolBufferAnomaly: {
    severity: 'warning',
    signal: 'toolBuffer',
    expr: () => `${series.gauge('codex_tool_buffer_anomaly')} > 0`,
    forS: 0,
    summary: 'A textual tool call was given up',
    description:
      '{{ $labels.instance }} let go of a <use_tool> block as plain text within the last two minutes: a tool call of a client did not happen.',
  },
} as const satisfies Record<string, AlertRule>;
