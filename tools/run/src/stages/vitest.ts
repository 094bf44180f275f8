import { join } from 'node:path';
import { runChild } from '../child.ts';
import { promtool } from '../provision/promtool.ts';
import { clearReport, readReport } from '../tally/report-file.ts';
import { agreeing } from '../tally/tally.ts';
import { vitestTally } from '../tally/vitest-report.ts';
import type { Stage } from './stage.ts';

/** The vitest projects of `vitest.config.ts` named `projects`. Arguments are file filters and options of vitest. */
export function vitest(projects: readonly string[], options: readonly string[] = []): Stage {
  return async (context, args) => {
    const report = join(context.root, '.cache/reports', `${projects.join('-')}.json`);
    await clearReport(report);
    const tool = await promtool(context);
    const env = tool.path === undefined ? context.env : { ...context.env, PROMTOOL: tool.path };
    const end = await runChild(
      'vitest',
      [
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...options,
        ...args,
      ],
      { ...context, env },
    );
    const tally = agreeing(await readReport(report, vitestTally), end.code);
    return { tally, output: tool.path === undefined ? `${tool.problem}\n${end.output}` : end.output };
  };
}
