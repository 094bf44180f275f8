import type { LogComponent, LogFieldName, LogLevel } from './log-fields.ts';

export interface LogEvent {
  readonly component: LogComponent;
  readonly level: LogLevel;
  readonly description: string;
  /** Fields that every record of this event carries, beyond timestamp, level, component and event. */
  readonly fields: readonly LogFieldName[];
}

/** Every event that the system logs. One row an event. */
export const LOG_EVENTS = {
  proxy_starting: {
    component: 'proxy',
    level: 'info',
    description: 'The proxy has a valid configuration and starts.',
    fields: ['version', 'provider'],
  },
  proxy_listening: { component: 'proxy', level: 'info', description: 'The HTTP server accepts connections.', fields: ['address'] },
  proxy_draining: {
    component: 'proxy',
    level: 'info',
    description: 'A signal arrived: no new work, streams may finish.',
    fields: ['signal'],
  },
  clock_stepped: {
    component: 'proxy',
    level: 'warn',
    description:
      'The time of day was set by a second or more. After more than five minutes nothing is removed for its age within the next hour.',
    fields: ['from', 'to', 'duration_ms'],
  },
  proxy_stopped: { component: 'proxy', level: 'info', description: 'Everything is flushed; the process ends.', fields: ['duration_ms'] },
  proxy_failed: { component: 'proxy', level: 'fatal', description: 'The proxy cannot start or go on.', fields: ['error_message'] },
  uncaught_error: {
    component: 'proxy',
    level: 'error',
    description: 'An error that no handler expected; the process goes on.',
    fields: ['error_message'],
  },
  request_received: {
    component: 'http',
    level: 'info',
    description: 'Ingress: the request line and headers are in.',
    fields: ['request_id', 'method', 'route'],
  },
  request_completed: {
    component: 'http',
    level: 'info',
    description: 'Egress: the one terminal record of a request, whatever happened to it.',
    fields: [
      'request_id',
      'run_id',
      'method',
      'route',
      'status',
      'outcome',
      'latency_ms',
      'worker_state',
      'restart_count',
      'maintenance_mode',
    ],
  },
  client_error: {
    component: 'http',
    level: 'warn',
    description: "Node's HTTP parser refused what a client sent.",
    fields: ['error_code', 'status'],
  },
  connections_refused: {
    component: 'http',
    level: 'warn',
    description: 'Connections beyond `PROXY_MAX_CONNECTIONS` were closed as they came. The first at once, then so many every ten seconds.',
    fields: ['count'],
  },
  stream_started: {
    component: 'sse',
    level: 'debug',
    description: 'The headers and the role delta are out.',
    fields: ['request_id', 'model'],
  },
  stream_chunk: {
    component: 'sse',
    level: 'debug',
    description: 'Content deltas went out in one write.',
    fields: ['request_id', 'count', 'latency_ms'],
  },
  stream_keepalive: {
    component: 'sse',
    level: 'debug',
    description: 'A comment went out because the worker was silent.',
    fields: ['request_id'],
  },
  stream_done: {
    component: 'sse',
    level: 'debug',
    description: 'The final chunk and [DONE] are out.',
    fields: ['request_id', 'delta_count'],
  },
  stream_disconnected: {
    component: 'sse',
    level: 'info',
    description: 'The client went away, or was too slow and was cut off.',
    fields: ['request_id', 'reason', 'delta_count'],
  },
  worker_starting: { component: 'worker', level: 'info', description: 'A worker process was spawned.', fields: ['worker_pid'] },
  worker_started: {
    component: 'worker',
    level: 'info',
    description: 'The worker answered its handshake and serves.',
    fields: ['worker_pid', 'version', 'handshake_ms', 'restart_count'],
  },
  worker_start_failed: {
    component: 'worker',
    level: 'error',
    description: 'The worker could not be spawned, or failed its handshake.',
    fields: ['reason', 'error_message', 'restart_streak'],
  },
  worker_exited: {
    component: 'worker',
    level: 'warn',
    description: 'The worker process ended.',
    fields: ['exit_code', 'restart_count', 'reason'],
  },
  worker_unresponsive: {
    component: 'worker',
    level: 'error',
    description: 'The worker says nothing even when asked, or takes no more of its input: it is killed and replaced.',
    fields: ['worker_pid', 'reason', 'duration_ms'],
  },
  worker_recycling: {
    component: 'worker',
    level: 'info',
    description: 'A planned recycle begins: a successor is started while `worker_pid`, which has served `count` turns, serves on.',
    fields: ['worker_pid', 'reason', 'bytes', 'count'],
  },
  worker_recycled: {
    component: 'worker',
    level: 'info',
    description: 'The successor serves as `worker_pid`; the old worker drains its `count` turns and ends. No request fails by it.',
    fields: ['worker_pid', 'reason', 'count', 'duration_ms'],
  },
  worker_recycle_failed: {
    component: 'worker',
    level: 'error',
    description: 'No successor could be started; the worker serves on. `backoff_ms` until the next try, where there is one.',
    fields: ['reason', 'error_message'],
  },
  worker_backoff: { component: 'worker', level: 'warn', description: 'The next start waits.', fields: ['backoff_ms', 'restart_streak'] },
  worker_state_changed: {
    component: 'worker',
    level: 'debug',
    description: 'The worker moved between the states of its life.',
    fields: ['from', 'to'],
  },
  worker_stderr: {
    component: 'worker',
    level: 'debug',
    description: 'A redacted line of its standard error; rate limited.',
    fields: ['message'],
  },
  worker_log_db_reclaimed: {
    component: 'worker',
    level: 'info',
    description: "Rows of the worker's own log database were deleted, and their bytes given back to the disk.",
    fields: ['bytes', 'count', 'duration_ms'],
  },
  worker_log_db_failed: {
    component: 'worker',
    level: 'error',
    description: "The worker's own log database cannot be looked at; it is tried again. Once until it can.",
    fields: ['error_message'],
  },
  worker_log_db_recovered: {
    component: 'worker',
    level: 'info',
    description: "The worker's own log database can be looked at again.",
    fields: [],
  },
  worker_catalog_failed: {
    component: 'worker',
    level: 'warn',
    description: 'The models could not be stripped of their tools: the worker uses its own catalog, in which some models have them.',
    fields: ['error_message'],
  },
  worker_home_restored: {
    component: 'worker',
    level: 'warn',
    description: 'A folder or file that the worker needs had been removed, and was made again.',
    fields: ['file'],
  },
  worker_protocol_error: {
    component: 'worker',
    level: 'warn',
    description: 'The worker sent something that is not the protocol; rate limited.',
    fields: ['reason', 'bytes'],
  },
  worker_request_answered: {
    component: 'worker',
    level: 'info',
    description: 'A request of the worker to its client was answered by policy.',
    fields: ['rpc_method', 'reason'],
  },
  rpc_frame: {
    component: 'rpc',
    level: 'info',
    description: 'proto.ndjson: metadata of a JSON-RPC frame of a request, or of a run of deltas.',
    fields: ['request_id', 'direction', 'frame_type', 'rpc_method', 'bytes', 'elapsed_ms'],
  },
  usage_recorded: {
    component: 'usage',
    level: 'info',
    description: 'usage.ndjson: token usage of a request.',
    fields: ['request_id', 'model', 'tokens_prompt', 'tokens_response'],
  },
  maintenance_toggled: {
    component: 'maintenance',
    level: 'warn',
    description: 'Maintenance mode was switched.',
    fields: ['from', 'to', 'source'],
  },
  maintenance_file_failed: {
    component: 'maintenance',
    level: 'error',
    description:
      'What is kept of maintenance mode cannot be read (it then counts as on) or cannot be written (it then ends with the process).',
    fields: ['reason', 'error_message'],
  },
  maintenance_file_recovered: {
    component: 'maintenance',
    level: 'info',
    description: 'What was last switched is kept on disk again.',
    fields: [],
  },
  trace_buffer_toggled: {
    component: 'trace_buffer',
    level: 'warn',
    description: 'Capture of traces was switched.',
    fields: ['from', 'to', 'source'],
  },
  trace_buffer_pruned: {
    component: 'trace_buffer',
    level: 'info',
    description: 'Trace artifacts were removed; `worker_event` is `trace_buffer_prune`.',
    fields: ['worker_event', 'reason', 'count', 'bytes'],
  },
  trace_buffer_failed: {
    component: 'trace_buffer',
    level: 'error',
    description: 'A trace artifact cannot be written or swept; requests go on. Rate limited.',
    fields: ['reason', 'error_message'],
  },
  trace_buffer_recovered: {
    component: 'trace_buffer',
    level: 'info',
    description: 'Trace artifacts can be written again.',
    fields: ['count'],
  },
  tool_buffer_aborted: {
    component: 'tool_buffer',
    level: 'warn',
    description: 'A textual tool block was let go of as plain text, so many characters of it.',
    fields: ['request_id', 'reason', 'count'],
  },
  tool_buffer_malformed: {
    component: 'tool_buffer',
    level: 'info',
    description:
      'A whole textual tool block was no call, or (`not_offered`) one of a tool that the request does not offer; it stayed content.',
    fields: ['request_id', 'reason'],
  },
  run_events_failed: {
    component: 'run_events',
    level: 'error',
    description: 'Run events cannot be kept; requests go on, events are dropped and counted. Once until they can.',
    fields: ['reason', 'error_message'],
  },
  run_events_recovered: {
    component: 'run_events',
    level: 'info',
    description: 'Run events can be kept again; `count` were lost.',
    fields: ['count'],
  },
  run_events_retention: {
    component: 'run_events',
    level: 'info',
    description: 'Run events older than is allowed were deleted, and their bytes given back to the disk.',
    fields: ['count', 'bytes', 'duration_ms'],
  },
  agent_logs_failed: {
    component: 'agent_logs',
    level: 'error',
    description: 'Agent logs cannot be kept; requests go on, rows are dropped and counted. Once until they can.',
    fields: ['reason', 'error_message'],
  },
  agent_logs_recovered: {
    component: 'agent_logs',
    level: 'info',
    description: 'Agent logs can be kept again; `count` rows of the database were lost.',
    fields: ['count'],
  },
  agent_logs_dropped: {
    component: 'agent_logs',
    level: 'warn',
    description: 'Rows of agent logs were not kept since this was last said: too many at once, or no room. Rate limited.',
    fields: ['reason', 'count'],
  },
  archive_started: {
    component: 'archive',
    level: 'info',
    description: 'The table agent_logs takes more than is allowed, namely `bytes`: its rows are being archived.',
    fields: ['bytes'],
  },
  archive_progress: {
    component: 'archive',
    level: 'info',
    description: 'A run of the archiver has come to a phase, or so far within one; rate limited.',
    fields: ['phase', 'count', 'total_count'],
  },
  archive_completed: {
    component: 'archive',
    level: 'info',
    description: 'Rows of agent_logs are in a verified archive and deleted; `reason` tells a run from one that was resumed.',
    fields: ['reason', 'file', 'count', 'purged_count', 'bytes', 'compressed_bytes', 'returned_bytes', 'duration_ms'],
  },
  archive_stopped: {
    component: 'archive',
    level: 'info',
    description: 'A run of the archiver was told to stop; the next one goes on where it was.',
    fields: ['duration_ms'],
  },
  archive_failed: {
    component: 'archive',
    level: 'error',
    description:
      'Agent logs cannot be archived, or old archives not be removed; no row is lost by that. Once a cause until it goes well again.',
    fields: ['reason', 'error_message'],
  },
  archive_recovered: { component: 'archive', level: 'info', description: 'A run of the archiver went well again.', fields: [] },
  archive_retention: {
    component: 'archive',
    level: 'info',
    description: 'Archives older than is allowed were removed.',
    fields: ['count', 'bytes'],
  },
  log_sink_failed: {
    component: 'log',
    level: 'error',
    description: 'A log file cannot be written; records are dropped and counted. Rate limited.',
    fields: ['sink', 'error_message'],
  },
  log_sink_recovered: { component: 'log', level: 'info', description: 'A log file can be written again.', fields: ['sink', 'count'] },
} as const satisfies Record<string, LogEvent>;

export type LogEventName = keyof typeof LOG_EVENTS;
