import { traceBufferToggleSchema } from '@codex-proxy/contracts';
import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { z } from 'zod';
import type { TraceBuffer } from '../trace-buffer.ts';
import { refusal, sendEnvelope, type SendRefusal } from './refusal.ts';
import { bodyRefusal, readBody } from './toggle-body.ts';

const PATH = '/internal/trace-buffer';
const AGE = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const purgeQuery = z.strictObject({ older_than_seconds: AGE.optional() });

/**
 * `/internal/trace-buffer`: `GET` the state and the artifacts, `GET /:requestId` one of them, `POST {enabled}` to switch capture, `DELETE`
 * to purge. Whoever reaches it may use it: the application guards it. Never cached.
 */
export function createTraceBufferRouter(buffer: TraceBuffer, sendRefusal: SendRefusal = sendEnvelope): Router {
  const allowOnly = (methods: string): RequestHandler => {
    return (request, response) => {
      sendRefusal(response, { ...refusal('method_not_allowed', `${request.method} is not allowed here.`), headers: { Allow: methods } });
    };
  };
  const refuseBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    const refused = bodyRefusal(error);
    if (refused === undefined) next(error);
    else sendRefusal(response, refused);
  };
  const router = Router({ strict: true, caseSensitive: true });
  router.use(PATH, (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router
    .route(PATH)
    .get(async (_request, response) => {
      response.json(await buffer.list());
    })
    .post(...readBody, async (request, response) => {
      const { data } = traceBufferToggleSchema.safeParse(request.body);
      if (data === undefined) {
        sendRefusal(response, refusal('invalid_request', 'The body must be {"enabled": true} or {"enabled": false}.', 'enabled'));
        return;
      }
      buffer.enable(data.enabled, 'endpoint');
      response.json(await buffer.list());
    })
    .delete(async (request, response) => {
      const { data } = purgeQuery.safeParse(request.query);
      if (data === undefined) {
        const message = 'The only parameter is older_than_seconds, a whole number of seconds.';
        sendRefusal(response, refusal('invalid_request', message, 'older_than_seconds'));
        return;
      }
      let purged: number;
      try {
        purged = await buffer.purge({ olderThanSeconds: data.older_than_seconds });
      } catch {
        const message = 'Not all traces could be removed; trace_buffer_failed in the log says why, and what is left is in the list.';
        sendRefusal(response, refusal('internal_error', message));
        return;
      }
      response.json({ purged });
    })
    .all(allowOnly('GET, HEAD, POST, DELETE'));
  router
    .route(`${PATH}/:requestId`)
    .get(async (request, response) => {
      const artifact = await buffer.read(request.params.requestId);
      if (artifact === undefined) sendRefusal(response, refusal('not_found', 'There is no trace of this request.'));
      else response.json(artifact);
    })
    .all(allowOnly('GET, HEAD'));
  router.use(PATH, refuseBody);
  return router;
}
