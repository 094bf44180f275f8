export interface LivenessInput {
  /** Why only a restart of the process mends it; a short code that anyone may read. */
  readonly internalFailure?: string | undefined;
}

export interface LivenessBody {
  readonly status: 'ok' | 'failed';
  readonly reason?: string;
}

export interface LivenessResult {
  readonly httpStatus: 200 | 503;
  readonly body: LivenessBody;
  /** With every 503. */
  readonly retryAfterSeconds?: number;
}

/** What a supervisor needs to restart a process that has failed its liveness probe. */
const RESTART_SECONDS = 5;

/**
 * The answer of `/livez`: 200 while the process itself works, whatever the worker does. A restart of the proxy mends no worker,
 * and would cut every stream.
 */
export function evaluateLiveness({ internalFailure }: LivenessInput = {}): LivenessResult {
  if (internalFailure === undefined) return { httpStatus: 200, body: { status: 'ok' } };
  return { httpStatus: 503, body: { status: 'failed', reason: internalFailure }, retryAfterSeconds: RESTART_SECONDS };
}
