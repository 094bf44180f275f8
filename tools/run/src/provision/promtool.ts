import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../child.ts';
import type { StageContext } from '../stages/stage.ts';
import { findProgram, firstExecutable } from './find-program.ts';

export interface Promtool {
  /** Absent when it is neither on the machine nor to be had. */
  readonly path?: string;
  /** Why it is absent. */
  readonly problem?: string;
}

/**
 * Prometheus' own checker: the one named by `PROMTOOL`, on `PATH`, or unpacked from Debian's package under `.cache/promtool`,
 * which needs neither root nor a running service.
 */
export async function promtool(context: StageContext): Promise<Promtool> {
  const { root, env } = context;
  const unpacked = join(root, '.cache/promtool/usr/bin/promtool');
  const named = env['PROMTOOL'];
  const found = (await firstExecutable(named === undefined ? [unpacked] : [named, unpacked])) ?? (await findProgram(['promtool'], env));
  if (found !== undefined) return { path: found };
  const problem = (await findProgram(['apt-get'], env)) === undefined ? 'there is no apt-get to fetch it with' : await unpack(context);
  if (problem === undefined) return { path: unpacked };
  return { problem: `promtool is missing and ${problem}. Install Prometheus, or set PROMTOOL; tests that need it fail without.` };
}

/** Returns what went wrong. */
async function unpack(context: StageContext): Promise<string | undefined> {
  context.say('fetching promtool into .cache/promtool …');
  const cache = join(context.root, '.cache');
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'promtool-'));
  try {
    for (const folder of ['lists/partial', 'archives/partial', 'unpacked']) await mkdir(join(work, folder), { recursive: true });
    const quiet: StageContext = { ...context, root: work, output: 'captured' };
    // Package lists of its own: those of the machine may be missing, and only root may fetch them.
    const apt = ['-o', `Dir::State::lists=${work}/lists`, '-o', `Dir::Cache=${work}`, '-qq'];
    for (const step of [['update'], ['download', 'prometheus']]) {
      const { code, output } = await runChild('apt-get', [...apt, ...step], quiet);
      if (code !== 0) return `apt-get ${step.join(' ')} failed:\n${output}`;
    }
    const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return 'apt-get downloaded nothing';
    const { code, output } = await runChild('dpkg', ['-x', archive, 'unpacked'], quiet);
    if (code !== 0) return `dpkg failed:\n${output}`;
    const target = join(cache, 'promtool');
    await rm(target, { recursive: true, force: true });
    await rename(join(work, 'unpacked'), target);
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
