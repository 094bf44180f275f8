import { statSync } from 'node:fs';
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
