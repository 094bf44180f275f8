import { errorDefinition, errorEnvelope } from '@codex-proxy/contracts';
import { Router, type Request, type Response } from 'express';
import { evaluateLiveness, type LivenessResult } from './liveness.ts';
import { evaluateProbe, type HealthInput, type ProbeResult } from './probe.ts';

export interface HealthRouterOptions {
  /** What is known now; called once a probe, and must not wait for anything. */
  readonly read: () => HealthInput;
  /** Why only a restart mends the process; undefined while it works. */
  readonly internalFailure: () => string | undefined;
}

const ALLOWED_METHODS = 'GET, HEAD';

/** `/livez`, `/readyz` and its alias `/healthz`: JSON, without authentication, never cached. */
export function createHealthRouter({ read, internalFailure }: HealthRouterOptions): Router {
  const router = Router();
  router.all('/livez', (request, response) => {
    answer(request, response, () => evaluateLiveness({ internalFailure: internalFailure() }));
  });
  router.all(['/readyz', '/healthz'], (request, response) => {
    answer(request, response, () => evaluateProbe(read()));
  });
  return router;
}

function answer(request: Request, response: Response, evaluate: () => ProbeResult | LivenessResult): void {
  response.set('Cache-Control', 'no-store');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.set('Allow', ALLOWED_METHODS).status(errorDefinition('method_not_allowed').status);
    response.json(errorEnvelope('method_not_allowed', `${request.path} allows ${ALLOWED_METHODS}`));
    return;
  }
  const { httpStatus, body, retryAfterSeconds } = evaluate();
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds));
  response.status(httpStatus).json(body);
}
