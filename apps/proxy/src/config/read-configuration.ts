import { CONFIGURATION, configurationSchema, type Configuration } from './configuration.ts';
import { ConfigurationError } from './errors.ts';
import { HTTP_URL, httpUrl } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/i;

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
  const issues = parsed.error?.issues ?? [];
  const refused = new Set(issues.map((issue) => String(issue.path[0])));
  // With defaults in the place of what is refused, the others can be judged together.
  const rest = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, refused.has(name) ? '' : text]));
  const accepted = parsed.data ?? configurationSchema.parse(rest);
  const problems = [
    ...issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...CONTRADICTIONS.filter(({ between }) => !between.some((name) => refused.has(name))).flatMap(({ problem }) => problem(accepted) ?? []),
    ...foreignProblems(environment),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return accepted;
}

interface Contradiction {
  /** Judged only when each of them is acceptable by itself. */
  readonly between: readonly (keyof Configuration)[];
  readonly problem: (configuration: Configuration) => string | undefined;
}

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    between: ['PROXY_HOST', 'PROXY_API_KEY'],
    problem: ({ PROXY_HOST, PROXY_API_KEY }) =>
      PROXY_HOST !== undefined && !isLoopbackHost(PROXY_HOST) && PROXY_API_KEY === undefined
        ? `PROXY_API_KEY must be set when PROXY_HOST (${PROXY_HOST}) is not loopback`
        : undefined,
  },
  {
    between: ['PROXY_PROVIDER', 'PROXY_PROVIDER_BASE_URL'],
    problem: ({ PROXY_PROVIDER, PROXY_PROVIDER_BASE_URL }) =>
      PROXY_PROVIDER === 'custom' && PROXY_PROVIDER_BASE_URL === undefined
        ? 'PROXY_PROVIDER_BASE_URL must be set when PROXY_PROVIDER is custom'
        : undefined,
  },
  {
    between: ['WORKER_BACKOFF_INITIAL_MS', 'WORKER_BACKOFF_MAX_MS'],
    problem: ({ WORKER_BACKOFF_INITIAL_MS, WORKER_BACKOFF_MAX_MS }) =>
      WORKER_BACKOFF_INITIAL_MS > WORKER_BACKOFF_MAX_MS
        ? 'WORKER_BACKOFF_INITIAL_MS must not be larger than WORKER_BACKOFF_MAX_MS'
        : undefined,
  },
];

/** Variables of Codex and OpenAI that are honoured as they are. */
function foreignProblems(environment: Environment): string[] {
  const baseUrl = (environment.OPENAI_BASE_URL ?? '').trim();
  return baseUrl === '' || httpUrl(baseUrl) !== undefined ? [] : [`OPENAI_BASE_URL must be ${HTTP_URL}`];
}
