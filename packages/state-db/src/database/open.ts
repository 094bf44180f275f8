import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { toStateDbError } from '../errors.ts';
import { migrate } from '../schema/migrate.ts';
import { inspectFile } from './inspect.ts';

export interface OpenOptions {
  /** How long a statement waits for a lock that another connection holds. It blocks its thread meanwhile. Default 2,000. */
  readonly busyTimeoutMs?: number;
  /** What the file may grow to; writes beyond fail with `state_db_full`. Default 8 GiB. */
  readonly maxBytes?: number;
}

const BUSY_TIMEOUT_MS = 2_000;
const MAX_BYTES = 8 * 1_073_741_824;
const CACHE_KIB = 16_384;
/** 16 MB: fewer, larger checkpoints. */
const CHECKPOINT_PAGES = 4_000;
const JOURNAL_LIMIT_BYTES = 16 * 1_048_576;

/**
 * Opens `state.sqlite` for writing, makes it if there is none, and brings it forward to the newest form. The file and what SQLite puts
 * beside it are readable by their owner alone. What was deleted cannot be read from the file any more. Blocks: not for a serving thread.
 * @throws StateDbError: `state_db_newer` and `state_db_corrupt` leave the file untouched.
 */
export function openStateDatabase(path: string, { busyTimeoutMs = BUSY_TIMEOUT_MS, maxBytes = MAX_BYTES }: OpenOptions = {}): Database {
  let database: Database | undefined;
  try {
    makeFile(path);
    inspectFile(path, busyTimeoutMs);
    database = new SqliteDatabase(path, { timeout: busyTimeoutMs });
    prepare(database);
    database.pragma(`max_page_count = ${Math.ceil(maxBytes / Number(database.pragma('page_size', { simple: true })))}`);
    return database;
  } catch (error) {
    database?.close();
    throw toStateDbError(error);
  }
}

/**
 * Opens `state.sqlite` for reading alone. It must be there.
 * @throws StateDbError
 */
export function openStateDatabaseReadOnly(
  path: string,
  { busyTimeoutMs = BUSY_TIMEOUT_MS }: Pick<OpenOptions, 'busyTimeoutMs'> = {},
): Database {
  try {
    const database = new SqliteDatabase(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    database.pragma(`cache_size = -${CACHE_KIB}`);
    return database;
  } catch (error) {
    throw toStateDbError(error);
  }
}

function prepare(database: Database): void {
  // Only before the first table can it be had for nothing.
  database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('secure_delete = ON');
  database.pragma('foreign_keys = ON');
  database.pragma(`cache_size = -${CACHE_KIB}`);
  // Before WAL: a file that turns out not to be ours keeps its mode.
  migrate(database);
  if (Number(database.pragma('auto_vacuum', { simple: true })) !== INCREMENTAL) {
    database.pragma('journal_mode = DELETE');
    database.pragma('auto_vacuum = INCREMENTAL');
    database.exec('VACUUM');
  }
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`journal_size_limit = ${JOURNAL_LIMIT_BYTES}`);
}

const INCREMENTAL = 2;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** SQLite gives the files beside it the mode of the database. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', OWNER_ONLY));
  if ((statSync(path).mode & OTHERS) !== 0) chmodSync(path, OWNER_ONLY);
}
