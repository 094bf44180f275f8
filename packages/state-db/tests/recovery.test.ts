import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openNotes } from './fixtures/open.ts';
import { newDatabasePath } from './fixtures/folder.ts';

const PATIENT = { timeout: 20_000 } as const;

test('a database that is emptied takes nothing more', async () => {
  const { path, notes, failures } = await openNotes();
  await notes.append({ message: 'before' });
  truncateSync(path);
  await vi.waitFor(() => expect(failures).toEqual(['state_db_corrupt']), PATIENT);
  expect(await notes.append({ message: 'refused' })).toBe('unavailable');
});

test('damage that a reading meets stops the writing', async () => {
  const { path, notes, stateDb, failures } = await openNotes({ probeMs: 10 });
  for (let count = 0; count < 200; count += 1) notes.post({ message: 'x'.repeat(2_000) });
  await stateDb.flush();
  // The write-ahead log is emptied a second after the last write: what is in the file is all there is.
  await vi.waitFor(() => expect(statSync(`${path}-wal`).size).toBe(0), PATIENT);
  const bytes = readFileSync(path);
  bytes.fill(0xee, 4_096);
  writeFileSync(path, bytes);
  await expect(notes.read('list')).rejects.toMatchObject({ code: 'state_db_corrupt' });
  expect(failures).toEqual(['state_db_corrupt']);
  // Whether it can be written is not tried any more.
  await setTimeout(50);
  expect(stateDb.failure?.code).toBe('state_db_corrupt');
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

test.each(['that would succeed', 'that would fail'])('closing ends an attempt %s', async (outcome) => {
  const path = noDatabase();
  const { notes, stateDb } = await openNotes({ path, restartMs: 1, retryOpening: true });
  if (outcome === 'that would succeed') rmSync(path);
  // An attempt is under way by then, and takes longer.
  await setTimeout(3);
  await stateDb.close();
  expect(await notes.append({ message: 'late' })).toBe('closed');
  await setTimeout(200);
  expect(await notes.append({ message: 'later' })).toBe('closed');
});

test('a place where no database can be is tried again and again', async () => {
  const folder = dirname(dirname(newDatabasePath()));
  writeFileSync(join(folder, 'state'), 'in the way');
  const path = join(folder, 'state', 'state.sqlite');
  const { notes, failures, recoveries } = await openNotes({ path, restartMs: 10, retryOpening: true });
  await setTimeout(100);
  expect([failures.length, recoveries]).toEqual([1, []]);
  rmSync(join(folder, 'state'));
  await vi.waitFor(() => expect(recoveries).toHaveLength(1), PATIENT);
  expect(await notes.append({ message: 'kept' })).toEqual(expect.any(Number));
});

test('without rows to write, a database that has room again is found out', async () => {
  const { notes, stateDb, failures, recoveries } = await openNotes({ maxBytes: 200_000, probeMs: 10 });
  const message = 'x'.repeat(4_000);
  while ((await notes.append({ message })) !== 'write_failed');
  await notes.run('limit', 409_600);
  await vi.waitFor(() => expect(stateDb.failure).toBeUndefined(), PATIENT);
  expect(failures.length).toBe(recoveries.length);
});
