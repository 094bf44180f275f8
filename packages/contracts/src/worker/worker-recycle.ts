import { z } from 'zod';

/** Why a worker is replaced as planned: it takes too much memory, has served enough turns, or an operator asked for it. */
export const WORKER_RECYCLE_REASONS = ['memory', 'turns', 'demand'] as const;
export type WorkerRecycleReason = (typeof WORKER_RECYCLE_REASONS)[number];

/**
 * `idle`, or what is under way: a successor is `starting` while the old worker serves; then the successor serves, and the old worker is
 * `draining`.
 */
export const WORKER_RECYCLE_STATUSES = ['idle', 'starting', 'draining'] as const;

/** Body of `/internal/worker/recycle`. */
export const workerRecycleStateSchema = z.strictObject({
  status: z.enum(WORKER_RECYCLE_STATUSES),
  /** Of the recycle that is under way. */
  reason: z.enum(WORKER_RECYCLE_REASONS).optional(),
  /** Process id of the worker that serves; absent without one. */
  worker_pid: z.int().positive().optional(),
  /** Process id of the other worker: the successor that starts, or the old one that drains. */
  other_pid: z.int().positive().optional(),
  /** Turns that the old worker still has; only while it drains. */
  draining_turns: z.int().nonnegative().optional(),
  /** Workers that were replaced as planned since the proxy started. */
  recycles: z.int().nonnegative(),
  /** Answers to `POST` only: whether this request began the recycle; false when one was under way already. */
  started: z.boolean().optional(),
});
export type WorkerRecycleState = z.infer<typeof workerRecycleStateSchema>;
