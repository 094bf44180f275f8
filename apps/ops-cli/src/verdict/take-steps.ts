import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { whileWaiting } from '../terminal/waiting.ts';
import { createPaint } from '../text/paint.ts';
import { renderVerdict } from './verdict-text.ts';
import { judge, type Step, type Verdict } from './verdict.ts';

/** Takes steps in their order, and prints each as it ends, unless `isQuiet`. */
export async function takeSteps(steps: readonly Step[], terminal: Terminal, isQuiet: boolean): Promise<readonly Verdict[]> {
  const { stdout, stderr, environment } = terminal;
  const paint = createPaint(hasColour(stdout, environment));
  const verdicts: Verdict[] = [];
  for (const step of steps) {
    const verdict = await whileWaiting(stderr, step.name, async () => judge(step));
    verdicts.push(verdict);
    if (!isQuiet) await print(stdout, renderVerdict(verdict, { paint, columns: stdout.columns }));
  }
  return verdicts;
}
