import { existsSync } from 'node:fs';
import { openStateDatabase } from '@codex-proxy/state-db';
import type { Database } from 'better-sqlite3';
import { ArchiveError, toArchiveError } from '../errors.ts';
import { readColumns, type Column } from '../table/columns.ts';
import { withWriter } from '../table/connection.ts';
import { parseRow, type ArchivedRow } from './archive-lines.ts';
import { readArchiveFile } from './read-archive.ts';

export interface RestoreOptions {
  readonly signal?: AbortSignal;
  /** Rows so far. */
  readonly onRows?: (rows: number) => void;
}

export interface RestoreResult {
  readonly rowsRestored: number;
  /** Rows whose id was in the table already: left as they are there. */
  readonly rowsPresent: number;
  /** Of these, how many were created at another time, so that the id is another row's. */
  readonly rowsConflicting: number;
}

const BATCH_ROWS = 500;

/**
 * Puts the rows of an archive back into `agent_logs`, each under its id, redacted as they are. Doing it twice changes nothing. A database that
 * is not there is made. The archive stays.
 * @throws ArchiveError `archive_damaged` before anything is touched; `archive_table_unsupported` when the table lacks a column or a key.
 */
export async function restoreArchive(file: string, dbPath: string, { signal, onRows }: RestoreOptions = {}): Promise<RestoreResult> {
  const names = await namesOf(file, signal);
  makeDatabase(dbPath);
  return withWriter(dbPath, async (database) => {
    const restore = createRestore(database, names);
    let batch: ArchivedRow[] = [];
    const insert = (): void => {
      const rows = restore.insert(batch);
      batch = [];
      onRows?.(rows);
    };
    const onRow = (line: string): void => {
      batch.push(parseRow(line));
      if (batch.length === BATCH_ROWS) insert();
    };
    await readArchiveFile(file, onRow, signal);
    insert();
    return restore.result();
  });
}

/** Reads all of it first: a damaged archive is refused as a whole. */
async function namesOf(file: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const names = new Set<string>();
  const onRow = (line: string): void => {
    for (const name of Object.keys(parseRow(line))) names.add(name);
  };
  await readArchiveFile(file, onRow, signal);
  return [...names];
}

function makeDatabase(path: string): void {
  if (existsSync(path)) return;
  try {
    openStateDatabase(path).close();
  } catch (error) {
    throw toArchiveError(error, 'archive_database_unavailable');
  }
}

interface Restore {
  /** @returns rows so far. */
  insert(rows: readonly ArchivedRow[]): number;
  result(): RestoreResult;
}

function createRestore(database: Database, names: readonly string[]): Restore {
  const columns = columnsFor(names, readColumns(database));
  const keys = columns.filter(({ isPrimaryKey }) => isPrimaryKey);
  if (names.length > 0 && keys.length === 0) throw unsupported('the table has no primary key to know its rows by');
  const insert = names.length === 0 ? undefined : database.prepare(insertSql(columns));
  const present = names.length === 0 ? undefined : database.prepare(presentSql(keys)).pluck();
  let [rowsRestored, rowsPresent, rowsConflicting] = [0, 0, 0];
  const insertAll = database.transaction((rows: readonly ArchivedRow[]) => {
    for (const row of rows) {
      const { changes = 0 } = insert?.run(columns.map(({ name }) => bound(row[name]))) ?? {};
      rowsRestored += changes;
      if (changes > 0) continue;
      rowsPresent += 1;
      if (present?.get(keys.map(({ name }) => bound(row[name]))) !== row['created_at']) rowsConflicting += 1;
    }
  });
  return {
    insert(rows) {
      insertAll.immediate(rows);
      return rowsRestored + rowsPresent;
    },
    result: () => ({ rowsRestored, rowsPresent, rowsConflicting }),
  };
}

function columnsFor(names: readonly string[], columns: readonly Column[]): readonly Column[] {
  const missing = names.find((name) => !columns.some((column) => column.name === name));
  if (missing !== undefined) throw unsupported(`the table has no column ${JSON.stringify(missing)}, which the archive has`);
  return columns.filter(({ name, isGenerated }) => !isGenerated && names.includes(name));
}

function insertSql(columns: readonly Column[]): string {
  const places = columns.map(() => '?').join(', ');
  return `INSERT INTO agent_logs (${columns.map(quoted).join(', ')}) VALUES (${places}) ON CONFLICT DO NOTHING`;
}

function presentSql(keys: readonly Column[]): string {
  return `SELECT created_at FROM agent_logs WHERE ${keys.map((key) => `${quoted(key)} = ?`).join(' AND ')}`;
}

function quoted({ name }: Column): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Whole numbers as integers, whatever the column makes of them. */
function bound(value: unknown): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== 'object' || value === null) return value;
  const blob: unknown = Reflect.get(value, '$blob');
  return typeof blob === 'string' ? Buffer.from(blob, 'base64') : null;
}

function unsupported(what: string): ArchiveError {
  return new ArchiveError('archive_table_unsupported', what);
}
