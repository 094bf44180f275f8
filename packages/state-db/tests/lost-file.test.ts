import { copyFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { openNotes } from './fixtures/open.ts';

const PATIENT = { timeout: 20_000 } as const;

function messagesIn(path: string): unknown[] {
  const database: Database = new SqliteDatabase(path, { readonly: true });
  try {
    return database.prepare('SELECT message FROM agent_logs ORDER BY id').pluck().all();
  } finally {
    database.close();
  }
}

// The thread dies of these, so that they cannot run in one that is shared: see in-process.test.ts.
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
