import { audit } from './stages/audit.ts';
import { alertRules } from './stages/alert-rules.ts';
import { build } from './stages/build.ts';
import { check } from './stages/check.ts';
import { fuzz } from './stages/fuzz.ts';
import { playwright } from './stages/playwright.ts';
import { sbom } from './stages/sbom.ts';
import type { Stage } from './stages/stage.ts';
import { vitest } from './stages/vitest.ts';

/** Which files are formatted stands in `.prettierignore`. */
const PRETTIER = ['prettier', '--log-level=warn', '.'] as const;

// The module boundaries that ESLint checks are read from the graph that the first command brings up to date.
const lint = check([
  ['nx', 'sync:check'],
  [...PRETTIER, '--check'],
  ['eslint', '.'],
]);
const typecheck = check([['tsc', '-b', '--emitDeclarationOnly']]);

/** The parts of `npm test`, in their order. */
export const STAGES: Readonly<Record<string, Stage>> = {
  lint,
  typecheck,
  build,
  audit,
  unit: vitest(['unit']),
  integration: vitest(['integration']),
  'alert rules': alertRules,
  browser: playwright,
};

/** What `npm run …` starts by itself, by its name in package.json. */
export const COMMANDS: Readonly<Record<string, Stage>> = {
  lint,
  typecheck,
  build,
  'test:unit': vitest(['unit']),
  'test:integration': vitest(['integration']),
  'test:alerts': alertRules,
  'test:browser': playwright,
  coverage: vitest(['unit', 'integration'], ['--coverage']),
  audit,
  fuzz,
  sbom,
  format: check([[...PRETTIER, '--write']]),
};

/** Tests of both vitest projects, for `npm test -- FILE`. */
export const VITEST_FILES: Stage = vitest(['unit', 'integration']);
export const PLAYWRIGHT_FILES: Stage = playwright;
