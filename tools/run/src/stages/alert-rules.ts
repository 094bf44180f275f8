import { globSync } from 'node:fs';
import { runChild } from '../child.ts';
import { promtool } from '../provision/promtool.ts';
import { promtoolTally } from '../tally/promtool-output.ts';
import { agreeing, oneCheck, sum, type Tally } from '../tally/tally.ts';
import type { Stage } from './stage.ts';

const FOLDER = 'docs/app-server-migration/alerts';
const SKIPPED: Tally = { passed: 0, failed: 0, skipped: 1 };

/** promtool's own checks of the alert rules, and the courses of events that fire each alert or do not. Arguments name alerts. */
export const alertRules: Stage = async (context, args) => {
  const tool = await promtool(context);
  if (tool.path === undefined) {
    context.say(`alert rules are not tested: ${tool.problem ?? 'promtool is missing'}`);
    return { tally: SKIPPED, output: '' };
  }
  const files = globSync(`${FOLDER}/tests/*.yaml`, { cwd: context.root }).filter((file) => named(file, args));
  const lint = await runChild(tool.path, ['check', 'rules', '--lint=all', '--lint-fatal', `${FOLDER}/metrics-alerts.yaml`], context);
  const cases = await runChild(tool.path, ['test', 'rules', ...files.sort()], { ...context, output: 'captured' });
  const tally = sum([oneCheck(lint.code), agreeing(promtoolTally(cases.output), cases.code)]);
  return { tally, output: lint.output + cases.output };
};

function named(file: string, args: readonly string[]): boolean {
  return args.length === 0 || args.some((arg) => file.includes(arg));
}
