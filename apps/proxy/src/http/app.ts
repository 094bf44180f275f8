import cors from 'cors';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import type { RequestContext } from '@codex-proxy/logging';
import type { BearerToken } from '../ingress/bearer.ts';
import type { RateLimit } from '../ingress/rate-limit.ts';
import type { RequestRecord } from '../ingress/request-record.ts';
import { NO_ROUTE } from '../ingress/route-template.ts';
import type { ServedModels } from '../openai/served-models.ts';
import { admitBody } from './announced-body.ts';
import { asHttpError, HttpError, internalError, isClientGone } from './errors.ts';
import { jsonBody, requireJson } from './json-body.ts';
import { sendError } from './send-error.ts';

export interface AppOptions {
  readonly ingress: RequestHandler;
  readonly context: RequestContext<RequestRecord>;
  readonly apiKey: BearerToken;
  /** Of /internal, whose routes do not exist without one. */
  readonly adminToken: BearerToken | undefined;
  /** Refuses all of /v1 while maintenance mode is on. */
  readonly maintenance: RequestHandler;
  /** Routes of /api; absent when runs are not kept. */
  readonly runs: Router | undefined;
  /** Routers of /internal: what passes the admin token reaches them. */
  readonly admin: readonly Router[];
  readonly rateLimit: RateLimit;
  readonly bodyLimitBytes: number;
  readonly corsOrigins: readonly string[];
  readonly chat: RequestHandler;
  readonly models: ServedModels;
  readonly health: Router;
  /** Absent when metrics are switched off. */
  readonly metrics: Router | undefined;
  /** Takes this proxy's own keys out of what a client is told: it may have sent one as a model. Default: nothing is taken out. */
  readonly hideSecrets?: (text: string) => string;
  /** An error that no one expected; the client gets `internal_error`. */
  readonly onUnexpected: (error: unknown) => void;
}

/** The routes, in the order in which a request meets what guards them. */
export function createApp(options: AppOptions): Express {
  const { models, context } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('strict routing');
  app.enable('case sensitive routing');

  app.use(options.ingress, requireHost, refuseExpectations);
  if (options.corsOrigins.length > 0) app.use('/v1', corsFor(options.corsOrigins));
  app.use('/v1', options.maintenance);
  app.use(refuseUnknownPaths(context));
  const guard = [authenticate([options.apiKey], 'API key'), limitRate(options.rateLimit)];

  app
    .route('/v1/chat/completions')
    .post(...guard, requireJson, admitBody(options.bodyLimitBytes), ...jsonBody(options.bodyLimitBytes), options.chat)
    .all(allowOnly('POST'));
  app
    .route('/v1/models')
    .get(...guard, (_request, response) => {
      response.json({ object: 'list', data: models.list() });
    })
    .all(allowOnly('GET, HEAD'));
  app
    .route('/v1/models/:id')
    .get(...guard, (request, response) => {
      const model = models.list().find((served) => served.id === request.params.id);
      if (model === undefined)
        throw new HttpError('model_not_found', 'The model does not exist or is not served here.', { param: 'model' });
      response.json(model);
    })
    .all(allowOnly('GET, HEAD'));
  const readers = [options.apiKey, options.adminToken].filter((token) => token !== undefined);
  app.use('/api', options.runs === undefined ? noSuchRoute : authenticate(readers, 'API key'));
  if (options.runs !== undefined) app.use(options.runs);
  app.use('/internal', options.adminToken === undefined ? noSuchRoute : authenticate([options.adminToken], 'admin token'));
  app.use('/internal', admitBody(options.bodyLimitBytes));
  for (const router of options.admin) app.use(router);
  app.all(['/livez', '/readyz', '/healthz'], readOnly);
  app.use(options.health);
  if (options.metrics !== undefined) {
    app.all('/metrics', readOnly);
    app.use(options.metrics);
  }
  app.use(noSuchRoute);
  app.use(answerError(options));
  return app;
}

const noSuchRoute: RequestHandler = () => {
  throw new HttpError('not_found', 'There is no such route.');
};

/** Routers of packages are less strict about case and trailing slashes than the templates that requests are counted under. */
function refuseUnknownPaths(context: RequestContext<RequestRecord>): RequestHandler {
  return (request, response, next) => {
    if (context.get()?.route === NO_ROUTE) void noSuchRoute(request, response, next);
    else next();
  };
}

/** RFC 9112, 3.2. */
const requireHost: RequestHandler = (request, _response, next) => {
  if (request.headers.host !== undefined || request.httpVersion !== '1.1') next();
  else throw new HttpError('invalid_request', 'The Host header is missing.');
};

/** Node hands over requests with an `Expect` other than `100-continue`, instead of answering itself. */
const refuseExpectations: RequestHandler = (request, _response, next) => {
  const { expect } = request.headers;
  if (expect === undefined || expect.toLowerCase() === '100-continue') next();
  else throw new HttpError('invalid_request', 'The Expect header is not supported.');
};

function authenticate(tokens: readonly BearerToken[], what: 'API key' | 'admin token'): RequestHandler {
  return (request, _response, next) => {
    if (!tokens.some((token) => token.matches(request.headers.authorization))) {
      const scheme = what === 'API key' ? 'Bearer KEY' : 'Bearer TOKEN';
      throw new HttpError('invalid_api_key', `The ${what} is missing or wrong; send it as "Authorization: ${scheme}".`, {
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    }
    next();
  };
}

function limitRate(limit: RateLimit): RequestHandler {
  return (_request, _response, next) => {
    const waitSeconds = limit.take();
    if (waitSeconds !== undefined) {
      throw new HttpError('rate_limited', 'Too many requests with this key.', { headers: { 'Retry-After': String(waitSeconds) } });
    }
    next();
  };
}

const readOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else void allowOnly('GET, HEAD')(request, response, next);
};

function allowOnly(methods: string): RequestHandler {
  return (request) => {
    throw new HttpError('method_not_allowed', `${request.method} is not allowed here.`, { headers: { Allow: methods } });
  };
}

function corsFor(origins: readonly string[]): RequestHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['X-Request-Id', 'Retry-After', 'X-Proxy-Ignored-Parameters'],
    maxAge: 600,
  });
}

function answerError({ context, onUnexpected, hideSecrets = (text) => text }: AppOptions): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    void next;
    if (isClientGone(error)) return;
    const known = asHttpError(error);
    if (known === undefined) onUnexpected(error);
    const answer = known ?? internalError();
    context.get()?.fail(answer.code, answer.param);
    if (response.headersSent) response.destroy();
    else sendError(response, new HttpError(answer.code, hideSecrets(answer.message), answer));
  };
}
