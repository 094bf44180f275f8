import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUN_EVENT_TYPE_NAMES, runEventsPageSchema, type RunEvent, type RunEventTypeName } from '@codex-proxy/contracts';
import { closedStateDb, StateDbError } from '@codex-proxy/state-db';
import { createRunEventStore, type RunEventStore } from '@codex-proxy/run-events';
import { NOW_MS, openStore, terminalRecord } from './fixtures/store.ts';

const RUN = 'req_a';
const NOW = new Date(NOW_MS).toISOString();

async function allEvents(store: RunEventStore, runId: string, limit: number, types: readonly RunEventTypeName[] = []): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (let afterId = 0, hasMore = true; hasMore;) {
    const page = await store.listRunEvents(runId, { afterId, limit, types });
    events.push(...page.events);
    ({ nextAfterId: afterId, hasMore } = page);
  }
  return events;
}

describe('an event', () => {
  test('is in the database when its promise resolves, with its time filled in', async () => {
    const { store, appended } = await openStore();
    const event = { type: 'tool_call', correlation_id: 'call_1', source: 'worker', level: 'info', payload: { tool: 'ls' } } as const;
    expect(await store.appendRunEvent(RUN, event)).toEqual({ stored: true, id: 1 });
    const page = await store.listRunEvents(RUN);
    expect(page).toEqual({
      events: [{ id: 1, run_id: RUN, created_at: NOW, ...event, truncated: false }],
      nextAfterId: 1,
      hasMore: false,
    });
    expect(appended).toEqual({ tool_call: 1 });
  });

  test('keeps the time that it is given, in UTC with milliseconds', async () => {
    const { store } = await openStore();
    await store.appendRunEvent(RUN, { type: 'note', created_at: '2026-11-21T03:10:03+01:00' });
    expect((await store.listRunEvents(RUN)).events).toMatchObject([
      { created_at: '2026-11-21T02:10:03.000Z', payload: {}, correlation_id: null, source: null, level: null },
    ]);
  });

  test.each<[what: string, runId: string, event: unknown]>([
    ['of no known type', RUN, { type: 'surprise' }],
    ['without a type', RUN, {}],
    ['that is nothing', RUN, undefined],
    ['with a time that is none', RUN, { type: 'note', created_at: 'yesterday' }],
    ['of an unknown level', RUN, { type: 'note', level: 'fatal' }],
    ['with a long correlation', RUN, { type: 'note', correlation_id: 'x'.repeat(201) }],
    ['of a run that can be none', 'no run', { type: 'note' }],
    [
      'that throws when it is read',
      RUN,
      {
        get type() {
          throw new Error('no');
        },
      },
    ],
  ])('%s is dropped as invalid, without an exception', async (_what, runId, event) => {
    const { store, dropped } = await openStore();
    expect(await store.appendRunEvent(runId, event as never)).toEqual({ stored: false, reason: 'invalid' });
    store.recordRunEvent(runId, event as never);
    expect(dropped).toEqual(['invalid', 'invalid']);
  });

  test('can be recorded without a promise', async () => {
    const { store } = await openStore();
    store.recordRunEvent(RUN, { type: 'note', payload: { reason: 'hello' } });
    await store.flush();
    expect((await store.listRunEvents(RUN)).events).toHaveLength(1);
  });

  test('that finds no room is dropped and counted', async () => {
    const { store, dropped } = await openStore({ queue: { maxRows: 2 } });
    const results = await Promise.all([1, 2].map(() => store.appendRunEvent(RUN, { type: 'note' })));
    expect(results).toEqual([
      { stored: true, id: 1 },
      { stored: false, reason: 'queue_full' },
    ]);
    expect(dropped).toEqual(['queue_full']);
  });

  test('without a database is dropped, and reading is an error', async () => {
    const dropped: string[] = [];
    const stateDb = closedStateDb(new StateDbError('state_db_newer', 'too new'));
    const store = createRunEventStore({ stateDb, onDropped: (reason) => void dropped.push(reason) });
    expect(await store.appendRunEvent(RUN, { type: 'note' })).toEqual({ stored: false, reason: 'unavailable' });
    store.startRun({ runId: RUN });
    expect(await store.endRun(terminalRecord(RUN))).toEqual({ stored: false, reason: 'unavailable' });
    await expect(store.listRunEvents(RUN)).rejects.toThrow('too new');
    expect(dropped).toEqual(['unavailable', 'unavailable']);
  });
});

describe('pages', () => {
  test('of any order of appends to any runs lose and double nothing, whatever their size and types', async () => {
    const { store } = await openStore();
    let trial = 0;
    const event = fc.record({ run: fc.integer({ min: 0, max: 2 }), type: fc.constantFrom(...RUN_EVENT_TYPE_NAMES) });
    const types = fc.subarray([...RUN_EVENT_TYPE_NAMES]);
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), types, async (events, limit, asked) => {
        trial += 1;
        const nameOf = (run: number): string => `run_${trial}_${run}`;
        const results = await Promise.all(events.map(({ run, type }, at) => store.appendRunEvent(nameOf(run), { type, payload: { at } })));
        expect(results.every(({ stored }) => stored)).toBe(true);
        for (const run of [0, 1, 2]) {
          const expected = events
            .map((one, at) => ({ ...one, at }))
            .filter((one) => one.run === run && (asked.length === 0 || asked.includes(one.type)));
          const read = await allEvents(store, nameOf(run), limit, asked);
          expect(read.map(({ payload }) => (payload as { at: number }).at)).toEqual(expected.map(({ at }) => at));
          expect(read.map(({ id }) => id)).toEqual(read.map(({ id }) => id).toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('have 100 events by default, and 1,000 at most', async () => {
    const { store } = await openStore();
    for (let count = 0; count < 1_001; count += 1) store.recordRunEvent(RUN, { type: 'note' });
    await store.flush();
    const sizes = await Promise.all([undefined, 5_000, -1].map(async (limit) => (await store.listRunEvents(RUN, { limit })).events.length));
    expect(sizes).toEqual([100, 1_000, 1]);
  });

  test('that are empty give back where they were to begin', async () => {
    const { store } = await openStore();
    await store.appendRunEvent(RUN, { type: 'note' });
    expect(await store.listRunEvents(RUN, { afterId: 7 })).toEqual({ events: [], nextAfterId: 7, hasMore: false });
    expect(await store.listRunEvents('req_unknown')).toEqual({ events: [], nextAfterId: 0, hasMore: false });
    expect(await store.listRunEvents('req_unknown', { afterId: 3 })).toMatchObject({ nextAfterId: 3 });
    expect(await store.encodeRunEvents('req_unknown')).toBeUndefined();
  });

  test('end before they get too large, and go on', async () => {
    const { store } = await openStore({ content: 'preview' });
    const payload = { note: 'ab '.repeat(20_000) };
    for (let count = 0; count < 100; count += 1) store.recordRunEvent(RUN, { type: 'note', payload });
    await store.flush();
    const text = (await store.encodeRunEvents(RUN)) ?? '';
    const page = runEventsPageSchema.parse(JSON.parse(text));
    expect(text.length).toBeLessThan(5_000_000);
    expect(page.hasMore).toBe(true);
    expect(await allEvents(store, RUN, 100)).toHaveLength(100);
  });
});

describe('a run', () => {
  test('is kept up to date, from its start to its end', async () => {
    const { store, appended } = await openStore();
    store.startRun({ runId: RUN, model: 'gpt-5-codex', route: '/v1/chat/completions' });
    await store.appendRunEvent(RUN, { type: 'llm_request' });
    const running = {
      run_id: RUN,
      status: 'running',
      model: 'gpt-5-codex',
      started_at: NOW,
      ended_at: null,
      event_count: 1,
      latest_event_at: NOW,
    };
    expect(await store.getRun(RUN)).toMatchObject({ ...running, terminal: null, events_by_type: { llm_request: 1 } });
    const terminal = terminalRecord(RUN, {
      tokens_prompt: 5,
      tokens_response: 7,
      outcome: 'worker_exited',
      status: 503,
      error_code: 'worker_exited',
    });
    expect(await store.endRun(terminal)).toEqual({ stored: true, id: 2 });
    expect(await store.getRun(RUN)).toEqual({
      run_id: RUN,
      status: 'worker_exited',
      model: 'gpt-5-codex',
      route: '/v1/chat/completions',
      started_at: new Date(NOW_MS - 1_000).toISOString(),
      ended_at: NOW,
      latest_event_at: NOW,
      event_count: 2,
      tokens_prompt: 5,
      tokens_response: 7,
      error_code: 'worker_exited',
      events_by_type: { llm_request: 1, note: 1 },
      terminal,
    });
    const { events } = await store.listRunEvents(RUN, { afterId: 1 });
    expect(events).toMatchObject([
      { type: 'note', level: 'error', source: 'proxy', payload: { reason: 'run_ended', outcome: 'worker_exited' } },
    ]);
    expect(appended).toEqual({ llm_request: 1, note: 1 });
  });

  test('that only ended has a row all the same', async () => {
    const { store } = await openStore();
    await store.endRun(terminalRecord(RUN, { outcome: 'refused', status: 429, model: 'm' }));
    expect(await store.getRun(RUN)).toMatchObject({ status: 'refused', model: 'm', event_count: 1, tokens_prompt: null });
    expect(await store.getRun('req_unknown')).toBeUndefined();
  });

  test('that has more events than are kept gets one note of it, and its end', async () => {
    const { store, appended, dropped } = await openStore({ maxPerRun: 5 });
    const results = await Promise.all(Array.from({ length: 9 }, () => store.appendRunEvent(RUN, { type: 'tool_call' })));
    expect(results.filter(({ stored }) => stored)).toHaveLength(5);
    expect(results.at(-1)).toEqual({ stored: false, reason: 'run_event_limit' });
    await store.endRun(terminalRecord(RUN));
    const { events } = await store.listRunEvents(RUN);
    expect(events.map(({ type, payload }) => [type, (payload as { reason?: string }).reason])).toEqual([
      ...Array.from({ length: 5 }, () => ['tool_call', undefined]),
      ['note', 'run_event_limit'],
      ['note', 'run_ended'],
    ]);
    expect([appended, dropped]).toEqual([{ tool_call: 5, note: 2 }, Array.from({ length: 4 }, () => 'run_event_limit')]);
    expect(await store.getRun(RUN)).toMatchObject({ event_count: 7 });
  });

  test('that was running when the process ended is closed by the next', async () => {
    const first = await openStore();
    first.store.startRun({ runId: 'req_open' });
    await first.store.appendRunEvent('req_open', { type: 'llm_request', created_at: '2026-11-20T00:00:00.000Z' });
    await first.store.endRun(terminalRecord('req_done'));
    await first.stateDb.close();
    const second = await openStore({ path: first.path });
    await second.store.flush();
    expect(await second.store.getRun('req_open')).toMatchObject({
      status: 'failed',
      error_code: 'internal_error',
      ended_at: '2026-11-20T00:00:00.000Z',
      event_count: 2,
    });
    expect((await second.store.listRunEvents('req_open')).events.at(-1)).toMatchObject({
      type: 'note',
      level: 'error',
      created_at: NOW,
      payload: { reason: 'proxy_exited' },
    });
    expect(await second.store.getRun('req_done')).toMatchObject({ status: 'completed' });
    expect(second.appended).toEqual({ note: 1 });
  });

  test('is one of very many, and each is counted', async () => {
    const { store } = await openStore();
    for (let count = 0; count < 10_100; count += 1) store.recordRunEvent(`req_${count % 10_050}`, { type: 'note' });
    await store.flush();
    expect(await store.getRun('req_0')).toMatchObject({ event_count: 2 });
    expect(await store.getRun('req_10049')).toMatchObject({ event_count: 1 });
  });

  test('is listed newest first, in pages, without its events', async () => {
    const { store } = await openStore();
    for (let count = 0; count < 25; count += 1) store.startRun({ runId: `req_${count}` });
    await store.flush();
    const listed: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await store.listRuns({ limit: 10, cursor });
      listed.push(...page.runs.map(({ run_id }) => run_id));
      cursor = page.nextCursor;
    }
    expect(listed).toEqual(Array.from({ length: 25 }, (_, at) => `req_${24 - at}`));
    expect((await store.listRuns()).runs).toHaveLength(25);
  });
});
