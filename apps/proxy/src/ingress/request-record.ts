import {
  errorDefinition,
  type ErrorCode,
  type LogFields,
  type Outcome,
  type TerminalRecord,
  type TokenUsage,
} from '@codex-proxy/contracts';

/** State of the system that a terminal record tells along with the request. */
export interface SystemState {
  readonly workerState: string;
  readonly restartCount: number;
  readonly maintenanceMode: boolean;
}

const OUTCOMES: Partial<Record<ErrorCode, Outcome>> = {
  worker_exited: 'worker_exited',
  worker_timeout: 'timeout',
  stream_idle_timeout: 'timeout',
  request_timeout: 'timeout',
  provider_error: 'failed',
  provider_rate_limited: 'failed',
  context_length_exceeded: 'failed',
  internal_error: 'failed',
};

const CLIENT_CLOSED = 499;

/** What is learnt of one request on its way; becomes its one terminal record. */
export class RequestRecord {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly method: string;
  readonly route: string;
  readonly startedAtMs: number;
  model: string | undefined;
  stream = false;
  queueMs: number | undefined;
  firstDeltaAtMs: number | undefined;
  deltaCount = 0;
  workerPid: number | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  /** Set when this side cut the connection, with the reason. */
  cutReason: string | undefined;
  /** Set when this side ended the answer before its turn was over, with the reason. */
  stopReason: string | undefined;
  #error: { code: ErrorCode; reason: string | undefined } | undefined;
  #ids: LogFields | undefined;

  constructor(start: { suffix: string; clientRequestId: string | undefined; method: string; route: string; startedAtMs: number }) {
    this.requestId = `req_${start.suffix}`;
    this.clientRequestId = start.clientRequestId;
    this.method = start.method;
    this.route = start.route;
    this.startedAtMs = start.startedAtMs;
  }

  /** What every log record made during the request carries. */
  get ids(): LogFields {
    this.#ids ??= {
      request_id: this.requestId,
      run_id: this.requestId,
      ...(this.clientRequestId === undefined ? {} : { client_request_id: this.clientRequestId }),
    };
    return this.#ids;
  }

  get failed(): boolean {
    return this.#error !== undefined;
  }

  /**
   * The request ends with this error, whether or not it can still be told by status. The first one counts.
   * @param reason A short code. Not the message: a provider's or a client's words are content, and no record holds any.
   */
  fail(code: ErrorCode, reason?: string): void {
    this.#error ??= { code, reason };
  }

  /**
   * @param end `status` as sent; `delivered` false when the connection closed before the answer was out.
   */
  terminal(end: { status: number; delivered: boolean; endedAtMs: number; bytes: number }, system: SystemState): TerminalRecord {
    const closed = !end.delivered && this.#error === undefined;
    const error = this.#error;
    const status = closed ? CLIENT_CLOSED : error === undefined ? end.status : errorDefinition(error.code).status;
    return {
      ...this.ids,
      request_id: this.requestId,
      run_id: this.requestId,
      method: this.method,
      route: this.route,
      model: this.model,
      stream: this.stream,
      status,
      outcome: closed
        ? 'client_closed'
        : error === undefined
          ? status < 400
            ? 'completed'
            : 'refused'
          : (OUTCOMES[error.code] ?? 'refused'),
      finish_reason: closed || error !== undefined ? undefined : this.finishReason,
      error_code: closed ? 'client_closed' : error?.code,
      retryable: error === undefined ? undefined : errorDefinition(error.code).retryable,
      reason: this.cutReason ?? error?.reason ?? (closed ? undefined : this.stopReason),
      latency_ms: round(end.endedAtMs - this.startedAtMs),
      queue_ms: this.queueMs === undefined ? undefined : round(this.queueMs),
      ttft_ms: this.firstDeltaAtMs === undefined ? undefined : round(this.firstDeltaAtMs - this.startedAtMs),
      delta_count: this.deltaCount === 0 ? undefined : this.deltaCount,
      bytes: end.bytes,
      tokens_prompt: this.usage?.inputTokens,
      tokens_response: this.usage?.outputTokens,
      tokens_cached: this.usage?.cachedInputTokens,
      tokens_reasoning: this.usage?.reasoningOutputTokens,
      worker_state: system.workerState,
      worker_pid: this.workerPid,
      restart_count: system.restartCount,
      maintenance_mode: system.maintenanceMode,
    };
  }
}

/** Microseconds are enough, and keep lines short. */
function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
