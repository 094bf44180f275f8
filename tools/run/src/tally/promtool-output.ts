import type { Tally } from './tally.ts';

/** Counts the files in the output of `promtool test rules`: a line each says how it ended. */
export function promtoolTally(output: string): Tally {
  const count = (word: string): number => [...output.matchAll(new RegExp(`^ {2}${word}:?$`, 'gm'))].length;
  return { passed: count('SUCCESS'), failed: count('FAILED'), skipped: 0 };
}
