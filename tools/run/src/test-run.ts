import { PLAYWRIGHT_FILES, STAGES, VITEST_FILES } from './command.ts';
import { select } from './selection.ts';
import type { Stage, StageContext } from './stages/stage.ts';
import { sum, tallyLine, type Tally } from './tally/tally.ts';

export type Print = (text: string) => void;
type Context = Omit<StageContext, 'output'>;

/** Runs `stages` one after another, each to its end, and prints a line for each and the output of what failed. */
export async function runStages(stages: Readonly<Record<string, Stage>>, context: Context, print: Print): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const [name, stage] of Object.entries(stages)) {
    const startedAt = performance.now();
    const { tally, output } = await stage({ ...context, output: 'captured' }, []);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const failed = tally.failed > 0;
    if (failed) print(`${output.trimEnd()}\n`);
    print(`${failed ? 'FAIL' : 'ok  '}  ${name.padEnd(12)} ${seconds.padStart(6)} s   ${tallyLine(tally)}\n`);
    tallies.push(tally);
    if (context.signal.aborted) break;
  }
  return sum(tallies);
}

/** `npm test`: all stages, or only the test files that `args` name. Prints as it goes. */
export async function runTests(args: readonly string[], context: Context, print: Print): Promise<Tally> {
  if (args.length === 0) return runStages(STAGES, context, print);
  const chosen = select(args, context.root);
  const tallies: Tally[] = [];
  for (const pattern of chosen.unmatched) {
    print(`No test file has ${JSON.stringify(pattern)} in its path.\n`);
    tallies.push({ passed: 0, failed: 1, skipped: 0 });
  }
  const live: StageContext = { ...context, output: 'live' };
  const onlyOptions = args.length === chosen.options.length;
  const runners: [stage: Stage, patterns: readonly string[], needed: boolean][] = [
    [VITEST_FILES, chosen.vitest, onlyOptions || chosen.vitest.length > 0],
    [PLAYWRIGHT_FILES, chosen.playwright, chosen.playwright.length > 0],
  ];
  for (const [stage, patterns, needed] of runners) {
    if (!needed) continue;
    const { tally, output } = await stage(live, [...patterns, ...chosen.options]);
    print(output);
    tallies.push(tally);
  }
  return sum(tallies);
}
