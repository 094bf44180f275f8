import { errorDefinition, errorEnvelope, type ErrorCode } from '@codex-proxy/contracts';
import { Router, type Request, type Response } from 'express';
import type { RunEventStore } from '../store/run-event-store.ts';
import { startEventStream, writeTail } from './event-stream.ts';
import { ParameterError, readEventsQuery, readRunsQuery, readTailStart } from './query.ts';

export interface RunEventsRouterOptions {
  /** Between two comments on a live tail without events. Default 15,000. */
  readonly keepaliveMs?: number;
  /** Live tails at once; more are refused with 429. Default 64. */
  readonly maxTails?: number;
  /** Ends all live tails: to be aborted when the server drains. */
  readonly shutdown?: AbortSignal;
  /** An answer failed with `internal_error`. */
  readonly onError?: (error: unknown) => void;
  /** A request is about to be refused with `code`. */
  readonly onRefused?: (code: ErrorCode, parameter: string | undefined) => void;
}

const ALLOWED_METHODS = 'GET, HEAD';
const EVENT_STREAM = 'text/event-stream';
const KEEPALIVE_MS = 15_000;
const MAX_TAILS = 64;

/** `GET /api/runs`, `/api/runs/:runId` and `/api/runs/:runId/events`, in pages or as a live tail. Who may ask is for the app to say. */
export function createRunEventsRouter(store: RunEventStore, options: RunEventsRouterOptions = {}): Router {
  const { maxTails = MAX_TAILS, keepaliveMs = KEEPALIVE_MS, shutdown } = options;
  const router = Router();
  let tails = 0;

  async function tail(request: Request, response: Response): Promise<void> {
    const [runId, afterId, { types }] = [runIdOf(request), readTailStart(request), readEventsQuery(request)];
    if ((await store.encodeRunEvents(runId, { limit: 1 })) === undefined) return refuseUnknown(response, runId);
    if (request.method === 'HEAD') return void response.status(200).type(EVENT_STREAM).end();
    if (tails >= maxTails) return refuse(response, 'rate_limited', `${maxTails} live tails are open: no more are at once`);
    const gone = new AbortController();
    const onGone = (): void => gone.abort();
    response.on('close', onGone);
    shutdown?.addEventListener('abort', onGone);
    if (shutdown?.aborted === true) onGone();
    tails += 1;
    try {
      startEventStream(response);
      const { signal } = gone;
      await writeTail(response, store.tailRunEvents(runId, { afterId, types, signal, idleMs: keepaliveMs }), signal);
    } finally {
      tails -= 1;
      shutdown?.removeEventListener('abort', onGone);
    }
  }

  async function page(request: Request, response: Response): Promise<void> {
    const runId = runIdOf(request);
    const text = await store.encodeRunEvents(runId, readEventsQuery(request));
    if (text === undefined) return refuseUnknown(response, runId);
    response.type('json').send(text);
  }

  function refuseUnknown(response: Response, runId: string): void {
    refuse(response, 'not_found', `there is no run ${runId.slice(0, 128)}`);
  }

  function refuse(response: Response, code: ErrorCode, message: string, parameter?: string): void {
    options.onRefused?.(code, parameter);
    const { status, retryAfterSeconds } = errorDefinition(code);
    if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds));
    response.status(status).json(errorEnvelope(code, message, parameter));
  }

  route('/api/runs', async (request, response) => void response.json(await store.listRuns(readRunsQuery(request))));
  route('/api/runs/:runId', async (request, response) => {
    const run = await store.getRun(runIdOf(request));
    if (run === undefined) refuseUnknown(response, runIdOf(request));
    else response.json(run);
  });
  route('/api/runs/:runId/events', (request, response) => (wantsTail(request) ? tail : page)(request, response));
  return router;

  function route(path: string, answer: (request: Request, response: Response) => Promise<void>): void {
    router.all(path, async (request, response) => {
      response.set('Cache-Control', 'no-store').vary('Accept');
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.set('Allow', ALLOWED_METHODS);
        return refuse(response, 'method_not_allowed', `${request.path} allows ${ALLOWED_METHODS}`);
      }
      try {
        await answer(request, response);
      } catch (error) {
        if (error instanceof ParameterError) return refuse(response, 'invalid_request', error.message, error.parameter);
        options.onError?.(error);
        if (response.headersSent) return void response.destroy();
        refuse(response, 'internal_error', 'the record of runs cannot be read now');
      }
    });
  }
}

/** Whoever takes anything gets pages. */
function wantsTail(request: Request): boolean {
  return request.accepts(['application/json', EVENT_STREAM]) === EVENT_STREAM;
}

function runIdOf(request: Request): string {
  return String(request.params['runId']);
}
