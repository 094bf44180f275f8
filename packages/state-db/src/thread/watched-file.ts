import { statSync, type Stats } from 'node:fs';
import { StateDbError } from '../errors.ts';

/** A database that is open, whose name may come to stand for another file, or for none: what is written then is lost, and nothing fails. */
export class WatchedFile {
  readonly #path: string;
  readonly #opened: Stats | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#opened = found(path);
  }

  /**
   * @returns whether it was emptied.
   * @throws StateDbError `state_db_unavailable` when it was removed or replaced.
   */
  look(): boolean {
    const now = found(this.#path);
    if (this.#opened !== undefined && !isSame(this.#opened, now))
      throw new StateDbError('state_db_unavailable', 'the file was removed or replaced');
    return now?.size === 0;
  }
}

function found(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function isSame(opened: Stats, now: Stats | undefined): boolean {
  return now !== undefined && now.dev === opened.dev && now.ino === opened.ino;
}
