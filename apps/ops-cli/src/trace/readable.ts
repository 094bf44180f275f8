import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { causeOf } from '../errors.ts';

/** Whether this user can see what is at a path; also where nothing is, if the folder around it says so. */
export function canRead(path: string): boolean {
  return isOpen(path, constants.R_OK) && isOpen(dirname(path), constants.R_OK | constants.X_OK);
}

function isOpen(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch (error) {
    const cause = causeOf(error);
    return cause === 'ENOENT' || cause === 'ENOTDIR';
  }
}
