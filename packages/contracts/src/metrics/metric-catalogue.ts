import type { MetricLabelName } from './metric-labels.ts';

export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'summary';

export interface MetricDefinition {
  readonly kind: MetricKind;
  readonly help: string;
  readonly labels: readonly MetricLabelName[];
  /** Upper bounds of a histogram's buckets, in the unit of the name; `+Inf` is implied. */
  readonly buckets?: readonly number[];
  /** Quantiles of a summary. */
  readonly quantiles?: readonly number[];
  /** Width of a summary's sliding window. */
  readonly windowMs?: number;
}

/** From a millisecond to ten minutes: the slowest normal turn is inside, so p95 never sticks at the top bucket. */
const LATENCY_BUCKETS_MS = [
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
] as const;

/** Every series that the system exports, besides the process and event-loop defaults of prom-client. One row a family. */
export const METRICS = {
  codex_http_requests_total: {
    kind: 'counter',
    help: 'HTTP requests that ended, by the status they really ended with.',
    labels: ['route', 'method', 'status_family'],
  },
  codex_http_latency_ms: {
    kind: 'histogram',
    help: 'Time from request line to end of answer, in milliseconds.',
    labels: ['route', 'method', 'status_family', 'model'],
    buckets: LATENCY_BUCKETS_MS,
  },
  codex_http_latency_quantile_ms: {
    kind: 'summary',
    help: 'Quantiles of request latency over the last five minutes, in milliseconds.',
    labels: ['route'],
    quantiles: [0.5, 0.95, 0.99],
    windowMs: 300_000,
  },
  codex_http_errors_total: {
    kind: 'counter',
    help: 'HTTP requests that ended with an error, by code; a client that left counts as client_closed.',
    labels: ['route', 'method', 'error_code'],
  },
  codex_http_connections: { kind: 'gauge', help: 'Connections to the server that are open.', labels: [] },
  codex_http_connections_refused_total: {
    kind: 'counter',
    help: 'Connections closed as they came, because there were as many as there may be.',
    labels: [],
  },
  codex_stream_ttft_ms: {
    kind: 'histogram',
    help: 'Time from request line to first content delta of a stream, in milliseconds.',
    labels: ['model'],
    buckets: LATENCY_BUCKETS_MS,
  },
  codex_stream_inter_delta_ms: {
    kind: 'histogram',
    help: 'Time between consecutive content deltas of a stream, in milliseconds; 0 between deltas of one read.',
    labels: ['model'],
    buckets: [1, 2.5, 5, 10, 20, 30, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000],
  },
  codex_stream_end_total: { kind: 'counter', help: 'Streams that ended, by outcome.', labels: ['outcome'] },
  codex_streams_active: { kind: 'gauge', help: 'Streams whose headers are out and that have not ended.', labels: [] },
  codex_tokens_total: {
    kind: 'counter',
    help: 'Tokens as the model provider reported them; cached are part of prompt, reasoning of response.',
    labels: ['model', 'direction'],
  },
  codex_worker_restarts_total: {
    kind: 'counter',
    help: 'Worker processes started to replace one that ended or failed to start.',
    labels: [],
  },
  codex_worker_recycles_total: {
    kind: 'counter',
    help: 'Workers that were replaced as planned, by reason; no request fails by it.',
    labels: ['reason'],
  },
  codex_worker_backoff_ms: { kind: 'gauge', help: 'The restart delay now running, in milliseconds; 0 when none is.', labels: [] },
  codex_worker_ready: { kind: 'gauge', help: '1 while a worker that answered its handshake serves.', labels: [] },
  codex_worker_state: { kind: 'gauge', help: '1 for the state that the worker is in, 0 for the others.', labels: ['state'] },
  codex_worker_inflight: { kind: 'gauge', help: 'Turns that occupy a worker slot.', labels: [] },
  codex_worker_queue_depth: { kind: 'gauge', help: 'Requests that wait for a worker slot.', labels: [] },
  codex_worker_handshake_ms: {
    kind: 'histogram',
    help: 'Time from spawn to the answered handshake, in milliseconds.',
    labels: [],
    buckets: [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000, 30_000, 60_000],
  },
  codex_worker_rss_bytes: { kind: 'gauge', help: 'Resident memory of the worker process.', labels: [] },
  codex_worker_log_db_bytes: {
    kind: 'gauge',
    help: "The worker's own log database on disk, its write-ahead log included, in bytes.",
    labels: [],
  },
  codex_maintenance_mode: { kind: 'gauge', help: '1 for the state that maintenance mode is in, 0 for the other.', labels: ['state'] },
  codex_trace_buffer_entries: { kind: 'gauge', help: 'Trace artifacts on disk.', labels: [] },
  codex_trace_buffer_pruned_total: { kind: 'counter', help: 'Trace artifacts removed, by reason.', labels: ['reason'] },
  codex_trace_buffer_write_errors_total: { kind: 'counter', help: 'Trace artifacts that could not be written.', labels: [] },
  codex_tool_buffer_started_total: { kind: 'counter', help: 'Textual tool blocks that began.', labels: ['output_mode'] },
  codex_tool_buffer_flushed_total: { kind: 'counter', help: 'Textual tool blocks given out whole.', labels: ['output_mode'] },
  codex_tool_buffer_aborted_total: {
    kind: 'counter',
    help: 'Textual tool blocks let go of as plain text, by reason.',
    labels: ['output_mode', 'reason'],
  },
  codex_tool_buffer_anomaly: {
    kind: 'gauge',
    help: '1 for two minutes after a textual tool block was aborted for a reason other than a disconnect.',
    labels: [],
  },
  codex_run_events_appended_total: { kind: 'counter', help: 'Run events committed to the database, by type.', labels: ['type'] },
  codex_run_events_dropped_total: { kind: 'counter', help: 'Run events that were not kept, by reason.', labels: ['reason'] },
  codex_agent_logs_bytes: { kind: 'gauge', help: 'What the rows of agent_logs take, in bytes.', labels: [] },
  codex_agent_logs_archived_rows_total: {
    kind: 'counter',
    help: 'Rows of agent_logs that went to a verified archive and were deleted.',
    labels: [],
  },
  codex_archive_last_success_timestamp_seconds: {
    kind: 'gauge',
    help: 'When an archive of agent_logs was last completed, in seconds since 1970; 0 before the first.',
    labels: [],
  },
  codex_log_dropped_total: { kind: 'counter', help: 'Log records that a sink could not take.', labels: ['sink'] },
  codex_build_info: { kind: 'gauge', help: 'Always 1; versions of the proxy and of the worker.', labels: ['version', 'codex_version'] },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

type NamesOfKind<K extends MetricKind> = { [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never }[MetricName];

export type CounterName = NamesOfKind<'counter'>;
export type GaugeName = NamesOfKind<'gauge'>;
export type HistogramName = NamesOfKind<'histogram'>;
export type SummaryName = NamesOfKind<'summary'>;

/** The labels of series `N`, each with its value. */
export type LabelsOf<N extends MetricName> = { readonly [L in (typeof METRICS)[N]['labels'][number]]: string };
