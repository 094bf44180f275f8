import { Router, type ErrorRequestHandler, type Response } from 'express';
import type { MaintenanceState } from '@codex-proxy/contracts';
import type { Maintenance } from '../state/maintenance.ts';
import { sendEnvelope, type SendRefusal } from './refusal.ts';
import { bodyRefusal, parseToggle, readBody } from './toggle-body.ts';

const PATH = '/internal/maintenance';
const ALLOWED_METHODS = 'GET, HEAD, POST';

/**
 * `GET` and `POST /internal/maintenance`: the state, and the switch. Whoever reaches it may use it: the application guards it. Never
 * cached. When the state could not be kept, the answer is the same and `X-Proxy-Maintenance-Persisted: false` says so.
 */
export function createMaintenanceRouter(maintenance: Maintenance, sendRefusal: SendRefusal = sendEnvelope): Router {
  const answer = (response: Response, state: MaintenanceState): void => {
    if (!maintenance.persisted) response.set('X-Proxy-Maintenance-Persisted', 'false');
    response.json(state);
  };
  const refuseBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    const refusal = bodyRefusal(error);
    if (refusal === undefined) next(error);
    else sendRefusal(response, refusal);
  };
  const router = Router({ strict: true, caseSensitive: true });
  router.use(PATH, (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router
    .route(PATH)
    .get((_request, response) => {
      answer(response, maintenance.state());
    })
    .post(...readBody, async (request, response) => {
      const parsed = parseToggle(request.body);
      if ('refusal' in parsed) sendRefusal(response, parsed.refusal);
      else answer(response, await maintenance.toggle(parsed.toggle));
    })
    .all((request, response) => {
      const message = `${request.method} is not allowed here.`;
      sendRefusal(response, { code: 'method_not_allowed', message, headers: { Allow: ALLOWED_METHODS } });
    });
  router.use(PATH, refuseBody);
  return router;
}
