import type { WorkerSnapshot } from '@codex-proxy/contracts';
import type { Logger, StdoutDestination } from '@codex-proxy/logging';
import { observeBuild } from '@codex-proxy/metrics';
import type { Configuration } from '../config/configuration.ts';
import type { Credentials } from '../config/credentials.ts';
import type { Environment } from '../config/read-configuration.ts';
import { readRedactionRules } from '../config/redaction-rules.ts';
import { closeServer, listen } from '../http/listen.ts';
import { OpenRequests } from '../ingress/open-requests.ts';
import { teeAgentLog } from '../observe/agent-log.ts';
import { StreamTicker } from '../openai/stream-ticker.ts';
import { buildProvider } from './build-provider.ts';
import { createCodex } from './codex.ts';
import { createSecrecy } from './secrecy.ts';
import { createServer } from './server.ts';
import { prepareStateFolder } from './state-folder.ts';
import { openStores } from './stores.ts';
import { openTelemetry } from './telemetry.ts';
import { proxyVersion } from './version.ts';

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
  /** For a process that ends at once: requests that are still open get their terminal records. What waits to be written is written as it exits. */
  abandon(): void;
}

/**
 * Puts the parts together and starts them.
 * @throws whatever keeps the server from listening, such as EADDRINUSE.
 */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { configuration, environment } = options;
  const rules = await readRedactionRules(configuration.REDACTION_RULES);
  const { path: stateDir, credentials } = prepareStateFolder(configuration);
  const version = proxyVersion();
  const monotonicMs = (): number => performance.now();
  const stopping = new AbortController();

  const secrecy = createSecrecy({ configuration, environment, credentials, rules });
  const telemetry = openTelemetry({ configuration, stateDir, secrecy, stdout: options.stdout });
  const { logger, metrics, files } = telemetry;
  const provider = await buildProvider(configuration, environment, stateDir);
  logger.event('proxy_starting', { version, provider: provider.kind });
  observeBuild(metrics, version);

  const stores = await openStores({ configuration, stateDir, provider: provider.kind, secrecy, telemetry, monotonicMs });
  // What is logged of the worker and of runs is kept in the agent log too.
  const logged = { ...telemetry, logger: teeAgentLog(logger, stores.agentLog) };
  const codex = createCodex({
    ...{ configuration, environment, stateDir, version, provider, secrecy, telemetry: logged },
    onReady: () => {
      stores.workerLogDb.start();
    },
    stopping: stopping.signal,
  });
  const ticker = new StreamTicker(Math.min(1_000, configuration.PROXY_SSE_KEEPALIVE_MS / 4), monotonicMs);
  const openRequests = new OpenRequests();
  const server = createServer({
    ...{ configuration, credentials, secrecy, telemetry: logged, stores, codex, ticker, openRequests, monotonicMs },
    stopping: stopping.signal,
  });
  const close = async (): Promise<void> => {
    ticker.stop();
    await provider.close();
    await stores.close();
  };

  const url = await listen(server, configuration.PORT, configuration.PROXY_HOST ?? '127.0.0.1').catch(async (error: unknown) => {
    logger.event('proxy_failed', { error_message: error instanceof Error ? error.message : String(error) });
    await close();
    await files.close();
    throw error;
  });
  logger.event('proxy_listening', { address: url });
  // The server listens already: a binary that does not tell its models must not keep the probes away.
  codex.start();
  stores.archive.start();

  return {
    url,
    credentials,
    provider,
    models: () => codex.models.list().map((model) => model.id),
    logger,
    snapshot: () => codex.supervisor.snapshot(),
    drain: async (signal) => {
      stopping.abort();
      const startedAtMs = monotonicMs();
      logger.event('proxy_draining', { signal });
      await codex.stop();
      await closeServer(server);
      await close();
      logger.event('proxy_stopped', { duration_ms: Math.round(monotonicMs() - startedAtMs) });
      await files.close();
    },
    abandon: () => {
      openRequests.abandon();
    },
  };
}
