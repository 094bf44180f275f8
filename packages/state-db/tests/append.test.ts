import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sizeOnDisk, StateDbError } from '@codex-proxy/state-db';
import { openChannel, openNotes } from './fixtures/open.ts';

test('a row is in the database when its promise resolves, under the id that it gives', async () => {
  const { notes, list } = await openNotes();
  const ids = await Promise.all(['a', 'b', 'c'].map((message) => notes.append({ message })));
  expect(ids).toEqual([1, 2, 3]);
  expect(await list()).toEqual(['a', 'b', 'c'].map((message, at) => ({ id: at + 1, message })));
});

test('what is posted without a promise is there after a flush, and reported', async () => {
  const { notes, list, stateDb, outcomes } = await openNotes();
  for (let count = 0; count < 5_000; count += 1) notes.post({ message: `m${count}` });
  expect(stateDb.queuedRows).toBe(5_000);
  await stateDb.flush();
  expect(stateDb.queuedRows).toBe(0);
  expect(stateDb.queuedBytes).toBe(0);
  expect((await list()).map(({ message }) => message)).toEqual(outcomes.map(([message]) => message));
  expect(outcomes.at(-1)).toEqual(['m4999', 5_000]);
  await stateDb.flush();
});

test('a row that its writer or its table refuses harms no other', async () => {
  const { notes, list, stateDb, failures } = await openNotes();
  const outcomes = await Promise.all(
    [{ message: 'a' }, { message: 'refuse' }, { message: 'throw' }, { message: 'b', payload: 'no json' }, { message: 'c' }].map(
      notes.append,
    ),
  );
  expect(outcomes).toEqual([1, 'unwanted', 'invalid', 'invalid', 2]);
  expect((await list()).map(({ message }) => message)).toEqual(['a', 'c']);
  expect([stateDb.droppedRows, failures]).toEqual([0, []]);
});

test('beyond the limit of rows, rows are dropped and counted', async () => {
  const { notes, stateDb, list } = await openNotes({ queue: { maxRows: 10 } });
  const outcomes = await Promise.all(Array.from({ length: 25 }, (_, at) => notes.append({ message: String(at) })));
  expect(outcomes.filter((outcome) => outcome === 'queue_full')).toHaveLength(15);
  expect(stateDb.droppedRows).toBe(15);
  expect(await list()).toHaveLength(10);
  expect(await notes.append({ message: 'room again' })).toBe(11);
});

test('beyond the limit of bytes, rows are dropped and counted', async () => {
  const { notes, stateDb } = await openNotes({ queue: { maxBytes: 10_000 } });
  const message = 'x'.repeat(4_000);
  expect(await Promise.all([1, 2, 3].map(() => notes.append({ message })))).toEqual([1, 2, 'queue_full']);
  expect(await notes.append({ message: 'x'.repeat(10_001) })).toBe('queue_full');
  expect(stateDb.droppedRows).toBe(2);
});

test('closing writes what waits, takes nothing more, and leaves one file that its owner alone can read', async () => {
  const { notes, stateDb, path, outcomes } = await openNotes();
  await notes.append({ message: 'first' });
  await notes.read('list');
  notes.post({ message: 'last' });
  await stateDb.close();
  expect(await notes.append({ message: 'late' })).toBe('closed');
  expect(outcomes).toEqual([
    ['first', 1],
    ['last', 2],
    ['late', 'closed'],
  ]);
  await expect(notes.read('list')).rejects.toThrow('the database is closed');
  await expect(notes.run('purge')).rejects.toMatchObject({ code: 'state_db_closed' });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(`${path}-wal`, { throwIfNoEntry: false })).toBeUndefined();
  await stateDb.close();
});

test('the next process finds what was written', async () => {
  const first = await openNotes();
  await first.notes.append({ message: 'kept' });
  await first.stateDb.close();
  const second = await openNotes({ path: first.path });
  expect(await second.list()).toEqual([{ id: 1, message: 'kept' }]);
});

test('a job runs in steps, with rows written between them, and gives its result', async () => {
  const { notes, stateDb, path } = await openNotes();
  for (let count = 0; count < 3_000; count += 1) notes.post({ message: 'x'.repeat(2_000) });
  await stateDb.flush();
  const purge = notes.run('purge');
  expect(await notes.append({ message: 'between' })).toBe(3_001);
  expect(await purge).toBe(3_001);
  expect(sizeOnDisk(path)).toBeLessThan(200_000);
});

test('a job that fails leaves no transaction behind', async () => {
  const { notes } = await openNotes();
  await expect(notes.run('fail')).rejects.toThrow('the job is broken');
  await expect(notes.run('break')).rejects.toThrow('outside of a transaction');
  await expect(notes.run('unknown')).rejects.toThrow('there is no job called unknown');
  expect(await notes.append({ message: 'after' })).toBe(1);
});

test('a reading that fails is an error of its own', async () => {
  const { notes } = await openNotes();
  await expect(notes.read('fail')).rejects.toThrow('no such table: nowhere');
  await expect(notes.read('unknown')).rejects.toBeInstanceOf(StateDbError);
  expect(await notes.read('list')).toEqual([]);
});

test('the reading connection cannot write, and several readings share it', async () => {
  const { notes } = await openNotes();
  const answers = await Promise.all(
    [notes.read('pragma', 'journal_mode'), notes.read('pragma', 'user_version = 9')].map((read) => read.catch(String)),
  );
  expect(answers).toEqual(['wal', expect.stringContaining('readonly')]);
});

test('a channel that is opened while another is in use has rows and readings of its own', async () => {
  const { notes, stateDb } = await openNotes();
  await notes.append({ message: 'one' });
  await notes.read('list');
  const second = openChannel(stateDb);
  expect(await second.append({ message: 'two' })).toBe(2);
  expect(await second.read('list')).toHaveLength(2);
});

test('a channel whose module cannot be loaded drops its rows and harms no other', async () => {
  const { notes, stateDb, failures } = await openNotes();
  const broken = openChannel(stateDb, [], 'broken');
  const missing = stateDb.channel<string>({
    writer: new URL('open.ts', import.meta.url),
    reader: new URL('open.ts', import.meta.url),
    options: null,
    sizeOf: () => 1,
  });
  expect(await broken.append({ message: 'a' })).toBe('unavailable');
  expect(await missing.append('b')).toBe('unavailable');
  await expect(missing.read('list')).rejects.toThrow('no reading called list');
  await expect(missing.run('purge')).rejects.toThrow('no job called purge');
  expect(failures).toEqual(['state_db_unavailable']);
  expect(await notes.append({ message: 'c' })).toBe(1);
  expect(stateDb.failure).toBeUndefined();
});
