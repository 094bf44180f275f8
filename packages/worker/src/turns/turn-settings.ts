import type { ThreadStartParams } from '../protocol/messages.ts';

/** What is the same for every turn of a supervisor. */
export interface TurnSettings {
  /** Working directory told to the worker. */
  readonly cwd: string;
  readonly sandbox: ThreadStartParams['sandbox'];
  /** False leaves the model without any environment to act in. */
  readonly agentTools: boolean;
  /** From submission to end, waiting included. */
  readonly requestTimeoutMs: number;
  /** Longest silence of the worker during a turn. */
  readonly idleTimeoutMs: number;
  /** Milliseconds, monotonic. */
  readonly monotonicMs: () => number;
  readonly redactText: (text: string) => string;
}
