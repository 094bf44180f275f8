import { RUN_EVENT_DROP_REASONS, TRACE_PRUNE_REASONS } from '@codex-proxy/contracts';
import { THRESHOLDS } from '../../objectives.ts';
import { increase, rate } from '../../promql/series.ts';
import type { Row } from '../panel.ts';
import { chosen, WINDOW } from '../scope.ts';

export const TOOLS_AND_TRACES: Row = {
  title: 'Tool buffer and traces',
  perLine: 3,
  panels: [
    {
      title: 'Tool buffer',
      description: 'Textual tool blocks that began, were given out whole, and were given up. Given up for a disconnect is no anomaly.',
      kind: 'timeseries',
      unit: 'cps',
      signal: 'toolBuffer',
      queries: [
        { expr: `sum(${rate(chosen.counter('codex_tool_buffer_started_total'), WINDOW)})`, legend: 'started' },
        { expr: `sum(${rate(chosen.counter('codex_tool_buffer_flushed_total'), WINDOW)})`, legend: 'flushed' },
        { expr: `sum by (reason) (${rate(chosen.counter('codex_tool_buffer_aborted_total'), WINDOW)})`, legend: 'aborted: {{reason}}' },
      ],
    },
    {
      title: 'Tool buffer anomaly',
      description: 'On for two minutes after a block was given up for another reason than a disconnect.',
      kind: 'states',
      unit: 'none',
      signal: 'toolBuffer',
      words: { 0: { text: 'none', colour: 'green' }, 1: { text: 'anomaly', colour: 'red' } },
      queries: [{ expr: chosen.gauge('codex_tool_buffer_anomaly'), legend: '{{instance}}' }],
    },
    {
      title: 'Trace buffer',
      description: 'Traces on disk, those that were removed by reason, and those that could not be written.',
      kind: 'timeseries',
      unit: 'short',
      signal: 'traceBuffer',
      queries: [
        { expr: `sum(${chosen.gauge('codex_trace_buffer_entries')})`, legend: 'on disk' },
        {
          expr: `sum by (reason) (${increase(chosen.counter('codex_trace_buffer_pruned_total', { reason: TRACE_PRUNE_REASONS }), WINDOW)})`,
          legend: 'removed: {{reason}}',
        },
        { expr: `sum(${increase(chosen.counter('codex_trace_buffer_write_errors_total'), WINDOW)})`, legend: 'not written' },
      ],
    },
  ],
};

export const RECORDS: Row = {
  title: 'Records and disk',
  perLine: 3,
  panels: [
    {
      title: 'Run events',
      description: 'Committed to state.sqlite, by type.',
      kind: 'timeseries',
      unit: 'cps',
      stacked: true,
      signal: 'lostRecords',
      queries: [{ expr: `sum by (type) (${rate(chosen.counter('codex_run_events_appended_total'), WINDOW)})`, legend: '{{type}}' }],
    },
    {
      title: 'Lost records',
      description: 'Run events that were not kept, and log records that a sink could not take. All zero is the rule.',
      kind: 'timeseries',
      unit: 'cps',
      signal: 'lostRecords',
      queries: [
        {
          expr: `sum by (reason) (${rate(
            chosen.counter('codex_run_events_dropped_total', {
              reason: RUN_EVENT_DROP_REASONS,
            }),
            WINDOW,
          )})`,
          legend: 'events: {{reason}}',
        },
        { expr: `sum by (sink) (${rate(chosen.counter('codex_log_dropped_total'), WINDOW)})`, legend: 'log: {{sink}}' },
      ],
    },
    {
      title: 'Disk',
      description: 'What the agent logs and the log database of the worker take. Lines: where the alerts begin.',
      kind: 'timeseries',
      unit: 'bytes',
      signal: 'workerDisk',
      steps: [
        { from: 0, colour: 'green' },
        { from: THRESHOLDS.workerLogDbShare * THRESHOLDS.workerLogDbBytes, colour: 'red' },
      ],
      queries: [
        { expr: chosen.gauge('codex_worker_log_db_bytes'), legend: 'log database of the worker {{instance}}' },
        { expr: chosen.gauge('codex_agent_logs_bytes'), legend: 'agent_logs {{instance}}' },
      ],
    },
    {
      title: 'Archive: rows',
      description: 'Rows of agent_logs that went to a verified archive and were deleted.',
      kind: 'timeseries',
      unit: 'cps',
      signal: 'archive',
      queries: [{ expr: rate(chosen.counter('codex_agent_logs_archived_rows_total'), WINDOW), legend: '{{instance}} a second' }],
    },
    {
      title: 'Archive: over its threshold',
      description: 'agent_logs as a share of what it may take before it is archived. Above 100 % for long: archiving fails.',
      kind: 'timeseries',
      unit: 'percentunit',
      signal: 'archive',
      steps: [
        { from: 0, colour: 'green' },
        { from: 1, colour: 'red' },
      ],
      queries: [{ expr: `${chosen.gauge('codex_agent_logs_bytes')} / ${THRESHOLDS.agentLogsBytes}`, legend: '{{instance}}' }],
    },
    {
      title: 'Archive: last success',
      description: 'How long ago; nothing before the first. Only matters while agent_logs is over its threshold.',
      kind: 'stat',
      unit: 's',
      signal: 'archive',
      queries: [{ expr: `time() - (${chosen.gauge('codex_archive_last_success_timestamp_seconds')} > 0)`, legend: '{{instance}}' }],
    },
  ],
};
