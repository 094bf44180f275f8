import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { migrate } from '@codex-proxy/state-db';
import { isDatabaseFailure, StateDbError, toStateDbError } from '../src/errors.ts';
import { AppendQueue, type Outcome } from '../src/queue/append-queue.ts';
import { loadModule } from '../src/thread/module.ts';
import { newDatabasePath } from './fixtures/folder.ts';
import { openNotes } from './fixtures/open.ts';

test('whatever was thrown becomes an error with a code', () => {
  const known = new StateDbError('state_db_full', 'full');
  expect(toStateDbError(known)).toBe(known);
  expect(toStateDbError('a text')).toMatchObject({ code: 'state_db_unavailable', message: 'a text' });
  expect(toStateDbError(Object.assign(new Error('no'), { code: 7 }))).toMatchObject({ code: 'state_db_unavailable', message: 'no' });
  expect(toStateDbError(Object.assign(new Error('no'), { code: 'SQLITE_NOTADB' }))).toMatchObject({
    code: 'state_db_corrupt',
    message: 'no (SQLITE_NOTADB)',
  });
});

test('a row that breaks a rule is no failure of the database', () => {
  const withCode = (code: unknown): Error => Object.assign(new Error('no'), { code });
  expect(['SQLITE_CONSTRAINT_CHECK', 'SQLITE_TOOBIG', 'ENOENT', 7].map((code) => isDatabaseFailure(withCode(code)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_CORRUPT'].map((code) => isDatabaseFailure(withCode(code)))).toEqual([
    true,
    true,
    true,
  ]);
  expect([isDatabaseFailure('text'), isDatabaseFailure(new Error('no'))]).toEqual([false, false]);
});

test('a queue sends no more than two batches at once, each of 2,000 rows at most, and what is left when it may', async () => {
  const sent: { batch: number; rows: readonly unknown[] }[] = [];
  const outcomes: Outcome[] = [];
  const queue = new AppendQueue((batch) => sent.push(batch), {});
  const push = (): boolean => queue.push({ channel: 0, row: 1, bytes: 1, settle: (outcome) => outcomes.push(outcome) });
  for (let count = 0; count < 7_000; count += 1) push();
  expect(sent).toEqual([]);
  queue.resume();
  expect(sent.map(({ rows }) => rows.length)).toEqual([2_000, 2_000]);
  queue.settle(
    1,
    Array.from({ length: 2_000 }, () => 1),
  );
  expect(sent.map(({ rows }) => rows.length)).toEqual([2_000, 2_000, 2_000]);
  queue.lose(2, 'write_failed');
  queue.settle(77, [1]);
  queue.lose(77, 'write_failed');
  push();
  expect(sent).toHaveLength(3);
  queue.abandon('closed');
  const flushed = queue.flush();
  queue.push({ channel: 0, row: 1, bytes: 1, settle: () => undefined });
  const flushedToo = queue.flush();
  queue.abandon('closed');
  await Promise.all([flushed, flushedToo]);
  expect([outcomes.length, queue.rows, queue.bytes]).toEqual([7_001, 0, 0]);
  queue.settle(3, [1]);
});

test('what comes after a pause is sent at once, together; what comes meanwhile waits for the interval, and for room', () => {
  vi.useFakeTimers();
  const sent: { batch: number; rows: readonly unknown[] }[] = [];
  const queue = new AppendQueue((batch) => sent.push(batch), { commitIntervalMs: 25 });
  const push = (row: string): boolean => queue.push({ channel: 0, row, bytes: 1, settle: () => undefined });
  const rows = (): unknown[] => sent.map((batch) => batch.rows);
  push('a');
  queue.resume();
  vi.advanceTimersByTime(100);
  push('b');
  push('c');
  expect(rows()).toEqual([['a']]);
  vi.advanceTimersByTime(0);
  expect(rows()).toEqual([['a'], ['b', 'c']]);
  push('d');
  vi.advanceTimersByTime(24);
  queue.settle(1, [1]);
  expect(sent).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(rows().at(-1)).toEqual(['d']);
  push('e');
  vi.advanceTimersByTime(60);
  expect(sent).toHaveLength(3);
  queue.settle(2, [2, 3]);
  vi.advanceTimersByTime(25);
  expect(rows().at(-1)).toEqual(['e']);
  vi.useRealTimers();
});

test('a listener that throws harms no row: the error surfaces as one that nobody caught', async () => {
  const surfaced: (() => void)[] = [];
  const { stateDb, path } = await openNotes();
  expect(stateDb.path).toBe(path);
  const microtask = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((callback) => void surfaced.push(callback));
  const notes = stateDb.channel<{ message: string }>({
    writer: new URL('fixtures/notes.ts', import.meta.url),
    reader: new URL('fixtures/notes.ts', import.meta.url),
    options: null,
    sizeOf: () => 1,
    onOutcome: () => {
      throw new Error('a defect');
    },
  });
  expect(await notes.append({ message: 'a' })).toBe(1);
  microtask.mockRestore();
  expect(surfaced.map((callback) => callback)).toHaveLength(1);
  expect(surfaced[0]).toThrow('a defect');
});

test('a program of a thread that is started as none waits for nobody', async () => {
  vi.resetModules();
  vi.doMock('node:worker_threads', () => ({ parentPort: null }));
  await import('../src/thread/writer-main.ts');
  await expect(import('../src/thread/reader-main.ts')).resolves.toBeDefined();
  vi.doUnmock('node:worker_threads');
});

test('a module that lacks what is asked of it is an error', async () => {
  const url = new URL('fixtures/folder.ts', import.meta.url).href;
  await expect(loadModule(url, 'createRowWriter')).rejects.toThrow('does not export createRowWriter');
});

test('without migrations a new database stays as it is', () => {
  const database = new SqliteDatabase(newDatabasePath().replace('state/', ''));
  migrate(database, []);
  expect(database.pragma('user_version', { simple: true })).toBe(0);
  database.close();
});
