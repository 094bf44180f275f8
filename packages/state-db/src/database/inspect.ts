import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { StateDbError } from '../errors.ts';
import { refuseNewer, schemaVersion } from '../schema/migrate.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
/** Where the header keeps `user_version` (https://www.sqlite.org/fileformat.html). */
const VERSION_OFFSET = 60;
/** Larger files are not read through at the start: a fault that is met later is reported then. */
const CHECKED_BYTES = 64 * 1_048_576;

/**
 * Looks at a file before anything may write to it.
 * @throws StateDbError `state_db_newer` or `state_db_corrupt`; the file is as it was.
 */
export function inspectFile(path: string, busyTimeoutMs: number): void {
  const header = readHeader(path);
  if (header.length === 0) return;
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new StateDbError('state_db_corrupt', 'the file is not a SQLite database: it is left as it is');
  }
  refuseNewer(header.readUInt32BE(VERSION_OFFSET));
  const hadLog = existsSync(`${path}-wal`);
  try {
    inspectDatabase(path, busyTimeoutMs);
  } catch (error) {
    // A look at a database in WAL mode makes these two, and a reader cannot remove them.
    if (!hadLog) for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    throw error;
  }
}

function inspectDatabase(path: string, timeout: number): void {
  const database = new SqliteDatabase(path, { readonly: true, timeout });
  try {
    // The header may be behind the write-ahead log.
    refuseNewer(schemaVersion(database));
    if (statSync(path).size > CHECKED_BYTES) return;
    const verdict = String(database.pragma('quick_check(1)', { simple: true }));
    if (verdict !== 'ok') throw new StateDbError('state_db_corrupt', `the database is damaged, and left as it is: ${firstLine(verdict)}`);
  } finally {
    database.close();
  }
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('').slice(0, 200);
}
