import { z } from 'zod';
import { OUTCOMES } from '../log/log-fields.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const direction = z.enum(['to_worker', 'from_worker']);

/** A JSON-RPC frame, its payload under the redaction profile `trace`. */
export const traceFrameSchema = z.strictObject({
  type: z.enum(['rpc_request', 'rpc_response', 'rpc_notification', 'rpc_error', 'server_request', 'server_response']),
  direction,
  method: z.string(),
  id: z.union([z.string(), z.int()]).optional(),
  /** Since the first frame. */
  at_ms: ms,
  /** Size on the wire. */
  bytes: count,
  redacted: z.literal(true),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
  /** The payload was too large for the artifact and is left out. */
  truncated: z.literal(true).optional(),
});

/** Consecutive deltas: how many, how large, and how far apart at most. Nothing of what was in them. */
export const traceDeltaRunSchema = z.strictObject({
  type: z.literal('delta_run'),
  direction,
  method: z.string(),
  count,
  bytes: count,
  first_at_ms: ms,
  last_at_ms: ms,
  max_gap_ms: ms,
});

/** One file of the trace buffer: the shape and the timing of a request's exchange with the worker. */
export const traceArtifactSchema = z.strictObject({
  version: z.literal(1),
  req_id: z.string(),
  run_id: z.string(),
  /** When the request ended, ISO 8601 UTC; also in the name of the file. */
  timestamp: z.iso.datetime(),
  model: z.string().optional(),
  outcome: z.enum(OUTCOMES),
  duration_ms: ms,
  /** Whether payloads or frames had to be left out. */
  truncated: z.boolean(),
  /** Frames left out at the end, where there were too many. */
  dropped_events: count.optional(),
  events: z.array(z.union([traceFrameSchema, traceDeltaRunSchema])),
});
export type TraceArtifact = z.infer<typeof traceArtifactSchema>;
export type TraceEvent = TraceArtifact['events'][number];

/** Why artifacts left the buffer: too old, too many, an operator's purge, or newer ones came faster than files can be written. */
export const TRACE_PRUNE_REASONS = ['age', 'count', 'purge', 'superseded'] as const;
export type TracePruneReason = (typeof TRACE_PRUNE_REASONS)[number];

/** What a sweep removed. One report a reason. */
export interface TracePrune {
  readonly reason: TracePruneReason;
  readonly count: number;
  readonly bytes: number;
}

/** Answer of `GET /internal/trace-buffer`; artifacts newest first. */
export const traceBufferStateSchema = z.strictObject({
  enabled: z.boolean(),
  entries: count,
  max_files: count,
  ttl_hours: z.number().positive(),
  artifacts: z.array(z.strictObject({ request_id: z.string(), timestamp: z.iso.datetime(), bytes: count })),
});
export type TraceBufferState = z.infer<typeof traceBufferStateSchema>;

/** Body of `POST /internal/trace-buffer`. */
export const traceBufferToggleSchema = z.strictObject({ enabled: z.boolean() });
