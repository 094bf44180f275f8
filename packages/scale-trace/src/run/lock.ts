import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { makeFolder } from '../archive/part-file.ts';
import { codeOf, toArchiveError } from '../errors.ts';

/** One run at a time has it, across threads and processes. */
export interface RunLock {
  release(): void;
}

const NAME = '.lock.sqlite';

/**
 * An exclusive transaction on a file of its own in the folder: the system frees it when its holder is killed.
 * @returns undefined when another run has it.
 * @throws ArchiveError
 */
export async function takeLock(folder: string): Promise<RunLock | undefined> {
  await makeFolder(folder);
  const path = join(folder, NAME);
  let database: Database | undefined;
  try {
    makeFile(path);
    database = new SqliteDatabase(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) return undefined;
    throw toArchiveError(error);
  }
  const held = database;
  return { release: () => void held.close() };
}

/** A file that is there is not opened: closing it again would free the lock that another thread of this process may have on it. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
