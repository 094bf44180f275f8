import { WorkerUnavailableError, type Supervisor } from '@codex-proxy/worker';
import { Router } from 'express';
import { HttpError } from '../http/errors.ts';

const PATH = '/internal/worker/recycle';
const ALLOWED_METHODS = 'GET, HEAD, POST';

export interface RecycleRoutesOptions {
  readonly supervisor: Pick<Supervisor, 'recycle' | 'recycleState'>;
  /** The proxy stops. */
  readonly stopping: AbortSignal;
}

/**
 * `GET` and `POST /internal/worker/recycle`: what is under way, and the planned recycle on demand. Whoever reaches it may use it: the
 * application guards it. `POST` answers 202 at once; one that finds a recycle under way joins it (`started: false`), so that it may be
 * repeated safely. It takes no body. 503 `worker_not_ready` while no worker serves, `shutting_down` while the proxy stops.
 */
export function createRecycleRoutes({ supervisor, stopping }: RecycleRoutesOptions): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.use(PATH, (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router
    .route(PATH)
    .get((_request, response) => {
      response.json(supervisor.recycleState());
    })
    .post((_request, response) => {
      if (stopping.aborted) throw new HttpError('shutting_down', 'The proxy is shutting down.');
      try {
        response.status(202).json(supervisor.recycle());
      } catch (error) {
        if (!(error instanceof WorkerUnavailableError)) throw error;
        throw new HttpError('worker_not_ready', 'No worker serves: there is none to be replaced.');
      }
    })
    .all((request) => {
      throw new HttpError('method_not_allowed', `${request.method} is not allowed here.`, { headers: { Allow: ALLOWED_METHODS } });
    });
  return router;
}
