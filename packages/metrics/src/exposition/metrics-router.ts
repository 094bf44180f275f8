import { errorDefinition, errorEnvelope, type ErrorCode } from '@codex-proxy/contracts';
import { Router, type Response } from 'express';
import type { Metrics } from '../metrics.ts';
import { mayScrape, type ScrapeRules } from './scrape-guard.ts';

export interface MetricsRouterOptions extends ScrapeRules {
  readonly metrics: Pick<Metrics, 'expose'>;
  /** When false the route does not exist: 404. */
  readonly enabled: boolean;
  /** A scrape was refused with 403. */
  readonly onRefused?: (refusal: { readonly remoteAddress: string | undefined }) => void;
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const ALLOWED_METHODS = 'GET, HEAD';
const WANTS_TOKEN = 'metrics need the bearer token';
const WANTS_EITHER = `${WANTS_TOKEN}, or a direct request from the same host`;

/**
 * `GET /metrics`: Prometheus' text format 0.0.4 for whoever has the token, or asks from this host and not through a proxy, unless that is refused.
 * Others get 403 `forbidden`, other methods 405 `method_not_allowed`; all errors are JSON envelopes.
 */
export function createMetricsRouter(options: MetricsRouterOptions): Router {
  const { metrics, enabled, allowsLoopback = true, onRefused } = options;
  const router = Router();
  router.all('/metrics', async (request, response) => {
    response.set('Cache-Control', 'no-store');
    if (!enabled) return refuse(response, 'not_found', 'metrics are switched off');
    if (!mayScrape(request, options)) {
      onRefused?.({ remoteAddress: request.socket.remoteAddress });
      return refuse(response, 'forbidden', allowsLoopback ? WANTS_EITHER : WANTS_TOKEN);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.set('Allow', ALLOWED_METHODS);
      return refuse(response, 'method_not_allowed', `/metrics allows ${ALLOWED_METHODS}`);
    }
    const text = await metrics.expose();
    // Express's own `send` would reorder the parameters of the type.
    response.setHeader('Content-Type', CONTENT_TYPE);
    response.setHeader('Content-Length', Buffer.byteLength(text));
    response.end(text);
  });
  return router;
}

function refuse(response: Response, code: ErrorCode, message: string): void {
  response.status(errorDefinition(code).status).json(errorEnvelope(code, message));
}
