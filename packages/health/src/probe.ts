import {
  DEGRADED_PARTS,
  ERROR_CODES,
  type DegradedPart,
  type ProbeBody,
  type UnreadyReason,
  type WorkerSnapshot,
} from '@codex-proxy/contracts';

/** All that readiness depends on, at one moment. */
export interface HealthInput {
  /** Of the serving worker: during a planned recycle the old one, until its successor serves. */
  readonly worker: WorkerSnapshot;
  /** The proxy itself is draining. */
  readonly draining: boolean;
  /** Shown, but without influence: an instance in maintenance answers its clients by itself. */
  readonly maintenanceMode: boolean;
  /** Parts whose failure costs sight, not service. */
  readonly degraded: readonly DegradedPart[];
}

export interface ProbeResult {
  readonly httpStatus: 200 | 503;
  readonly body: ProbeBody;
  /** With every 503. */
  readonly retryAfterSeconds?: number;
}

/**
 * The answer of `/readyz` and `/healthz`: 200 only after a handshake of the worker, with no backoff running and the proxy not
 * draining. It is a function of what is known already: no probe touches the worker.
 * @example
 * evaluateProbe({ worker, draining: false, maintenanceMode: false, degraded: ['log_sink'] }).body.status; // → "degraded"
 */
export function evaluateProbe(input: HealthInput): ProbeResult {
  const { worker, maintenanceMode } = input;
  const reason = unreadyReason(input);
  const degraded = DEGRADED_PARTS.filter((part) => input.degraded.includes(part));
  const body: ProbeBody = {
    status: reason !== undefined ? 'unready' : degraded.length > 0 ? 'degraded' : 'ok',
    ...(reason === undefined ? {} : { reason }),
    worker_state: worker.state,
    ...(worker.lastExitCode === undefined ? {} : { last_exit_code: worker.lastExitCode }),
    ...(worker.restartStreak === 0 ? {} : { restart_streak: worker.restartStreak }),
    ...(worker.backoffMs === 0 ? {} : { backoff_ms: worker.backoffMs }),
    maintenance_mode: maintenanceMode,
    ...(degraded.length === 0 ? {} : { degraded }),
  };
  if (reason === undefined) return { httpStatus: 200, body };
  return { httpStatus: 503, body, retryAfterSeconds: retryAfterSeconds(reason, worker) };
}

function unreadyReason({ worker, draining }: HealthInput): UnreadyReason | undefined {
  if (draining) return 'draining';
  if (!worker.available) return 'worker_unavailable';
  if (worker.backoffMs > 0) return 'worker_backoff';
  switch (worker.state) {
    case 'ready':
      return undefined;
    case 'starting':
    case 'handshake':
      return 'worker_starting';
    case 'exited':
    case 'backoff':
      return 'worker_backoff';
    case 'draining':
      return 'draining';
    case 'stopped':
      return 'worker_unavailable';
  }
}

function retryAfterSeconds(reason: UnreadyReason, worker: WorkerSnapshot): number {
  if (reason === 'draining') return ERROR_CODES.shutting_down.retryAfterSeconds;
  return Math.max(ERROR_CODES.worker_not_ready.retryAfterSeconds, Math.ceil(worker.backoffMs / 1_000));
}
