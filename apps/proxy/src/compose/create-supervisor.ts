import type { Logger } from '@codex-proxy/logging';
import type { Metrics } from '@codex-proxy/metrics';
import { Supervisor, type WorkerCommand } from '@codex-proxy/worker';
import type { Configuration } from '../config/configuration.ts';
import { createWorkerObserver } from '../observe/worker-observer.ts';
import type { ServedModels } from '../openai/served-models.ts';
import { needsEnvironment } from '../provider/agent-powers.ts';
import type { WorkerPaths } from '../provider/worker-command.ts';

const MIB = 1_048_576;

export interface SupervisorParts {
  readonly configuration: Configuration;
  readonly command: () => WorkerCommand;
  readonly paths: WorkerPaths;
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly models: ServedModels;
  readonly redactText: (text: string) => string;
  /** A worker answered its handshake. */
  readonly onReady: () => void;
}

/** The supervisor with the settings of the configuration; what it reports is logged and counted. */
export function createSupervisor(parts: SupervisorParts): Supervisor {
  const { configuration, command, paths, version, logger, metrics, models, redactText, onReady } = parts;
  const supervisor: Supervisor = new Supervisor({
    command,
    clientInfo: { name: 'codex-proxy', title: 'codex-proxy', version },
    maxConcurrency: configuration.WORKER_MAX_CONCURRENCY,
    maxQueue: configuration.WORKER_MAX_QUEUE,
    requestTimeoutMs: configuration.WORKER_REQUEST_TIMEOUT_MS,
    idleTimeoutMs: configuration.PROXY_STREAM_IDLE_TIMEOUT_MS,
    handshakeTimeoutMs: configuration.WORKER_HANDSHAKE_TIMEOUT_MS,
    backoffInitialMs: configuration.WORKER_BACKOFF_INITIAL_MS,
    backoffMaxMs: configuration.WORKER_BACKOFF_MAX_MS,
    stableMs: configuration.WORKER_STABLE_MS,
    patienceMs: configuration.WORKER_UNRESPONSIVE_MS,
    maxResidentBytes: configuration.WORKER_MAX_RSS_MB * MIB,
    maxTurns: configuration.WORKER_MAX_TURNS,
    drainMs: configuration.WORKER_SHUTDOWN_GRACE_MS,
    threadCwd: paths.workdir,
    sandbox: configuration.CODEX_SANDBOX,
    agentTools: needsEnvironment(configuration.CODEX_AGENT_TOOLS),
    redactText,
    events: createWorkerObserver({
      logger,
      metrics,
      version,
      onReady: () => {
        onReady();
        models
          .refresh(async (method, params) => supervisor.request(method, params))
          .catch((error: unknown) => {
            const message = error instanceof Error ? error.message : String(error);
            logger.event('worker_protocol_error', { reason: 'model_list', bytes: 0, error_message: message });
          });
      },
    }),
  });
  return supervisor;
}
