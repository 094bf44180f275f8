/**
 * States in the life of the serving worker, in order. `exited` is passed through when the process ends; `stopped` is final.
 */
export const WORKER_STATES = ['starting', 'handshake', 'ready', 'draining', 'exited', 'backoff', 'stopped'] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** What is known of the worker at one moment: all that probes, gauges and log records need. */
export interface WorkerSnapshot {
  readonly state: WorkerState;
  /** Process id while a process exists. */
  readonly pid?: number;
  /** Version from the handshake of the last worker that completed one. */
  readonly version?: string;
  /** True once any worker has completed a handshake. */
  readonly everReady: boolean;
  /** False after five failed starts in a row, or while the binary cannot be run: requests are refused at once. */
  readonly available: boolean;
  /** Worker processes started to replace another. */
  readonly restartCount: number;
  /** Failed starts and exits since the last stable period. */
  readonly restartStreak: number;
  /** The delay now running; 0 when none is. */
  readonly backoffMs: number;
  /** Exit code of the last process that ended; null if a signal ended it. */
  readonly lastExitCode?: number | null;
  /** Why the last start failed, in a short redacted sentence. */
  readonly lastStartError?: string;
  readonly inflight: number;
  readonly queueDepth: number;
}
