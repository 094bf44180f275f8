import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { openStore, sharedStores, terminalRecord } from './fixtures/store.ts';
import type { RunEventStore, TailItem } from '@codex-proxy/run-events';
import { Watches } from '../src/store/watches.ts';

const shared = sharedStores();

/** Reads a tail until it has given `count` events, or has ended. */
async function take(store: RunEventStore, runId: string, afterId: number, count: number): Promise<{ ids: number[]; hasEnded: boolean }> {
  const ids: number[] = [];
  const end = new AbortController();
  for await (const item of store.tailRunEvents(runId, { afterId, signal: end.signal })) {
    if (item.kind === 'end') return { ids, hasEnded: true };
    if (item.kind === 'event') ids.push(item.id);
    if (ids.length === count) end.abort();
  }
  return { ids, hasEnded: false };
}

test('a tail that is cut anywhere and resumed, while events are appended, loses and doubles nothing', async () => {
  const { store } = await shared();
  let trial = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
      async (cuts, bursts) => {
        trial += 1;
        const runId = `run_${trial}`;
        store.startRun({ runId });
        const appending = (async (): Promise<number[]> => {
          const ids: number[] = [];
          for (const burst of bursts) {
            const results = await Promise.all(Array.from({ length: burst }, () => store.appendRunEvent(runId, { type: 'tool_call' })));
            ids.push(...results.map((result) => (result.stored ? result.id : -1)));
          }
          const end = await store.endRun(terminalRecord(runId));
          return [...ids, end.stored ? end.id : -1];
        })();
        await store.flush();
        const seen: number[] = [];
        for (let at = 0, hasEnded = false; !hasEnded; at += 1) {
          const part = await take(store, runId, seen.at(-1) ?? 0, cuts[at] ?? Infinity);
          seen.push(...part.ids);
          ({ hasEnded } = part);
        }
        expect(seen).toEqual(await appending);
      },
    ),
    { numRuns: 25 },
  );
});

test('a tail shows only the types asked for, and the run at its end', async () => {
  const { store } = await openStore();
  for (const type of ['tool_call', 'tool_result', 'tool_call'] as const) store.recordRunEvent('req_a', { type });
  await store.endRun(terminalRecord('req_a'));
  const items: TailItem[] = [];
  for await (const item of store.tailRunEvents('req_a', { types: ['tool_call'], signal: new AbortController().signal })) items.push(item);
  expect(items.map(({ kind }) => kind)).toEqual(['event', 'event', 'end']);
  expect(JSON.parse((items[2] as { run: string }).run)).toMatchObject({ run_id: 'req_a', status: 'completed', event_count: 4 });
});

test('a tail of more than a page goes through all of them', async () => {
  const { store } = await openStore();
  for (let count = 0; count < 250; count += 1) store.recordRunEvent('req_a', { type: 'note' });
  await store.endRun(terminalRecord('req_a'));
  expect((await take(store, 'req_a', 0, Infinity)).ids).toHaveLength(251);
});

test('a tail without events says so from time to time, and ends when it is told to', async () => {
  const { store } = await openStore();
  store.startRun({ runId: 'req_a' });
  await store.flush();
  const end = new AbortController();
  const kinds: string[] = [];
  for await (const item of store.tailRunEvents('req_a', { signal: end.signal, idleMs: 5 })) {
    kinds.push(item.kind);
    if (kinds.length === 3) end.abort();
  }
  expect(kinds).toEqual(['idle', 'idle', 'idle']);
});

test('a tail that waits ends at once when it is told to', async () => {
  const { store } = await openStore();
  store.startRun({ runId: 'req_a' });
  await store.flush();
  const end = new AbortController();
  const ended = take(store, 'req_a', 0, Infinity);
  const tail = store.tailRunEvents('req_a', { signal: end.signal }).next();
  setTimeout(() => end.abort(), 20);
  expect(await tail).toEqual({ done: true, value: undefined });
  await store.endRun(terminalRecord('req_a'));
  expect((await ended).hasEnded).toBe(true);
});

test('a tail of a run that is not known ends at once', async () => {
  const { store } = await openStore();
  expect(await take(store, 'req_unknown', 0, 1)).toEqual({ ids: [], hasEnded: false });
  expect(await store.tailRunEvents('req_unknown', { signal: AbortSignal.abort() }).next()).toEqual({ done: true, value: undefined });
});

test('a tail that is aborted in the middle of a page gives no more of it', async () => {
  const { store } = await openStore();
  for (let count = 0; count < 5; count += 1) store.recordRunEvent('req_a', { type: 'note' });
  await store.flush();
  expect((await take(store, 'req_a', 0, 2)).ids).toEqual([1, 2]);
});

test('news that come before a wait end it at once; those who listen no more hear nothing', async () => {
  const watches = new Watches();
  const [first, second] = [watches.open('a'), watches.open('a')];
  const { signal } = new AbortController();
  watches.notify('a');
  watches.notify('b');
  expect(await first.next(60_000, signal)).toBe(true);
  first.close();
  expect(await second.next(60_000, signal)).toBe(true);
  const waiting = second.next(60_000, signal);
  watches.notify('a');
  expect(await waiting).toBe(true);
  second.close();
  watches.notify('a');
  expect(await second.next(1, signal)).toBe(false);
  expect(await second.next(60_000, AbortSignal.abort())).toBe(false);
});

test('the marker of the limit reaches a tail', async () => {
  const { store } = await openStore({ maxPerRun: 1 });
  await store.appendRunEvent('req_a', { type: 'tool_call' });
  const tail = take(store, 'req_a', 0, 2);
  await vi.waitFor(async () => {
    store.recordRunEvent('req_a', { type: 'tool_call' });
    await store.flush();
    expect((await store.listRunEvents('req_a')).events).toHaveLength(2);
  });
  expect((await tail).ids).toEqual([1, 2]);
});
