import { ConfigurationError, configurationRows, readConfiguration, type Configuration } from '@codex-proxy/proxy';

export interface Settings {
  readonly configuration: Configuration;
  readonly problems: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration as the proxy would read it; where it would refuse to start, every problem, and the rest with defaults in their place. */
export function readSettings(environment: Environment): Settings {
  const problems = problemsOf(environment);
  if (problems.length === 0) return { configuration: readConfiguration(environment), problems };
  const named = new Set(problems.flatMap((problem) => problem.match(/[A-Z][A-Z_]+/g) ?? []));
  const own = configurationRows().map(({ name }) => name);
  const rest = Object.fromEntries(own.filter((name) => !named.has(name)).map((name) => [name, environment[name]]));
  return { configuration: readConfiguration(problemsOf(rest).length === 0 ? rest : {}), problems };
}

function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems;
  }
}
