import { z } from 'zod';
import { ARCHIVE_PHASES } from '../archive/archive-outcome.ts';

/** How a field is carried in a log record, and what it means. Units are in the names. */
export interface LogField {
  readonly schema: z.ZodType;
  readonly description: string;
}

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_COMPONENTS = [
  'proxy',
  'http',
  'sse',
  'worker',
  'rpc',
  'usage',
  'maintenance',
  'trace_buffer',
  'tool_buffer',
  'run_events',
  'agent_logs',
  'archive',
  'log',
] as const;
export type LogComponent = (typeof LOG_COMPONENTS)[number];

/** How a request ended. Every request has exactly one. */
export const OUTCOMES = ['completed', 'client_closed', 'worker_exited', 'timeout', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Every field that a log record may carry: stdout and the NDJSON files. One row a field. */
export const LOG_FIELDS = {
  timestamp: { schema: z.iso.datetime(), description: 'When the record was made, ISO 8601 UTC with milliseconds.' },
  level: { schema: z.enum(LOG_LEVELS), description: 'Severity.' },
  component: { schema: z.enum(LOG_COMPONENTS), description: 'The part that speaks.' },
  event: { schema: z.string(), description: 'What happened: a name from the table of events.' },
  message: { schema: z.string(), description: 'One redacted sentence for people, where the event alone does not say it.' },
  request_id: { schema: z.string(), description: 'Made here for each HTTP request: `req_…`. The key for stitching.' },
  run_id: { schema: z.string(), description: 'The run in the durable record; equals `request_id`.' },
  client_request_id: { schema: z.string(), description: "The caller's own `X-Request-Id`, if it is well formed. Never a key." },
  route: { schema: z.string(), description: 'Route template, `other` when none matched.' },
  method: { schema: z.string(), description: 'HTTP method.' },
  model: { schema: z.string(), description: 'Served model, `other` when the request named none that is served.' },
  stream: { schema: z.boolean(), description: 'Whether the answer is a stream.' },
  status: {
    schema: count,
    description: 'HTTP status; 499 when the client left, the status of the error when a stream failed after its headers.',
  },
  outcome: { schema: z.enum(OUTCOMES), description: 'How the request ended.' },
  finish_reason: { schema: z.string(), description: "OpenAI's finish reason of a completed answer." },
  latency_ms: { schema: ms, description: 'From the request line to the end of the answer.' },
  queue_ms: { schema: ms, description: 'Time spent waiting for a worker slot.' },
  ttft_ms: { schema: ms, description: 'From the request line to the first content delta.' },
  delta_count: { schema: count, description: 'Content deltas forwarded.' },
  bytes: { schema: count, description: 'Size of what the record is about: the answer of a request, a JSON-RPC frame, a file.' },
  tokens_prompt: { schema: count, description: "Prompt tokens as the worker's provider reported them." },
  tokens_response: { schema: count, description: 'Completion tokens, likewise.' },
  tokens_cached: { schema: count, description: 'Prompt tokens served from a cache, likewise.' },
  tokens_reasoning: { schema: count, description: 'Completion tokens spent on reasoning, likewise.' },
  worker_state: { schema: z.string(), description: 'State of the serving worker when the record was made.' },
  worker_pid: { schema: count, description: 'Process id of the worker.' },
  worker_event: { schema: z.string(), description: 'Name of a life-cycle or housekeeping event, as the requirement documents call it.' },
  restart_count: { schema: count, description: 'Worker restarts since the proxy started.' },
  restart_streak: { schema: count, description: 'Failed starts and early exits in a row.' },
  backoff_ms: { schema: ms, description: 'The delay before the next worker start.' },
  handshake_ms: { schema: ms, description: 'From spawn to the answered handshake.' },
  exit_code: { schema: z.int().nullable(), description: 'Exit code of the worker, null if a signal ended it.' },
  signal: { schema: z.string(), description: 'Signal that ended the worker, or that the proxy received.' },
  version: { schema: z.string(), description: 'Version of the part that started.' },
  maintenance_mode: { schema: z.boolean(), description: 'Whether maintenance mode was on.' },
  error_code: { schema: z.string(), description: 'A code from the table of errors.' },
  retryable: { schema: z.boolean(), description: 'Whether the same request can succeed later.' },
  error_message: { schema: z.string(), description: 'Redacted message of the cause.' },
  error_stack: { schema: z.string(), description: 'Redacted stack of an unexpected error.' },
  reason: { schema: z.string(), description: 'Why: a short code.' },
  from: { schema: z.string(), description: 'State before a change.' },
  to: { schema: z.string(), description: 'State after a change.' },
  source: { schema: z.string(), description: 'What caused a change: environment, endpoint, expiry, signal, corrupt_file.' },
  author: { schema: z.string(), description: 'Who asked for a change, as they said.' },
  expires_at: { schema: z.iso.datetime(), description: 'When a state ends by itself, ISO 8601 UTC.' },
  direction: { schema: z.enum(['to_worker', 'from_worker']), description: 'Which way a JSON-RPC frame went.' },
  frame_type: {
    schema: z.enum(['rpc_request', 'rpc_response', 'rpc_notification', 'rpc_error', 'server_request', 'server_response', 'delta_run']),
    description: 'Kind of a JSON-RPC frame; `delta_run` stands for consecutive deltas.',
  },
  rpc_method: { schema: z.string(), description: 'JSON-RPC method; of the request, for a response.' },
  rpc_id: { schema: z.union([z.string(), z.int()]), description: 'JSON-RPC id.' },
  thread_id: { schema: z.string(), description: 'Worker thread that served the request.' },
  count: { schema: count, description: 'How many things the record stands for.' },
  total_count: { schema: count, description: 'Of how many; for what is still under way, at most.' },
  purged_count: { schema: count, description: 'Rows that were deleted.' },
  phase: { schema: z.enum(ARCHIVE_PHASES), description: 'What a run of the archiver is doing.' },
  file: { schema: z.string(), description: 'Name of a file, without its folder.' },
  compressed_bytes: { schema: count, description: 'Size of what `bytes` tells, compressed.' },
  returned_bytes: { schema: count, description: 'Bytes given back to the disk.' },
  elapsed_ms: { schema: ms, description: 'Since the request was admitted; for a delta run, of its first delta.' },
  duration_ms: { schema: ms, description: 'How long the thing took.' },
  max_gap_ms: { schema: ms, description: 'Longest time between two deltas of a run.' },
  max_gap_after: { schema: count, description: 'How many deltas of the run had come before that.' },
  sink: { schema: z.string(), description: 'Log destination that the record is about.' },
  provider: { schema: z.string(), description: 'Kind of model provider: demo, codex or custom.' },
  address: { schema: z.string(), description: 'Where the proxy listens.' },
} as const satisfies Record<string, LogField>;

export type LogFieldName = keyof typeof LOG_FIELDS;

/** All fields, each optional: what callers hand to a logger. */
export type LogFields = { [K in LogFieldName]?: z.infer<(typeof LOG_FIELDS)[K]['schema']> | undefined };
