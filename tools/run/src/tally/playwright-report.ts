import { z } from 'zod';
import type { Tally } from './tally.ts';

const reportSchema = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

/** Counts the tests in the output of Playwright's JSON reporter. One that passed only on a retry has passed. */
export function playwrightTally(report: unknown): Tally {
  const { expected, unexpected, flaky, skipped } = reportSchema.parse(report).stats;
  return { passed: expected + flaky, failed: unexpected, skipped };
}
