import { join, resolve } from 'node:path';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { namesIn, statsOf } from '../../files/walk.ts';

/** A file that is being written changes more often. */
const STALE_MS = 600_000;
const UNFINISHED = /\.(part|tmp)$/;

/** Files that a process which was killed had not finished. */
export function checkLeftovers({ stateDir, configuration: { ARCHIVE_DIR: archiveDir }, nowMs }: Patient): readonly Finding[] {
  const archives = resolve(archiveDir ?? join(stateDir, 'archives'));
  return [
    ...leftIn(archives, nowMs, 'codex-ops archive run removes them, and so does the next run of the proxy'),
    ...leftIn(join(stateDir, 'trace-buffer'), nowMs, 'the proxy removes them when it starts'),
    ...leftIn(stateDir, nowMs, 'they can be removed'),
  ];
}

function leftIn(folder: string, nowMs: number, advice: string): readonly Finding[] {
  const stale = namesIn(folder).filter(
    (name) => UNFINISHED.test(name) && nowMs - (statsOf(join(folder, name))?.mtimeMs ?? nowMs) > STALE_MS,
  );
  if (stale.length === 0) return [];
  const more = stale.length > 1 ? ` and ${stale.length - 1} more` : '';
  return [{ severity: 'warning', text: `${join(folder, stale[0] ?? '')}${more}: left by a process that was killed`, advice }];
}
