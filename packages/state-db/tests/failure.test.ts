import { closeSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { sizeOnDisk } from '@codex-proxy/state-db';
import { openNotes } from './fixtures/open.ts';

/** Another process, as far as SQLite can see. */
function lock(path: string): () => void {
  const other = new SqliteDatabase(path);
  other.exec('BEGIN IMMEDIATE');
  return () => {
    other.exec('ROLLBACK');
    other.close();
  };
}

test('while another process holds the database rows wait, then are dropped and counted; then all goes on', async () => {
  const { path, notes, stateDb, list, failures, recoveries } = await openNotes({ busyTimeoutMs: 10, queue: { maxRows: 100 } });
  await notes.append({ message: 'before' });
  const unlock = lock(path);
  const waiting = Array.from({ length: 150 }, (_, at) => notes.append({ message: String(at) }));
  await vi.waitFor(() => expect(stateDb.failure?.code).toBe('state_db_busy'));
  expect(stateDb.queuedRows).toBe(100);
  unlock();
  const outcomes = await Promise.all(waiting);
  expect(outcomes.filter((outcome) => outcome === 'queue_full')).toHaveLength(50);
  expect(await list()).toHaveLength(101);
  expect([failures, recoveries, stateDb.failure]).toEqual([['state_db_busy'], [0], undefined]);
});

test('closing does not wait for a lock that nobody lets go of', async () => {
  const { path, notes, stateDb, outcomes } = await openNotes({ busyTimeoutMs: 10, closeTimeoutMs: 50 });
  await notes.append({ message: 'before' });
  const unlock = lock(path);
  notes.post({ message: 'never written' });
  const endless = notes.run('endless').catch(String);
  await vi.waitFor(() => expect(stateDb.failure).toBeDefined());
  await stateDb.close();
  // By the thread, or, where that was too slow to say so, by who closed.
  expect(outcomes.at(-1)).toEqual(['never written', expect.stringMatching(/^(write_failed|closed)$/)]);
  expect(await endless).toContain('closed');
  unlock();
});

test('without room rows are dropped and counted; with room again all goes on', async () => {
  const { notes, stateDb, failures, recoveries, list } = await openNotes({ maxBytes: 200_000 });
  const message = 'x'.repeat(4_000);
  const outcomes: unknown[] = [];
  for (let count = 0; count < 60; count += 1) outcomes.push(await notes.append({ message }));
  expect(outcomes.at(-1)).toBe('write_failed');
  expect(stateDb.failure?.code).toBe('state_db_full');
  expect(await notes.run('rollbacks')).toBe(stateDb.droppedRows);
  const kept = outcomes.filter((outcome) => typeof outcome === 'number');
  expect(await list()).toHaveLength(kept.length);
  await notes.run('limit', 409_600);
  expect(await notes.append({ message })).toEqual(expect.any(Number));
  expect([failures, recoveries, stateDb.failure]).toEqual([['state_db_full'], [60 - kept.length], undefined]);
});

test('a database that is damaged later takes no more rows', async () => {
  const { path, notes, stateDb, failures } = await openNotes();
  for (let count = 0; count < 2_000; count += 1) notes.post({ message: 'x'.repeat(1_000) });
  await stateDb.close();
  const file = openSync(path, 'r+');
  // The damage must be where the check of small files at the start does not see it: it is done after.
  const second = await openNotes({ path });
  const { size } = statSync(path);
  for (let offset = 4_096; offset < size; offset += 4_096) writeSync(file, Buffer.alloc(4_096, 0x5a), 0, 4_096, offset);
  closeSync(file);
  expect(await second.notes.append({ message: 'a' })).toBe('write_failed');
  expect(await second.notes.append({ message: 'b' })).toBe('unavailable');
  expect([second.stateDb.failure?.code, second.failures, second.stateDb.droppedRows]).toEqual([
    'state_db_corrupt',
    ['state_db_corrupt'],
    2,
  ]);
  expect(failures).toEqual([]);
});

test('when nothing is written for a second, the write-ahead log is emptied', async () => {
  const { path, notes } = await openNotes();
  await notes.append({ message: 'x'.repeat(100_000) });
  const size = (): number => sizeOnDisk(path) - sizeOnDisk(`${path}-wal`);
  expect(existsSync(`${path}-wal`)).toBe(true);
  await vi.waitFor(() => expect(sizeOnDisk(`${path}-wal`)).toBe(0), { timeout: 5_000 });
  expect(size()).toBeGreaterThan(100_000);
});

test('a reading without a file to read is an error, and writing goes on', async () => {
  const { path, notes } = await openNotes();
  await notes.append({ message: 'a' });
  rmSync(path);
  await expect(notes.read('list')).rejects.toMatchObject({ code: 'state_db_unavailable' });
  expect(await notes.append({ message: 'b' })).toBe(2);
});
