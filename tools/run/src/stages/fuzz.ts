import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../child.ts';
import { oneCheck } from '../tally/tally.ts';
import type { Stage } from './stage.ts';

const DEFAULT_MINUTES = 10;
const MS_A_MINUTE = 60_000;
const LARGEST_SEED = 0x7fff_ffff;

/**
 * Looks for counterexamples: all property tests, again and again, each time with another seed, until the time is over or one fails. Arguments are
 * minutes (10) and file filters. A failure tells the seed, with which `PROPERTY_SEED=… npm test -- FILE` fails again.
 */
export const fuzz: Stage = async (context, args) => {
  const minutes = Number(args.find((arg) => /^\d+(\.\d+)?$/.test(arg)) ?? DEFAULT_MINUTES);
  const filters = args.filter((arg) => !/^\d+(\.\d+)?$/.test(arg));
  const files = propertyTests(context.root).filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  if (files.length === 0) return { tally: oneCheck(1), output: `No property test has ${filters.join(' or ')} in its path.\n` };
  const untilMs = performance.now() + minutes * MS_A_MINUTE;
  for (let round = 1; ; round += 1) {
    const seed = String(Math.trunc(Math.random() * LARGEST_SEED));
    const env = { ...context.env, PROPERTY_SEED: seed };
    const { code, output } = await runChild('vitest', ['run', '--reporter=dot', ...files], { ...context, env, output: 'captured' });
    if (context.signal.aborted) return { tally: oneCheck(0), output: `ended after ${String(round - 1)} rounds\n` };
    if (code !== 0) return { tally: oneCheck(code), output: `${output}\nAgain with: PROPERTY_SEED=${seed} npm test -- FILE\n` };
    context.say(`fuzz: round ${String(round)} of ${String(files.length)} files passed with seed ${seed}`);
    if (performance.now() >= untilMs) return { tally: oneCheck(0), output: `${String(round)} rounds, no counterexample\n` };
  }
};

/** Unit tests that hold a property; those with processes of their own take too long for what they add. */
function propertyTests(root: string): string[] {
  return globSync('{packages,apps,tools}/*/tests/**/*.test.ts', { cwd: root })
    .filter((file) => !file.includes('/integration/') && readFileSync(join(root, file), 'utf8').includes("from 'fast-check'"))
    .sort();
}
