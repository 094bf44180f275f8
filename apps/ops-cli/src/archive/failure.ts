import { causeOf } from '../errors.ts';

/** What to do about the codes of `ArchiveError`, where there is something. */
const ADVICE: Readonly<Record<string, string>> = {
  archive_damaged: 'it cannot be relied on; codex-ops archive list shows the others',
  archive_database_busy: 'another process writes for long; try again',
  archive_database_newer: 'a newer version of the proxy made it: use its codex-ops',
  archive_disk_full: 'make room; no row was lost',
  archive_folder_unusable: 'may this user write there?',
  archive_missing: 'codex-ops archive list shows those that are there',
};

/**
 * One sentence on what went wrong, and one on what to do. The messages of the archiver hold nothing of any row.
 * @param stopped What is so where it was told to stop.
 */
export function failureText(what: string, error: unknown, stopped = 'nothing was changed'): string {
  const isOurs = error instanceof Error && error.name === 'ArchiveError';
  const code = causeOf(error);
  const advice = code === 'archive_stopped' ? stopped : ADVICE[code];
  const reason = isOurs ? `${error.message} (${code})` : `it failed (${code})`;
  return `${what}: ${reason}${advice === undefined ? '' : `; ${advice}`}`;
}
