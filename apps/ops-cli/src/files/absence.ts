import { accessSync, constants, statSync } from 'node:fs';
import { causeOf } from '../errors.ts';

/** Why a file gave nothing, as the end of a sentence: `is not there`, or that whoever asks may not see it, as in a folder of the proxy's user. */
export function absenceOf(path: string): string {
  try {
    statSync(path);
    return 'cannot be read';
  } catch (error) {
    const cause = causeOf(error);
    return cause === 'ENOENT' || cause === 'ENOTDIR' ? 'is not there' : `cannot be seen by this user (${cause})`;
  }
}

/** The code of the system where a file or folder is there, or may be, and this user may not read it; undefined where there is none, or it can be read. */
export function deniedBy(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK | (statSync(path).isDirectory() ? constants.X_OK : 0));
    return undefined;
  } catch (error) {
    const cause = causeOf(error);
    return cause === 'EACCES' || cause === 'EPERM' ? cause : undefined;
  }
}

/** One sentence on what this user may not read, and what to do. */
export function deniedText(what: string, cause = 'EACCES'): string {
  return `${what} cannot be read by this user (${cause}): run codex-ops as the user of the proxy`;
}
