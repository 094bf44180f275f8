import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NOTHING, type Tally } from './tally.ts';

/** Makes room for a report, so that one of an earlier run cannot be taken for this run's. */
export async function clearReport(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
}

/** What `count` makes of the report at `path`; nothing at all if the runner ended before it wrote one. */
export async function readReport(path: string, count: (report: unknown) => Tally): Promise<Tally> {
  try {
    return count(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return NOTHING;
  }
}
