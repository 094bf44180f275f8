import { CONFIGURATION, configurationSchema, type Configuration } from './configuration.ts';
import { ConfigurationError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/;

export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Reads all variables at once.
 * @throws ConfigurationError that lists every problem, by name, with what is accepted. No secret is in it.
 */
export function readConfiguration(environment: Environment): Configuration {
  const texts = Object.fromEntries(Object.keys(CONFIGURATION).map((name) => [name, environment[name] ?? '']));
  const parsed = configurationSchema.safeParse(texts);
  const problems = (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (parsed.success) problems.push(...contradictions(parsed.data));
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  return parsed.data;
}

function contradictions(configuration: Configuration): string[] {
  const problems: string[] = [];
  const { PROXY_HOST, PROXY_API_KEY, PROXY_PROVIDER, PROXY_PROVIDER_BASE_URL, WORKER_BACKOFF_INITIAL_MS, WORKER_BACKOFF_MAX_MS } = configuration;
  if (PROXY_HOST !== undefined && !isLoopbackHost(PROXY_HOST) && PROXY_API_KEY === undefined) {
    problems.push(`PROXY_API_KEY must be set when PROXY_HOST (${PROXY_HOST}) is not loopback`);
  }
  if (PROXY_PROVIDER === 'custom' && PROXY_PROVIDER_BASE_URL === undefined) {
    problems.push('PROXY_PROVIDER_BASE_URL must be set when PROXY_PROVIDER is custom');
  }
  if (WORKER_BACKOFF_INITIAL_MS > WORKER_BACKOFF_MAX_MS) {
    problems.push('WORKER_BACKOFF_INITIAL_MS must not be larger than WORKER_BACKOFF_MAX_MS');
  }
  return problems;
}
