import { commandsOf } from './command.ts';

/** Programs that do nothing but run tests. */
const RUNNERS: ReadonlySet<string> = new Set(
  'vitest jest mocha ava tap jasmine karma pytest py.test unittest nose2 tox nox rspec phpunit pest ctest bats gotestsum nextest'.split(
    ' ',
  ),
);

/** Programs that do so with one of these words first. */
const SUBCOMMANDS: Readonly<Record<string, RegExp>> = {
  npm: /^(?:t|tst|test)$|^(?:run|run-script) test\b/,
  pnpm: /^(?:t|test)$|^(?:run )?test\b/,
  yarn: /^(?:run )?test\b/,
  bun: /^(?:run )?test\b/,
  node: /^--test\b/,
  deno: /^test\b/,
  go: /^test\b/,
  cargo: /^(?:test|nextest)\b/,
  dotnet: /^test\b/,
  swift: /^test\b/,
  mix: /^test\b/,
  flutter: /^test\b/,
  playwright: /^test\b/,
  cypress: /^run\b/,
  mvn: /^(?:\S+ )*(?:test|verify)\b/,
  gradle: /^(?:\S+ )*(?:\w*:)*test\b/,
  gradlew: /^(?:\S+ )*(?:\w*:)*test\b/,
  make: /^(?:test|check)\b/,
  rake: /^(?:test|spec)\b/,
  nx: /^test\b/,
};

/** The test runner that a command line starts, such as `vitest` or `go test`; undefined where none is recognised. */
export function testRunnerOf(line: string): string | undefined {
  for (const [program = '', ...words] of commandsOf(line)) {
    if (RUNNERS.has(program)) return program;
    if (SUBCOMMANDS[program]?.test(words.join(' ')) === true) return program === 'node' ? 'node:test' : `${program} test`;
  }
  return undefined;
}

export interface TestCounts {
  readonly passed?: number;
  readonly failed?: number;
  readonly skipped?: number;
}

/** Only the end of an output is looked at: that is where runners sum up. */
const SUMMARY_CHARS = 4_096;
const COLOURS = /\u001b\[[\d;]*m/g;
const COUNTED = {
  passed: /(\d+) (?:passed|passing)\b|^# pass (\d+)$/gm,
  failed: /(\d+) (?:failed|failing|failures?)\b|^# fail (\d+)$/gm,
  skipped: /(\d+) (?:skipped|pending|ignored)\b|^# skipped (\d+)$/gm,
} as const;

/** What a runner says at its end of how many tests passed, failed and were skipped. */
export function testCountsOf(output: string): TestCounts {
  const end = output.slice(-SUMMARY_CHARS).replace(COLOURS, '');
  const last = (pattern: RegExp): number | undefined => {
    const [, first, second] = [...end.matchAll(pattern)].at(-1) ?? [];
    const count = Number(first ?? second ?? Number.NaN);
    return Number.isSafeInteger(count) ? count : undefined;
  };
  const counts = Object.entries(COUNTED).map(([name, pattern]) => [name, last(pattern)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count !== undefined));
}
