import { join, resolve } from 'node:path';
import type { Supervisor, WorkerCommand } from '@codex-proxy/worker';
import type { Configuration } from '../config/configuration.ts';
import type { Environment } from '../config/read-configuration.ts';
import { ServedModels } from '../openai/served-models.ts';
import { codexBinary } from '../provider/codex-binary.ts';
import type { Provider } from '../provider/provider.ts';
import { workerCommand, type WorkerPaths } from '../provider/worker-command.ts';
import { createSupervisor } from './create-supervisor.ts';
import { prepareCatalog } from './prepare-catalog.ts';
import type { Secrecy } from './secrecy.ts';
import type { Telemetry } from './telemetry.ts';
import { WorkerHome } from './worker-home.ts';

/** Codex: the supervised worker, and the models that it serves. */
export interface Codex {
  readonly supervisor: Supervisor;
  readonly models: ServedModels;
  /** Prepares the catalog of models, then starts the worker, unless the proxy stops meanwhile. */
  start(): void;
  /** Turns in flight get the grace time to end; then the worker ends. */
  stop(): Promise<void>;
}

export interface CodexParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly stateDir: string;
  readonly version: string;
  readonly provider: Provider;
  readonly secrecy: Secrecy;
  readonly telemetry: Telemetry;
  /** A worker answered its handshake. */
  readonly onReady: () => void;
  /** The proxy stops. */
  readonly stopping: AbortSignal;
}

export function createCodex(parts: CodexParts): Codex {
  const { configuration, environment, stateDir, version, provider, secrecy, telemetry, onReady, stopping } = parts;
  const { logger, metrics } = telemetry;
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
  const { redactText } = secrecy;
  const supervisor = createSupervisor({ configuration, command, paths, version, logger, metrics, models, redactText, onReady });
  const home = new WorkerHome({
    paths,
    provider,
    onRestored: (file) => {
      logger.event('worker_home_restored', { file });
    },
  });
  let starting: Promise<void> | undefined;
  return {
    supervisor,
    models,
    start: () => {
      starting ??= prepareCatalog({ configuration, environment, provider, binary, codexHome, logger, signal: stopping }).then(
        (prepared) => {
          catalog = prepared?.path;
          if (stopping.aborted) return;
          home.start(prepared);
          supervisor.start();
        },
      );
    },
    stop: async () => {
      home.stop();
      await supervisor.stop(configuration.WORKER_SHUTDOWN_GRACE_MS);
      await starting;
    },
  };
}
