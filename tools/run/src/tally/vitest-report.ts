import { z } from 'zod';
import type { Tally } from './tally.ts';

const reportSchema = z.object({
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/** Counts the tests in the output of vitest's JSON reporter; a file that failed without a failed test counts as one. */
export function vitestTally(report: unknown): Tally {
  const files = reportSchema.parse(report).testResults;
  const statuses = files.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const brokenFiles = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.filter((status) => status === 'failed').length;
  return { passed, failed: failed + brokenFiles, skipped: statuses.length - passed - failed };
}
