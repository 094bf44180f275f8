import type { WorkerEvents } from '@codex-proxy/contracts';
import type { WorkerCommand } from '../process/worker-process.ts';
import type { ThreadStartParams } from '../protocol/messages.ts';

export interface SupervisorOptions {
  /** How to run the worker; asked before each start, so that a provider's address may change. */
  readonly command: () => WorkerCommand;
  /** Told to the worker in the handshake. */
  readonly clientInfo: { readonly name: string; readonly title: string; readonly version: string };
  /** Turns at once. Default 32. */
  readonly maxConcurrency?: number;
  /** Requests that may wait. Default 128. */
  readonly maxQueue?: number;
  /** Of a request, waiting included. Default 600,000. */
  readonly requestTimeoutMs?: number;
  /** Longest silence within a turn. Default 300,000. */
  readonly idleTimeoutMs?: number;
  /** From spawn to the answered handshake; generous, because a loaded machine is slow and not broken. Default 15,000. */
  readonly handshakeTimeoutMs?: number;
  /** First restart delay; doubles. Default 250. */
  readonly backoffInitialMs?: number;
  /** Default 5,000. */
  readonly backoffMaxMs?: number;
  /** A worker that has served this long ends the streak of failures. Default 10,000. */
  readonly stableMs?: number;
  /** Resident memory of the worker, in bytes, beyond which it is recycled; 0 for no limit. Default 0. */
  readonly maxResidentBytes?: number;
  /** Turns after which it is recycled; 0 for no limit. Default 0. */
  readonly maxTurns?: number;
  /**
   * What turns on a recycled worker get at least to end. They get more, as long as no limit of memory asks for the next recycle: two
   * workers at a time are enough. Default 10,000.
   */
  readonly drainMs?: number;
  /**
   * A worker that is silent for so long is asked for a sign of life; when it gives none for as long again, it is killed. One that takes nothing of its input for twice as long is killed, too. Default 15,000.
   */
  readonly patienceMs?: number;
  /** Between two looks at its memory. Default 1,000. */
  readonly memoryCheckMs?: number;
  /** Longest line of the worker that is read. Default 64 MiB. */
  readonly maxLineBytes?: number;
  /** Working directory told to the worker for its threads. */
  readonly threadCwd: string;
  /** Default `read-only`. */
  readonly sandbox?: ThreadStartParams['sandbox'];
  /** Whether the model gets an environment to act in. Default false. */
  readonly agentTools?: boolean;
  /** What is reported; a callback left out is not called. */
  readonly events?: Partial<WorkerEvents>;
  /** Applied to all foreign text before it is reported or shown. */
  readonly redactText: (text: string) => string;
  /** Milliseconds, monotonic. Default `performance.now`. */
  readonly monotonicMs?: () => number;
  /** Unix milliseconds. Default `Date.now`. */
  readonly nowMs?: () => number;
}
