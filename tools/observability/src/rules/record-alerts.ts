import { THRESHOLDS } from '../objectives.ts';
import { percent, spokenDuration } from '../promql/duration.ts';
import { increase, last, Series } from '../promql/series.ts';
import type { AlertRule } from './rule.ts';

const series = new Series();
const { bridgedGapS, lossWindowS, archiveAgeS, agentLogsBytes, workerLogDbBytes, workerLogDbShare, workerLogDbForS } = THRESHOLDS;
const OVER_WINDOW = `over the last ${spokenDuration(lossWindowS)}`;

/** Failures of what is kept of requests. None of them fails a request. */
export const RECORD_ALERTS = {
  CodexTraceBufferWriteErrors: {
    severity: 'warning',
    signal: 'traceBuffer',
    expr: (time) => `${increase(series.counter('codex_trace_buffer_write_errors_total'), time(lossWindowS))} > 0`,
    forS: 0,
    summary: 'Traces cannot be written',
    description: `{{ $labels.instance }} lost traces ${OVER_WINDOW}: their files could not be written.`,
  },
  CodexArchiveOverdue: {
    severity: 'warning',
    signal: 'archive',
    // A table below the threshold is not archived, however old the last archive is.
    expr: (time) => {
      const bytes = last(series.gauge('codex_agent_logs_bytes'), time(bridgedGapS));
      const archivedAt = last(series.gauge('codex_archive_last_success_timestamp_seconds'), time(bridgedGapS));
      return `${bytes} > ${agentLogsBytes}\nand\ntime() - ${archivedAt} > ${archiveAgeS}`;
    },
    forS: THRESHOLDS.archiveForS,
    summary: 'agent_logs is over its threshold and is not archived',
    description: `agent_logs of {{ $labels.instance }} takes {{ $value | humanize1024 }}B, more than the archive threshold, and no archive was completed for over ${spokenDuration(archiveAgeS)}.`,
  },
  CodexWorkerLogDbNearLimit: {
    severity: 'warning',
    signal: 'workerDisk',
    expr: (time) => `${last(series.gauge('codex_worker_log_db_bytes'), time(bridgedGapS))} > ${workerLogDbShare} * ${workerLogDbBytes}`,
    forS: workerLogDbForS,
    summary: "The worker's log database is near its limit",
    description: `The log database of the worker of {{ $labels.instance }} takes {{ $value | humanize1024 }}B, over ${percent(workerLogDbShare)} of what it may, for ${spokenDuration(workerLogDbForS)}: reclaiming does not keep up, or the worker warns a great deal.`,
  },
  CodexLogRecordsDropped: {
    severity: 'warning',
    signal: 'lostRecords',
    expr: (time) => `${increase(series.counter('codex_log_dropped_total'), time(lossWindowS))} > 0`,
    forS: 0,
    summary: 'Log records are lost',
    description: `{{ $labels.instance }} dropped records that {{ $labels.sink }} could not take ${OVER_WINDOW}: the audit trail has a gap.`,
  },
  CodexRunEventsDropped: {
    severity: 'warning',
    signal: 'lostRecords',
    // The other reasons are limits at work: a run with too many events, runs beyond the rate that is kept, an event out of shape.
    expr: (time) =>
      `${increase(series.counter('codex_run_events_dropped_total', { reason: ['queue_full', 'write_failed', 'unavailable', 'closed'] }), time(lossWindowS))} > 0`,
    forS: 0,
    summary: 'Run events are lost',
    description: `{{ $labels.instance }} did not keep run events ${OVER_WINDOW} ({{ $labels.reason }}): the record of runs has a gap.`,
  },
} as const satisfies Record<string, AlertRule>;
