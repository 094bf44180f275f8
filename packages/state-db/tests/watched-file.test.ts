import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import type { FromThread } from '../src/thread/messages.ts';
import { WatchedFile } from '../src/thread/watched-file.ts';
import { WriterLoop } from '../src/thread/writer-loop.ts';
import { newDatabasePath } from './fixtures/folder.ts';

function newFile(): string {
  const path = newDatabasePath();
  mkdirSync(dirname(path));
  writeFileSync(path, 'something');
  return path;
}

test('a file that is the same is left alone, one that was emptied is told, one that is gone or another is an error', () => {
  const path = newFile();
  const file = new WatchedFile(path);
  expect(file.look()).toBe(false);
  truncateSync(path);
  expect(file.look()).toBe(true);
  writeFileSync(`${path}.other`, 'something');
  renameSync(`${path}.other`, path);
  expect(() => file.look()).toThrow('removed or replaced');
  rmSync(path);
  expect(() => file.look()).toThrow('removed or replaced');
});

test('of one that was not there to begin with nothing is known', () => {
  expect(new WatchedFile(newDatabasePath()).look()).toBe(false);
});

test('a probe is answered when the database can be written, and with what stands against it when not', async () => {
  const path = newFile();
  rmSync(path);
  const posted: FromThread[] = [];
  const database = new SqliteDatabase(path, { timeout: 1 });
  database.exec('CREATE TABLE one (a INTEGER) STRICT');
  const loop = new WriterLoop(
    database,
    (message) => posted.push(message),
    () => undefined,
  );
  loop.receive({ kind: 'probe' });
  const other = new SqliteDatabase(path);
  await vi.waitFor(() => expect(posted).toEqual([{ kind: 'probed' }]));
  other.exec('BEGIN IMMEDIATE');
  loop.receive({ kind: 'probe' });
  await vi.waitFor(() => expect(posted.at(-1)).toMatchObject({ kind: 'waiting', failure: { code: 'state_db_busy' } }));
  other.exec('ROLLBACK');
  other.close();
  loop.receive({ kind: 'close' });
});
