import type { WorkerCommand } from '@codex-proxy/worker';
import type { Configuration } from '../config/configuration.ts';
import type { Environment } from '../config/read-configuration.ts';
import { agentSettings } from './agent-powers.ts';
import type { Provider } from './provider.ts';
import { configOptions } from './toml.ts';

/** All that the worker sees of this process's environment: where programs and certificates are, and the way out. */
const PASSED_ON = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
] as const;

const QUIET = {
  'analytics.enabled': false,
  check_for_update_on_startup: false,
  'features.enable_request_compression': false,
  // On, a turn whose provider cannot be reached never ends.
  'features.unbounded_connection_retries': false,
  // With this and an unsubscribe after each turn, a thread's memory comes back at once.
  thread_unload_delay_secs: 0,
} as const;

export interface WorkerPaths {
  readonly binary: string;
  readonly codexHome: string;
  readonly workdir: string;
  /** Absent: the worker uses the catalog inside its binary. */
  readonly catalog?: string | undefined;
}

/** How to run the worker: its home is its own, its environment is stripped, its powers are those that the operator named. */
export function workerCommand(
  configuration: Configuration,
  provider: Provider,
  paths: WorkerPaths,
  environment: Environment,
): WorkerCommand {
  const passedOn: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = environment[name];
    if (value !== undefined) passedOn[name] = value;
  }
  const settings = {
    ...QUIET,
    ...agentSettings(configuration.CODEX_AGENT_TOOLS),
    ...provider.settings,
    ...(paths.catalog === undefined ? {} : { model_catalog_json: paths.catalog }),
  };
  return {
    file: paths.binary,
    args: ['app-server', ...configOptions(settings), ...provider.rawSettings.flatMap((setting) => ['-c', setting])],
    cwd: paths.workdir,
    env: { ...passedOn, HOME: paths.codexHome, CODEX_HOME: paths.codexHome, ...provider.environment },
  };
}
