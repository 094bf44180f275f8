import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { DEGRADED_PARTS, type DegradedPart, type LogFields, type WorkerSnapshot } from '@codex-proxy/contracts';
import { createHealthRouter } from '@codex-proxy/health';
import { createLogger, createRequestContext, type Logger, type StdoutDestination } from '@codex-proxy/logging';
import { createMaintenanceGate, createMaintenanceRouter, openMaintenance } from '@codex-proxy/maintenance';
import { createMetrics, observeBuild, observeMaintenance } from '@codex-proxy/metrics';
import { createRedactor } from '@codex-proxy/redaction';
import { ToolBufferAnomaly } from '@codex-proxy/tool-buffer';
import { createRunEventsRouter } from '@codex-proxy/run-events';
import { createTraceBufferRouter, openTraceBuffer, type TraceBuffer } from '@codex-proxy/trace-buffer';
import type { WorkerCommand } from '@codex-proxy/worker';
import { WorkerLogDb } from '@codex-proxy/worker-log-db';
import type { Configuration } from '../config/configuration.ts';
import { resolveCredentials, type Credentials } from '../config/credentials.ts';
import type { Environment } from '../config/read-configuration.ts';
import { readRedactionRules } from '../config/redaction-rules.ts';
import { createApp } from '../http/app.ts';
import { closeServer, listen } from '../http/listen.ts';
import { refuse } from '../http/refuse.ts';
import { createHttpServer } from '../http/server.ts';
import { BearerToken } from '../ingress/bearer.ts';
import type { Exchange } from '../ingress/exchange.ts';
import { createIngress } from '../ingress/ingress.ts';
import { RateLimit } from '../ingress/rate-limit.ts';
import type { RequestRecord } from '../ingress/request-record.ts';
import { hideInRecord, hideSecrets } from '../observe/known-secrets.ts';
import { openLogFiles, type LogFiles } from '../observe/log-files.ts';
import { createMaintenanceObserver } from '../observe/maintenance-observer.ts';
import { createMetricsRoutes } from '../observe/metrics-routes.ts';
import { createRequestObserver } from '../observe/request-observer.ts';
import { createRunEventsObserver } from '../observe/run-events-observer.ts';
import { createToolBufferObserver } from '../observe/tool-buffer-observer.ts';
import { TraceJoin } from '../observe/trace-join.ts';
import { createTraceObserver } from '../observe/trace-observer.ts';
import { createWorkerLogObserver } from '../observe/worker-log-observer.ts';
import { createChatHandler } from '../openai/chat-handler.ts';
import { ServedModels } from '../openai/served-models.ts';
import { StreamTicker } from '../openai/stream-ticker.ts';
import { codexBinary } from '../provider/codex-binary.ts';
import { workerCommand, type WorkerPaths } from '../provider/worker-command.ts';
import { buildProvider } from './build-provider.ts';
import { createSupervisor } from './create-supervisor.ts';
import { openRunRecord, type RunRecord } from './open-run-record.ts';
import { prepareCatalog } from './prepare-catalog.ts';
import { textualToolSettings } from './textual-tools.ts';
import { proxyVersion } from './version.ts';

const KIB = 1_024;
const MIB = 1_048_576;

export interface ProxyOptions {
  readonly configuration: Configuration;
  readonly environment: Environment;
  /** Where the log goes. */
  readonly stdout: Pick<StdoutDestination, 'write'>;
}

/** A proxy that listens. */
export interface RunningProxy {
  /** Such as `http://127.0.0.1:11435`. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly provider: { readonly kind: string; readonly summary: string };
  readonly models: () => readonly string[];
  readonly logger: Logger;
  snapshot(): WorkerSnapshot;
  /** Readiness turns 503, streams in flight may finish, the worker ends, everything is flushed and closed. */
  drain(signal: string): Promise<void>;
}

/**
 * Puts the parts together and starts them.
 * @throws whatever keeps the server from listening, such as EADDRINUSE.
 */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { configuration, environment } = options;
  const stateDir = resolve(configuration.PROXY_STATE_DIR ?? '.codex-api');
  const redactionRules = await readRedactionRules(configuration.REDACTION_RULES);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const version = proxyVersion();
  const credentials = resolveCredentials(configuration, stateDir);
  const monotonicMs = (): number => performance.now();

  const redactor = createRedactor(redactionRules);
  const hide = hideSecrets([
    credentials.apiKey,
    credentials.adminToken,
    configuration.PROXY_METRICS_TOKEN,
    configuration.PROXY_PROVIDER_API_KEY,
    environment.OPENAI_API_KEY,
  ]);
  const redactText = (text: string): string => redactor.text(hide(text), 'log');
  const redactRecord = <T extends LogFields>(record: T): T => redactor.logRecord(hideInRecord(record, hide));

  const metrics = createMetrics();
  const context = createRequestContext<RequestRecord>();
  const onDrop = (sink: string, count: number): void => {
    metrics.counter('codex_log_dropped_total').inc({ sink }, count);
  };
  const logger = createLogger({
    level: configuration.LOG_LEVEL,
    destination: options.stdout,
    redact: redactRecord,
    context: () => context.get()?.ids,
    onDrop,
  });
  const files = openLogFiles({
    stateDir,
    maxBytes: configuration.LOG_MAX_MB * MIB,
    maxFiles: configuration.LOG_MAX_FILES,
    redact: redactRecord,
    onDrop,
    onError: (sink, error) => {
      logger.event('log_sink_failed', { sink, error_message: error.message });
    },
    onRecover: (sink, count) => {
      logger.event('log_sink_recovered', { sink, count });
    },
  });

  const provider = await buildProvider(configuration, environment, stateDir);
  logger.event('proxy_starting', { version, provider: provider.kind });
  observeBuild(metrics, version);
  const maintenance = openMaintenance({
    path: join(stateDir, 'maintenance.json'),
    initiallyOn: configuration.PROXY_MAINTENANCE_MODE,
    retryAfterSeconds: configuration.PROXY_MAINTENANCE_RETRY_AFTER_S,
    nowMs: Date.now,
    redactText,
    ...createMaintenanceObserver({ logger, metrics }),
  });
  observeMaintenance(metrics, maintenance.enabled);

  const models = new ServedModels({
    fixed: [configuration.CODEX_MODEL, ...provider.models].filter((model) => model !== undefined),
    fromWorker: provider.kind !== 'demo',
    created: Math.trunc(Date.now() / 1_000),
  });
  const codexHome = join(stateDir, 'codex-home');
  const binary = codexBinary(configuration.CODEX_BIN);
  const paths: WorkerPaths = { binary, codexHome, workdir: resolve(configuration.CODEX_WORKDIR ?? join(stateDir, 'workdir')) };
  let catalog: string | undefined;
  const command = (): WorkerCommand => workerCommand(configuration, provider, { ...paths, catalog }, environment);
  const workerLogDb = new WorkerLogDb({
    codexHome,
    maxBytes: configuration.WORKER_LOG_DB_MAX_MB * MIB,
    ...createWorkerLogObserver({ logger, metrics }),
  });
  const onReady = (): void => {
    workerLogDb.start();
  };
  const supervisor = createSupervisor({ configuration, command, paths, version, logger, metrics, models, redactText, onReady });
  const traceBuffer = openTraceBuffer({
    folder: join(stateDir, 'trace-buffer'),
    enabled: configuration.PROXY_TRACE_BUFFER,
    ttlHours: configuration.PROXY_TRACE_BUFFER_TTL_HOURS,
    maxFiles: configuration.PROXY_TRACE_BUFFER_MAX_FILES,
    maxArtifactBytes: configuration.PROXY_TRACE_BUFFER_MAX_KB * KIB,
    redactor,
    redactText: hide,
    ...createTraceObserver({ logger, metrics }),
  });
  const runRecord = await openRunRecord({
    configuration,
    stateDir,
    redaction: redactionRules,
    provider: provider.kind,
    observer: createRunEventsObserver({ logger, metrics }),
    monotonicMs,
  });
  const observer = createRequestObserver({
    logger,
    metrics,
    files,
    runs: runRecord?.recorder,
    traces: new TraceJoin(traceBuffer, Date.now),
    redact: redactRecord,
    monotonicMs,
  });
  const anomaly = new ToolBufferAnomaly(monotonicMs);
  const ticker = new StreamTicker(Math.min(1_000, configuration.PROXY_SSE_KEEPALIVE_MS / 4), monotonicMs);
  const exchanges = new WeakMap<Socket, Exchange>();
  const stopping = new AbortController();

  const app = createApp({
    ingress: createIngress({
      context,
      exchanges,
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
            shutdown: stopping.signal,
            onError: (error) => {
              logUnexpected(logger, error);
            },
          }),
    admin: [createMaintenanceRouter(maintenance, refuse), createTraceBufferRouter(traceBuffer, refuse)],
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
    }),
    models,
    health: createHealthRouter({
      read: () => ({
        worker: supervisor.snapshot(),
        draining: stopping.signal.aborted,
        maintenanceMode: maintenance.enabled,
        degraded: degradedParts(files, workerLogDb, traceBuffer, runRecord),
      }),
      internalFailure: () => undefined,
    }),
    metrics: configuration.PROXY_METRICS_ENABLED
      ? createMetricsRoutes({
          metrics,
          supervisor,
          anomaly,
          token: configuration.PROXY_METRICS_TOKEN,
          onRefused: () => context.get()?.fail('forbidden'),
        })
      : undefined,
    hideSecrets: hide,
    onUnexpected: (error) => {
      logUnexpected(logger, error);
    },
  });
  const server = createHttpServer({
    app,
    exchanges,
    onClientError: ({ code, status, requestId, message }) => {
      logger.event('client_error', { request_id: requestId, error_code: code, status, message });
      metrics.counter('codex_http_requests_total').inc({ route: 'other', method: 'other', status_family: '4xx' });
      metrics.counter('codex_http_errors_total').inc({ route: 'other', method: 'other', error_code: code });
    },
  });

  const url = await listen(server, configuration.PORT, configuration.PROXY_HOST ?? '127.0.0.1').catch(async (error: unknown) => {
    logger.event('proxy_failed', { error_message: error instanceof Error ? error.message : String(error) });
    await provider.close();
    await maintenance.close();
    await traceBuffer.close();
    await runRecord?.close();
    await files.close();
    throw error;
  });
  logger.event('proxy_listening', { address: url });
  // The server listens already: a binary that does not tell its models must not keep the probes away.
  const starting = prepareCatalog({ configuration, environment, provider, binary, codexHome, logger, signal: stopping.signal }).then(
    (path) => {
      catalog = path;
      if (!stopping.signal.aborted) supervisor.start();
    },
  );

  return {
    url,
    credentials,
    provider,
    models: () => models.list().map((model) => model.id),
    logger,
    snapshot: () => supervisor.snapshot(),
    drain: async (signal) => {
      stopping.abort();
      const startedAtMs = monotonicMs();
      logger.event('proxy_draining', { signal });
      await supervisor.stop(configuration.WORKER_SHUTDOWN_GRACE_MS);
      await closeServer(server);
      await workerLogDb.close();
      ticker.stop();
      await starting;
      await provider.close();
      await maintenance.close();
      await traceBuffer.close();
      await runRecord?.close();
      logger.event('proxy_stopped', { duration_ms: Math.round(monotonicMs() - startedAtMs) });
      await files.close();
    },
  };
}

function degradedParts(
  files: LogFiles,
  workerLogDb: WorkerLogDb,
  traceBuffer: TraceBuffer,
  runRecord: RunRecord | undefined,
): DegradedPart[] {
  const failing: Partial<Record<DegradedPart, boolean | undefined>> = {
    log_sink: files.failing(),
    worker_log_db: workerLogDb.failing,
    trace_buffer: traceBuffer.failing,
    run_events: runRecord?.failing,
  };
  return DEGRADED_PARTS.filter((part) => failing[part] === true);
}

function logUnexpected(logger: Logger, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  logger.event('uncaught_error', { error_message: message, error_stack: stack });
}
