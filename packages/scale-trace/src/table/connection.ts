import { latestVersion } from '@codex-proxy/state-db';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { ArchiveError, toArchiveError } from '../errors.ts';

/** How long a statement waits for others that write. Their transactions are short, and so are ours. */
const BUSY_TIMEOUT_MS = 5_000;
const CACHE_KIB = 1_024;
const KNOWN_VERSION = latestVersion();

/** Does something with a connection of its own that only reads, and closes it. Pages are read by key: no reader is open for long. */
export async function withReader<T>(path: string, use: (database: Database) => Promise<T> | T): Promise<T> {
  return withConnection(path, true, use);
}

/** The same with one that writes. What it deletes cannot be read from the file any more. */
export async function withWriter<T>(path: string, use: (database: Database) => Promise<T> | T): Promise<T> {
  return withConnection(path, false, async (database) => {
    database.pragma('secure_delete = ON');
    if (database.pragma('journal_mode', { simple: true }) === 'wal') database.pragma('synchronous = NORMAL');
    return use(database);
  });
}

/** A connection that only reads, for steps of a job: whoever takes it closes it. */
export function openReader(path: string): Database {
  const database = open(path, true);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  return database;
}

async function withConnection<T>(path: string, readonly: boolean, use: (database: Database) => Promise<T> | T): Promise<T> {
  const database = open(path, readonly);
  try {
    refuseNewer(database);
    database.pragma(`cache_size = -${CACHE_KIB}`);
    return await use(database);
  } catch (error) {
    throw toArchiveError(error);
  } finally {
    database.close();
  }
}

function open(path: string, readonly: boolean): Database {
  try {
    return new SqliteDatabase(path, { readonly, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw toArchiveError(error, 'archive_database_unavailable');
  }
}

function refuseNewer(database: Database): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > KNOWN_VERSION) {
    throw new ArchiveError('archive_database_newer', `the database has version ${version}, this program knows up to ${KNOWN_VERSION}`);
  }
}
