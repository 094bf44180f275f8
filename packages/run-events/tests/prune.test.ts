import { expect, test } from 'vitest';
import { sizeOnDisk } from '@codex-proxy/state-db';
import { NOW_MS, openStore, terminalRecord } from './fixtures/store.ts';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(NOW_MS - days * DAY_MS).toISOString();

test('what is older than the days is deleted, run and events, and its bytes are given back', async () => {
  let nowMs = NOW_MS - 40 * DAY_MS;
  const { store, path, stateDb } = await openStore({ nowMs: () => nowMs, content: 'preview' });
  const payload = { note: 'word '.repeat(400) };
  for (let count = 0; count < 4_000; count += 1) store.recordRunEvent(`req_old_${count % 300}`, { type: 'note', payload });
  for (let count = 0; count < 300; count += 1) void store.endRun(terminalRecord(`req_old_${count}`));
  await store.flush();
  nowMs = NOW_MS;
  for (let count = 0; count < 50; count += 1) store.recordRunEvent('req_new', { type: 'note', payload });
  await store.flush();
  const before = sizeOnDisk(path);
  const pruned = await store.pruneRunEvents(30);
  expect(pruned).toMatchObject({ events: 4_300, runs: 300 });
  expect(pruned.bytes).toBe(before - sizeOnDisk(path));
  expect(pruned.bytes).toBeGreaterThan(before * 0.9);
  expect((await store.listRuns()).runs).toMatchObject([{ run_id: 'req_new', event_count: 50 }]);
  expect(await store.pruneRunEvents(30)).toMatchObject({ events: 0, runs: 0 });
  expect(stateDb.failure).toBeUndefined();
});

test('rows are written while it runs, and nothing of them is lost', async () => {
  const { store } = await openStore();
  for (let count = 0; count < 3_000; count += 1) store.recordRunEvent('req_old', { type: 'note', created_at: daysAgo(31) });
  await store.flush();
  const pruning = store.pruneRunEvents(30);
  const results = await Promise.all(Array.from({ length: 100 }, () => store.appendRunEvent('req_old', { type: 'note' })));
  expect(results.every(({ stored }) => stored)).toBe(true);
  expect(await pruning).toMatchObject({ events: 3_000 });
  expect(await store.getRun('req_old')).toMatchObject({ event_count: 100 });
});

test('old events of a run that goes on are deleted, and counted off', async () => {
  const { store } = await openStore({ maxPerRun: 10 });
  store.startRun({ runId: 'req_a' });
  for (const days of [40, 35, 31, 29, 1]) await store.appendRunEvent('req_a', { type: 'note', created_at: daysAgo(days) });
  expect(await store.pruneRunEvents(30)).toMatchObject({ events: 3, runs: 0 });
  expect(await store.getRun('req_a')).toMatchObject({ event_count: 2 });
  expect((await store.listRunEvents('req_a')).events.map(({ id }) => id)).toEqual([4, 5]);
});

test('a run that nobody ended is deleted when it has been quiet for so long, events out of order and all', async () => {
  const { store } = await openStore();
  for (let count = 0; count < 1_500; count += 1) store.recordRunEvent('req_new', { type: 'note' });
  for (let count = 0; count < 2_500; count += 1) store.recordRunEvent('req_quiet', { type: 'note', created_at: daysAgo(50) });
  await store.flush();
  expect(await store.pruneRunEvents(30)).toMatchObject({ events: 2_500, runs: 1 });
  expect(await store.getRun('req_quiet')).toBeUndefined();
  expect(await store.getRun('req_new')).toMatchObject({ event_count: 1_500 });
});

test('an id is never given twice, so that no cursor reads on in a later event', async () => {
  const { store } = await openStore();
  await store.appendRunEvent('req_old', { type: 'note', created_at: daysAgo(50) });
  await store.pruneRunEvents(30);
  expect(await store.appendRunEvent('req_new', { type: 'note' })).toEqual({ stored: true, id: 2 });
});
