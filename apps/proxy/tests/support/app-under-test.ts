import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ErrorCode, TerminalRecord, WorkerSnapshot } from '@codex-proxy/contracts';
import { createHealthRouter } from '@codex-proxy/health';
import { createRequestContext } from '@codex-proxy/logging';
import { createMetrics, createMetricsRouter } from '@codex-proxy/metrics';
import type { RequestHandler, Router } from 'express';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { BearerToken } from '../../src/ingress/bearer.ts';
import type { Exchange } from '../../src/ingress/exchange.ts';
import { createIngress } from '../../src/ingress/ingress.ts';
import { OpenRequests } from '../../src/ingress/open-requests.ts';
import { RateLimit } from '../../src/ingress/rate-limit.ts';
import type { RequestRecord } from '../../src/ingress/request-record.ts';
import { ServedModels } from '../../src/openai/served-models.ts';

export const APP_KEY = ['key', 'of', 'the', 'app', 'under', 'test'].join('-');
export const AUTHORIZATION = `Bearer ${APP_KEY}`;
export const ADMIN_TOKEN = ['admin', 'of', 'the', 'app', 'under', 'test'].join('-');

const READY: WorkerSnapshot = {
  state: 'ready',
  everReady: true,
  available: true,
  restartCount: 0,
  restartStreak: 0,
  backoffMs: 0,
  inflight: 0,
  queueDepth: 0,
};

export interface AppUnderTest {
  readonly url: string;
  readonly server: ReturnType<typeof createHttpServer>;
  /** Terminal records so far. */
  readonly terminals: readonly TerminalRecord[];
  readonly clientErrors: readonly { code: ErrorCode; requestId: string }[];
  readonly unexpected: readonly unknown[];
  /** Resolves with the record of request `requestId`, past or to come. */
  terminalOf(requestId: string | null): Promise<TerminalRecord>;
}

export interface AppSettings {
  readonly chat?: RequestHandler;
  readonly bodyLimitBytes?: number;
  readonly corsOrigins?: readonly string[];
  readonly perMinute?: number;
  readonly metricsEnabled?: boolean;
  /** `ADMIN_TOKEN` unless null: then there is none. */
  readonly adminToken?: string | null;
  readonly maintenance?: RequestHandler;
  readonly admin?: readonly Router[];
}

const echo: RequestHandler = (request, response) => {
  response.json(request.body ?? null);
};

const pass: RequestHandler = (_request, _response, next) => {
  next();
};

/** The routes on a real server, with no worker behind them: `chat` stands for what answers. Closed when the test has ended. */
export async function startApp(settings: AppSettings = {}): Promise<AppUnderTest> {
  const { chat = echo, bodyLimitBytes = 65_536, corsOrigins = [], perMinute = 0, metricsEnabled = true } = settings;
  const { adminToken = ADMIN_TOKEN, maintenance = pass, admin = [] } = settings;
  const context = createRequestContext<RequestRecord>();
  const exchanges = new WeakMap<Socket, Exchange>();
  const terminals: TerminalRecord[] = [];
  const clientErrors: { code: ErrorCode; requestId: string }[] = [];
  const unexpected: unknown[] = [];
  let waiting: (() => void)[] = [];
  const monotonicMs = (): number => performance.now();
  const app = createApp({
    ingress: createIngress({
      context,
      exchanges,
      open: new OpenRequests(),
      monotonicMs,
      system: () => ({ workerState: 'ready', restartCount: 0, maintenanceMode: false }),
      onReceived: () => undefined,
      onEnded: (terminal) => {
        terminals.push(terminal);
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake();
      },
    }),
    context,
    apiKey: new BearerToken(APP_KEY),
    adminToken: adminToken === null ? undefined : new BearerToken(adminToken),
    maintenance,
    runs: undefined,
    admin,
    rateLimit: new RateLimit(perMinute, monotonicMs),
    bodyLimitBytes,
    corsOrigins,
    chat,
    models: new ServedModels({ fixed: ['one', 'vendor/two'], fromWorker: false, created: 7 }),
    health: createHealthRouter({
      read: () => ({ worker: READY, draining: false, maintenanceMode: false, degraded: [] }),
      internalFailure: () => undefined,
    }),
    metrics: metricsEnabled ? createMetricsRouter({ metrics: createMetrics({ defaultMetrics: false }), enabled: true }) : undefined,
    onUnexpected: (error) => unexpected.push(error),
  });
  const server = createHttpServer({
    app,
    exchanges,
    limits: { maxConnections: 0, headersTimeoutMs: 30_000, receiveTimeoutMs: 120_000, idleMs: 75_000, tcpKeepaliveS: 0 },
    connections: { onOpened: () => undefined, onClosed: () => undefined, onRefused: () => undefined, onRefusals: () => undefined },
    onClientError: (error) => clientErrors.push(error),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    server,
    terminals,
    clientErrors,
    unexpected,
    terminalOf: async (requestId) => {
      for (;;) {
        const found = terminals.find((terminal) => terminal.request_id === requestId);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
