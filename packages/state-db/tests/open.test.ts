import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import {
  closedStateDb,
  migrate,
  MIGRATIONS,
  openStateDatabase,
  openStateDatabaseReadOnly,
  openStateDb,
  StateDbError,
} from '@codex-proxy/state-db';
import { newDatabasePath } from './fixtures/folder.ts';
import { openChannel } from './fixtures/open.ts';

const LATEST = MIGRATIONS.at(-1)!.version;

/** A file as some program left it. */
function given(path: string, make: (database: SqliteDatabase.Database) => void): void {
  mkdirSync(dirname(path), { recursive: true });
  const database = new SqliteDatabase(path);
  make(database);
  database.close();
}

function thrownBy(call: () => unknown): StateDbError {
  try {
    call();
  } catch (error) {
    if (error instanceof StateDbError) return error;
  }
  throw new Error('a StateDbError was expected');
}

test('a new database has its pragmas, its tables and its indexes', () => {
  const path = newDatabasePath();
  const database = openStateDatabase(path);
  const pragma = (name: string): unknown => database.pragma(name, { simple: true });
  expect(
    ['auto_vacuum', 'journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys', 'secure_delete', 'user_version'].map(pragma),
  ).toEqual([2, 'wal', 1, 2_000, 1, 1, LATEST]);
  const names = database.prepare(`SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`).pluck().all();
  expect(names).toEqual([
    'agent_logs',
    'agent_logs_by_run',
    'archive_manifest',
    'run_events',
    'run_events_by_correlation',
    'run_events_by_run',
    'run_events_by_type',
    'runs',
    'runs_by_start',
    'runs_running',
  ]);
  expect(readdirSync(dirname(path)).map((name) => statSync(join(dirname(path), name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(() => database.exec(`INSERT INTO run_events (run_id, type, created_at, payload_json) VALUES ('r', 'note', 't', '{')`)).toThrow(
    'CHECK',
  );
  database.close();
});

test('has the columns of the requirement documents', () => {
  const database = openStateDatabase(newDatabasePath());
  const columns = (table: string): unknown => database.prepare(`SELECT name FROM pragma_table_info('${table}')`).pluck().all();
  expect(columns('run_events')).toEqual(['id', 'run_id', 'type', 'created_at', 'correlation_id', 'source', 'level', 'payload_json']);
  expect(columns('agent_logs')).toEqual(['id', 'created_at', 'run_id', 'source', 'level', 'event', 'message', 'payload_json']);
  database.close();
});

test.each([0, 1])('a database of version %i is brought forward with its rows', (version) => {
  const path = newDatabasePath();
  given(path, (database) => {
    migrate(database, MIGRATIONS.slice(0, 1));
    database.pragma(`user_version = ${version}`);
    database.exec(`INSERT INTO run_events (run_id, type, created_at, payload_json) VALUES ('req_a', 'note', 't', '{}')`);
  });
  chmodSync(path, 0o644);
  const database = openStateDatabase(path);
  expect(database.prepare('SELECT run_id FROM run_events').pluck().all()).toEqual(['req_a']);
  expect(database.prepare('SELECT count(*) FROM agent_logs').pluck().get()).toBe(0);
  expect(['user_version', 'auto_vacuum', 'journal_mode'].map((name) => database.pragma(name, { simple: true }))).toEqual([
    LATEST,
    2,
    'wal',
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  database.close();
});

describe('is refused, and left as it is:', () => {
  test.each<[what: string, code: string, make: (path: string) => void]>([
    ['a newer database', 'state_db_newer', (path) => given(path, (database) => database.pragma(`user_version = ${LATEST + 1}`))],
    [
      'no database',
      'state_db_corrupt',
      (path) => (mkdirSync(dirname(path)), writeFileSync(path, 'not a database, but long enough to be one '.repeat(9))),
    ],
    ['a short file', 'state_db_corrupt', (path) => (mkdirSync(dirname(path)), writeFileSync(path, 'SQLite format 3\0'))],
    [
      'a damaged database',
      'state_db_corrupt',
      (path) => {
        openStateDatabase(path).close();
        const bytes = readFileSync(path);
        bytes.fill(0x5a, 8_192);
        writeFileSync(path, bytes);
      },
    ],
    [
      'a database of other tables under our names',
      'state_db_unavailable',
      (path) => given(path, (database) => database.exec('CREATE TABLE run_events (something TEXT)')),
    ],
  ])('%s', async (_what, code, make) => {
    const path = newDatabasePath();
    make(path);
    const before = readFileSync(path);
    expect(thrownBy(() => openStateDatabase(path)).code).toBe(code);
    await expect(openStateDb({ path })).rejects.toMatchObject({ code, name: 'StateDbError' });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(['state.sqlite']);
  });

  test('a newer one whose version is only in the write-ahead log', () => {
    const path = newDatabasePath();
    openStateDatabase(path).close();
    const other = new SqliteDatabase(path);
    other.pragma(`user_version = ${LATEST + 1}`);
    const before = readFileSync(`${path}-wal`);
    expect(thrownBy(() => openStateDatabase(path)).code).toBe('state_db_newer');
    expect(readFileSync(`${path}-wal`).equals(before)).toBe(true);
    other.close();
  });
});

test('a path that cannot be one is refused', async () => {
  const path = newDatabasePath();
  mkdirSync(dirname(path));
  writeFileSync(path, '');
  expect(thrownBy(() => openStateDatabase(join(path, 'state.sqlite'))).code).toBe('state_db_unavailable');
  expect(thrownBy(() => openStateDatabaseReadOnly(join(dirname(path), 'missing.sqlite'))).code).toBe('state_db_unavailable');
  await expect(openStateDb({ path: join(path, 'state.sqlite') })).rejects.toMatchObject({ code: 'state_db_unavailable' });
});

test('a database that another process holds from the start is refused as busy', async () => {
  const path = newDatabasePath();
  given(path, (database) => database.exec('CREATE TABLE other (a)'));
  const other = new SqliteDatabase(path);
  other.exec('BEGIN EXCLUSIVE');
  await expect(openStateDb({ path, busyTimeoutMs: 20 })).rejects.toMatchObject({ code: 'state_db_busy' });
  other.exec('ROLLBACK');
  other.close();
});

test('large files are not read through at the start', () => {
  const path = newDatabasePath();
  const database = openStateDatabase(path);
  database.exec('CREATE TABLE large (a BLOB); INSERT INTO large VALUES (zeroblob(70000000))');
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 30_000_000, 30_004_096);
  writeFileSync(path, bytes);
  openStateDatabase(path).close();
});

test('in place of a database that was refused, a closed one drops and counts rows', async () => {
  const stateDb = closedStateDb(new StateDbError('state_db_newer', 'too new'));
  const outcomes: [string, number | string][] = [];
  const notes = openChannel(stateDb, outcomes);
  expect(await notes.append({ message: 'a' })).toBe('unavailable');
  notes.post({ message: 'b' });
  expect(outcomes).toEqual([
    ['a', 'unavailable'],
    ['b', 'unavailable'],
  ]);
  expect([stateDb.droppedRows, stateDb.queuedRows, stateDb.queuedBytes, stateDb.failure?.code]).toEqual([2, 0, 0, 'state_db_newer']);
  await expect(notes.read('list')).rejects.toThrow('too new');
  await expect(notes.run('purge')).rejects.toThrow('too new');
  await stateDb.flush();
  await stateDb.close();
});
