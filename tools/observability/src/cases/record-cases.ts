import { THRESHOLDS } from '../objectives.ts';
import { growing, samples, steady, TARGET, type AlertCases, type InputSeries } from './alert-case.ts';

const traceErrors = (values: string): InputSeries => samples('codex_trace_buffer_write_errors_total', {}, values);
const agentLogs = (values: string): InputSeries => samples('codex_agent_logs_bytes', {}, values);
const archived = (values: string): InputSeries => samples('codex_archive_last_success_timestamp_seconds', {}, values);
const logDb = (values: string): InputSeries => samples('codex_worker_log_db_bytes', {}, values);
const MIB = 1_048_576;

export const RECORD_CASES = {
  CodexTraceBufferWriteErrors: {
    fires: [{ name: 'one trace is lost', input: [traceErrors('0x5 1x10')], atMinutes: 7, fires: { labels: TARGET } }],
    silent: [
      { name: 'it was a quarter of an hour ago', input: [traceErrors('0x5 1x30')], atMinutes: 20 },
      { name: 'none is lost', input: [traceErrors(steady(0, 20))], atMinutes: 15 },
    ],
  },
  CodexArchiveOverdue: {
    fires: [
      {
        name: 'over the threshold, and never archived',
        input: [agentLogs(steady(150 * MIB, 120)), archived(steady(0, 120))],
        atMinutes: 90,
        fires: { labels: TARGET, value: '150Mi' },
      },
      {
        name: 'over the threshold, and archived two hours ago',
        input: [agentLogs(`${steady(10 * MIB, 60)} ${steady(150 * MIB, 120)}`), archived(steady(600, 180))],
        atMinutes: 130,
        fires: { labels: TARGET, value: '150Mi' },
      },
    ],
    silent: [
      {
        name: 'below the threshold, and never archived',
        input: [agentLogs(steady(90 * MIB, 120)), archived(steady(0, 120))],
        atMinutes: 100,
      },
      {
        name: 'over the threshold while archives succeed',
        input: [agentLogs(steady(150 * MIB, 120)), archived(growing(60, 120))],
        atMinutes: 100,
      },
      {
        name: 'over the threshold for ten minutes',
        input: [agentLogs(`${steady(90 * MIB, 80)} ${steady(150 * MIB, 10)} ${steady(MIB, 30)}`), archived(steady(0, 120))],
        atMinutes: 90,
      },
    ],
  },
  CodexWorkerLogDbNearLimit: {
    fires: [
      {
        name: '95 % for twenty minutes',
        input: [logDb(steady(THRESHOLDS.workerLogDbBytes * 0.95, 40))],
        atMinutes: 20,
        fires: { labels: TARGET, value: '243.2Mi' },
      },
    ],
    silent: [
      { name: 'half of it', input: [logDb(steady(THRESHOLDS.workerLogDbBytes * 0.5, 40))], atMinutes: 30 },
      {
        name: 'reclaimed after a few minutes',
        input: [logDb(`${steady(THRESHOLDS.workerLogDbBytes, 5)} ${steady(MIB, 40)}`)],
        atMinutes: 16,
      },
    ],
  },
  CodexLogRecordsDropped: {
    fires: [
      {
        name: 'a sink drops',
        input: [samples('codex_log_dropped_total', { sink: 'access' }, '0x5 7x10')],
        atMinutes: 7,
        fires: { labels: { ...TARGET, sink: 'access' } },
      },
    ],
    silent: [
      { name: 'nothing new is dropped', input: [samples('codex_log_dropped_total', { sink: 'access' }, steady(7, 30))], atMinutes: 20 },
    ],
  },
  CodexRunEventsDropped: {
    fires: [
      {
        name: 'the database takes no more',
        input: [samples('codex_run_events_dropped_total', { reason: 'write_failed' }, '0x5 3x10')],
        atMinutes: 7,
        fires: { labels: { ...TARGET, reason: 'write_failed' } },
      },
    ],
    silent: [
      {
        name: 'a run has reached its limit, and runs come faster than they are kept',
        input: [
          samples('codex_run_events_dropped_total', { reason: 'run_event_limit' }, growing(50, 20)),
          samples('codex_run_events_dropped_total', { reason: 'rate' }, growing(50, 20)),
        ],
        atMinutes: 10,
      },
    ],
  },
} as const satisfies Record<string, AlertCases>;
