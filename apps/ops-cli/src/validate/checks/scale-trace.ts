import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed, judged, passed, skipped, type Step } from '../../verdict/verdict.ts';
import { runTests } from '../vitest.ts';

const PACKAGE = 'packages/scale-trace';
const SOURCE = `${PACKAGE}/src/scale-trace.ts`;
const DOCUMENT = `${PACKAGE}/src/ScaleTrace.agent.md`;
/** Requirement document 004, 2. */
const METHODS = ['shouldArchive', 'getAgentLogsSize', 'exportAgentLogsToStream', 'archive', 'purgeArchivedRows', 'run'];
const REQUIREMENT = '[TAS-071]';

/** Requirement document 004, 6, in this layout. */
export function scaleTraceSteps(root: string, withTests: boolean): readonly Step[] {
  return [
    { name: `${SOURCE} exports the class ScaleTrace, with its methods`, run: async () => judged(await classProblems(root)) },
    { name: `${DOCUMENT} exists and names ${REQUIREMENT}`, run: () => judged(documentProblems(root)) },
    {
      name: `all tests of ${PACKAGE} pass`,
      run: async () => (withTests ? runTests(root, `${PACKAGE}/tests`) : skipped('--without-tests')),
    },
    {
      name: `// ${REQUIREMENT} stands above the class`,
      run: () =>
        /^\/\/ \[TAS-071\]\nexport class ScaleTrace\b/m.test(textOf(root, SOURCE)) ? passed() : failed(`it does not in ${SOURCE}`),
    },
  ];
}

async function classProblems(root: string): Promise<readonly string[]> {
  if (!existsSync(join(root, SOURCE))) return [`${SOURCE} is missing`];
  if (!/^export class ScaleTrace\b/m.test(textOf(root, SOURCE))) return [`${SOURCE} exports no class ScaleTrace`];
  const { ScaleTrace } = await import('@codex-proxy/scale-trace');
  return METHODS.filter((name) => typeof Reflect.get(ScaleTrace, name) !== 'function').map((name) => `ScaleTrace.${name} is missing`);
}

function documentProblems(root: string): readonly string[] {
  if (!existsSync(join(root, DOCUMENT))) return [`${DOCUMENT} is missing`];
  return textOf(root, DOCUMENT).includes(REQUIREMENT) ? [] : [`${DOCUMENT} does not name ${REQUIREMENT}`];
}

function textOf(root: string, path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
}
