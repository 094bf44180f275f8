import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** What `npm test -- FILE… [options]` is to run. */
export interface Selection {
  /** Filters for vitest. */
  readonly vitest: readonly string[];
  /** Filters for Playwright. */
  readonly playwright: readonly string[];
  /** Patterns that match no test file. */
  readonly unmatched: readonly string[];
  /** From the first argument that begins with a dash, for the runner itself. */
  readonly options: readonly string[];
}

const BROWSER_TESTS = 'apps/proxy-e2e/';

/** Sorts the arguments of `npm test` by the runner that knows a test file whose path contains them. */
export function select(args: readonly string[], root: string): Selection {
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const patterns = firstOption === -1 ? args : args.slice(0, firstOption);
  const files = testFiles(root);
  const matches = patterns.map((given) => {
    const pattern = relative(root, resolve(root, given)) || given;
    const found = files.filter((file) => file.includes(pattern.replace(/:\d+$/, '')));
    return { given, pattern, vitest: found.some((file) => !isBrowserTest(file)), playwright: found.some(isBrowserTest) };
  });
  return {
    vitest: matches.filter((match) => match.vitest).map(({ pattern }) => pattern),
    playwright: matches.filter((match) => match.playwright).map(({ pattern }) => pattern),
    unmatched: matches.filter((match) => !match.vitest && !match.playwright).map(({ given }) => given),
    options: firstOption === -1 ? [] : args.slice(firstOption),
  };
}

function isBrowserTest(file: string): boolean {
  return file.startsWith(BROWSER_TESTS);
}

function testFiles(root: string): string[] {
  return globSync(['{packages,apps,tools}/*/tests/**/*.test.ts', `${BROWSER_TESTS}tests/**/*.spec.ts`], { cwd: root });
}
