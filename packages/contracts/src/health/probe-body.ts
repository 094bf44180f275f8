import { z } from 'zod';
import { WORKER_STATES } from '../worker/worker-snapshot.ts';

/** Parts whose failure degrades observation but never readiness. */
export const DEGRADED_PARTS = ['trace_buffer', 'run_events', 'agent_logs', 'log_sink', 'archive', 'worker_log_db'] as const;
export type DegradedPart = (typeof DEGRADED_PARTS)[number];

export const UNREADY_REASONS = ['worker_starting', 'worker_backoff', 'worker_unavailable', 'draining'] as const;
export type UnreadyReason = (typeof UNREADY_REASONS)[number];

/** Body of `/readyz` and `/healthz`. */
export const probeBodySchema = z.strictObject({
  status: z.enum(['ok', 'degraded', 'unready']),
  reason: z.enum(UNREADY_REASONS).optional(),
  worker_state: z.enum(WORKER_STATES),
  last_exit_code: z.int().nullable().optional(),
  restart_streak: z.int().nonnegative().optional(),
  backoff_ms: z.number().nonnegative().optional(),
  maintenance_mode: z.boolean(),
  degraded: z.array(z.enum(DEGRADED_PARTS)).optional(),
});

export type ProbeBody = z.infer<typeof probeBodySchema>;
