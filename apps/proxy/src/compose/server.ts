import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createHealthRouter } from '@codex-proxy/health';
import { createMaintenanceGate, createMaintenanceRouter } from '@codex-proxy/maintenance';
import { createRunEventsRouter } from '@codex-proxy/run-events';
import { ToolBufferAnomaly } from '@codex-proxy/tool-buffer';
import { createTraceBufferRouter } from '@codex-proxy/trace-buffer';
import type { Configuration } from '../config/configuration.ts';
import type { Credentials } from '../config/credentials.ts';
import { createApp } from '../http/app.ts';
import { refuse } from '../http/refuse.ts';
import { createHttpServer } from '../http/server.ts';
import { BearerToken } from '../ingress/bearer.ts';
import type { Exchange } from '../ingress/exchange.ts';
import { createIngress } from '../ingress/ingress.ts';
import type { OpenRequests } from '../ingress/open-requests.ts';
import { RateLimit } from '../ingress/rate-limit.ts';
import { presentSeries } from '../observe/initial-series.ts';
import { createMetricsRoutes } from '../observe/metrics-routes.ts';
import { createRequestObserver } from '../observe/request-observer.ts';
import { createToolBufferObserver } from '../observe/tool-buffer-observer.ts';
import { TraceJoin } from '../observe/trace-join.ts';
import { createChatHandler } from '../openai/chat-handler.ts';
import type { StreamTicker } from '../openai/stream-ticker.ts';
import { createRecycleRoutes } from '../worker/recycle-routes.ts';
import type { Codex } from './codex.ts';
import type { Secrecy } from './secrecy.ts';
import type { Stores } from './stores.ts';
import { logUnexpected, type Telemetry } from './telemetry.ts';
import { textualToolSettings } from './textual-tools.ts';

const KIB = 1_024;

export interface ServerParts {
  readonly configuration: Configuration;
  readonly credentials: Credentials;
  readonly secrecy: Secrecy;
  readonly telemetry: Telemetry;
  readonly stores: Stores;
  readonly codex: Codex;
  readonly ticker: StreamTicker;
  readonly openRequests: OpenRequests;
  readonly monotonicMs: () => number;
  /** The proxy stops. */
  readonly stopping: AbortSignal;
}

/** The HTTP server with all its routes, and what is observed of its requests. It does not listen yet. */
export function createServer(parts: ServerParts): Server {
  const { configuration, credentials, secrecy, telemetry, stores, codex, ticker, openRequests, monotonicMs, stopping } = parts;
  const { logger, metrics, files, context } = telemetry;
  const { maintenance, traceBuffer, runRecord } = stores;
  const { supervisor, models } = codex;
  const observer = createRequestObserver({
    logger,
    metrics,
    files,
    runs: runRecord?.recorder,
    archive: stores.archive,
    traces: new TraceJoin(traceBuffer, Date.now),
    redact: secrecy.redactRecord,
    monotonicMs,
  });
  const anomaly = new ToolBufferAnomaly(monotonicMs);
  const exchanges = new WeakMap<Socket, Exchange>();
  const onUnexpected = (error: unknown): void => {
    logUnexpected(logger, error, context.get()?.ids);
  };
  const app = createApp({
    ingress: createIngress({
      context,
      exchanges,
      open: openRequests,
      monotonicMs,
      system: () => ({ workerState: supervisor.state, restartCount: supervisor.restartCount, maintenanceMode: maintenance.enabled }),
      onReceived: (record) => {
        observer.received(record);
      },
      onEnded: (terminal) => {
        observer.ended(terminal);
      },
    }),
    context,
    apiKey: new BearerToken(credentials.apiKey),
    adminToken: credentials.adminToken === undefined ? undefined : new BearerToken(credentials.adminToken),
    maintenance: createMaintenanceGate(maintenance, refuse),
    runs:
      runRecord === undefined
        ? undefined
        : createRunEventsRouter(runRecord.store, {
            keepaliveMs: configuration.PROXY_SSE_KEEPALIVE_MS,
            shutdown: stopping,
            onRefused: (code, param) => context.get()?.fail(code, param),
            onError: (error) => {
              // What is wrong with the database is reported already.
              if (!runRecord.failing) logUnexpected(logger, error, context.get()?.ids);
            },
          }),
    admin: [
      createMaintenanceRouter(maintenance, refuse),
      createTraceBufferRouter(traceBuffer, refuse),
      createRecycleRoutes({ supervisor, stopping }),
    ],
    rateLimit: new RateLimit(configuration.PROXY_RATE_LIMIT_PER_MINUTE, monotonicMs),
    bodyLimitBytes: configuration.PROXY_BODY_LIMIT,
    corsOrigins: configuration.PROXY_CORS_ORIGINS,
    chat: createChatHandler({
      supervisor,
      models,
      context,
      observer,
      ticker,
      runs: runRecord?.recorder,
      textualTools: textualToolSettings(configuration),
      toolBufferEvents: createToolBufferObserver({ logger, metrics, anomaly }),
      maxBufferBytes: configuration.PROXY_STREAM_MAX_BUFFER_KB * KIB,
      keepaliveMs: configuration.PROXY_SSE_KEEPALIVE_MS,
      monotonicMs,
      nowMs: Date.now,
      onUnexpected,
    }),
    models,
    health: createHealthRouter({
      read: () => ({
        worker: supervisor.snapshot(),
        draining: stopping.aborted,
        maintenanceMode: maintenance.enabled,
        degraded: stores.degraded(),
      }),
      internalFailure: () => undefined,
    }),
    metrics: configuration.PROXY_METRICS_ENABLED
      ? createMetricsRoutes({
          metrics,
          supervisor,
          anomaly,
          token: configuration.PROXY_METRICS_TOKEN,
          allowsLoopback: configuration.PROXY_METRICS_LOOPBACK,
          onRefused: () => context.get()?.fail('forbidden'),
        })
      : undefined,
    hideSecrets: secrecy.hide,
    onUnexpected,
  });
  presentSeries(metrics);
  const connections = metrics.gauge('codex_http_connections');
  return createHttpServer({
    app,
    exchanges,
    limits: {
      maxConnections: configuration.PROXY_MAX_CONNECTIONS,
      headersTimeoutMs: configuration.PROXY_HEADERS_TIMEOUT_MS,
      receiveTimeoutMs: configuration.PROXY_RECEIVE_TIMEOUT_MS,
      idleMs: configuration.PROXY_IDLE_CONNECTION_MS,
      tcpKeepaliveS: configuration.PROXY_TCP_KEEPALIVE_S,
    },
    connections: {
      onOpened: () => {
        connections.inc({});
      },
      onClosed: () => {
        connections.inc({}, -1);
      },
      onRefused: () => {
        metrics.counter('codex_http_connections_refused_total').inc({});
      },
      onRefusals: (count) => {
        logger.event('connections_refused', { count });
      },
    },
    onClientError: ({ code, status, requestId, message }) => {
      logger.event('client_error', { request_id: requestId, error_code: code, status, message });
      metrics.counter('codex_http_requests_total').inc({ route: 'other', method: 'other', status_family: '4xx' });
      metrics.counter('codex_http_errors_total').inc({ route: 'other', method: 'other', error_code: code });
    },
  });
}
