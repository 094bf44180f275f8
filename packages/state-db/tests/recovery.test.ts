import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { openNotes } from './fixtures/open.ts';
import { newDatabasePath } from './fixtures/folder.ts';

const PATIENT = { timeout: 20_000 } as const;

function messagesIn(path: string): unknown[] {
  const database: Database = new SqliteDatabase(path, { readonly: true });
  try {
    return database.prepare('SELECT message FROM agent_logs ORDER BY id').pluck().all();
  } finally {
    database.close();
  }
}

test.each<[string, (path: string) => void, string[]]>([
  ['removed with its folder', (path) => rmSync(dirname(path), { recursive: true }), ['after']],
  [
    'replaced',
    (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
    // Its write-ahead log goes with the name.
    ['before', 'after'],
  ],
])('a database that is %s is noticed, and the file of that name is written from then on', async (_what, harm, kept) => {
  const { path, notes, stateDb, list, failures, recoveries } = await openNotes({ restartMs: 10 });
  await notes.append({ message: 'before' });
  expect(await list()).toHaveLength(1);
  harm(path);
  await vi.waitFor(() => expect(recoveries).toHaveLength(1), PATIENT);
  expect([failures, stateDb.failure]).toEqual([['state_db_unavailable'], undefined]);
  expect(await notes.append({ message: 'after' })).toEqual(expect.any(Number));
  expect((await list()).map(({ message }) => message)).toEqual(kept);
  await stateDb.close();
  expect(messagesIn(path)).toEqual(kept);
});

test('a database that is emptied is damaged: it takes nothing more until it is put away', async () => {
  const { path, notes, stateDb, failures, recoveries } = await openNotes({ restartMs: 10 });
  await notes.append({ message: 'before' });
  truncateSync(path);
  await vi.waitFor(() => expect(failures).toEqual(['state_db_corrupt']), PATIENT);
  expect(await notes.append({ message: 'refused' })).toBe('unavailable');
  renameSync(path, `${path}.away`);
  await vi.waitFor(() => expect(recoveries).toEqual([expect.any(Number)]), PATIENT);
  expect(await notes.append({ message: 'after' })).toEqual(expect.any(Number));
  await stateDb.close();
  expect(messagesIn(path)).toEqual(['after']);
});

test('damage that a reading meets stops the writing', async () => {
  const { path, notes, stateDb, failures } = await openNotes();
  for (let count = 0; count < 200; count += 1) notes.post({ message: 'x'.repeat(2_000) });
  await stateDb.flush();
  // The write-ahead log is emptied a second after the last write: what is in the file is all there is.
  await vi.waitFor(() => expect(statSync(`${path}-wal`).size).toBe(0), PATIENT);
  const bytes = readFileSync(path);
  bytes.fill(0xee, 4_096);
  writeFileSync(path, bytes);
  await expect(notes.read('list')).rejects.toMatchObject({ code: 'state_db_corrupt' });
  expect(failures).toEqual(['state_db_corrupt']);
  expect(await notes.append({ message: 'refused' })).toBe('unavailable');
});

function noDatabase(): string {
  const path = newDatabasePath();
  mkdirSync(dirname(path));
  writeFileSync(path, 'no database '.repeat(100));
  return path;
}

test('one that cannot be opened is opened when it can, where that is asked for; rows are dropped meanwhile', async () => {
  const path = noDatabase();
  const { notes, stateDb, list, failures, recoveries } = await openNotes({ path, restartMs: 10, retryOpening: true });
  expect([failures, stateDb.failure?.code]).toEqual([['state_db_corrupt'], 'state_db_corrupt']);
  expect(await notes.append({ message: 'dropped' })).toBe('unavailable');
  await expect(notes.run('purge')).rejects.toMatchObject({ code: 'state_db_corrupt' });
  rmSync(path);
  await vi.waitFor(() => expect(recoveries).toEqual([1]), PATIENT);
  expect(await notes.append({ message: 'kept' })).toEqual(expect.any(Number));
  expect(await list()).toHaveLength(1);
});

test('closing one that never opened ends its attempts', async () => {
  const path = noDatabase();
  const { notes, stateDb } = await openNotes({ path, restartMs: 1, retryOpening: true });
  await stateDb.close();
  rmSync(path);
  expect(await notes.append({ message: 'late' })).toBe('closed');
  expect(stateDb.failure?.code).toBe('state_db_corrupt');
});

test('without rows to write, a database that has room again is found out', async () => {
  const { notes, stateDb, failures, recoveries } = await openNotes({ maxBytes: 200_000, probeMs: 10 });
  const message = 'x'.repeat(4_000);
  while ((await notes.append({ message })) !== 'write_failed');
  await notes.run('limit', 409_600);
  await vi.waitFor(() => expect(stateDb.failure).toBeUndefined(), PATIENT);
  expect(failures.length).toBe(recoveries.length);
});
