import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { openNotes } from './fixtures/open.ts';

test('a writer thread that dies is started again; what it had counts as lost', async () => {
  const { notes, stateDb, failures, recoveries } = await openNotes({ restartMs: 5 });
  await notes.append({ message: 'a' });
  expect(await notes.append({ message: 'exit' })).toBe('write_failed');
  expect(stateDb.failure?.code).toBe('state_db_unavailable');
  await expect(notes.run('purge')).rejects.toMatchObject({ code: 'state_db_unavailable' });
  expect(await notes.append({ message: 'b' })).toBe(2);
  expect([failures, recoveries, stateDb.failure]).toEqual([['state_db_unavailable'], [1], undefined]);
});

test('a defect on the writer thread is named', async () => {
  const { notes, stateDb } = await openNotes({ closeTimeoutMs: 10 });
  await notes.append({ message: 'crash' });
  await vi.waitFor(() => expect(stateDb.failure?.message).toContain('is not a function'));
  notes.post({ message: 'waits in vain' });
  await stateDb.close();
  expect(stateDb.droppedRows).toBe(1);
});

test('a writer thread that cannot be started again is tried again', async () => {
  const { path, notes, stateDb } = await openNotes({ restartMs: 5, busyTimeoutMs: 5 });
  const reader = new SqliteDatabase(path);
  reader.pragma(`user_version = 99`);
  await notes.append({ message: 'exit' });
  expect(stateDb.failure).toBeDefined();
  const appended = notes.append({ message: 'later' });
  await vi.waitFor(() => expect(stateDb.failure?.code).toBe('state_db_newer'));
  expect(stateDb.queuedRows).toBe(1);
  reader.pragma(`user_version = 2`);
  reader.close();
  expect(await appended).toBe(1);
});

test('a reader thread that dies is started again with the next reading', async () => {
  const { notes } = await openNotes();
  await expect(notes.read('exit')).rejects.toMatchObject({ code: 'state_db_unavailable' });
  expect(await notes.read('list')).toEqual([]);
});

test('a thread that hangs is ended all the same, and what it had counts as dropped', async () => {
  const { notes, stateDb, outcomes } = await openNotes({ closeTimeoutMs: 20 });
  await notes.append({ message: 'a' });
  notes.post({ message: 'hang' });
  await stateDb.close();
  expect(outcomes.at(-1)).toEqual(['hang', 'closed']);
});
