import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { errorEnvelopeSchema, runDetailSchema, runEventsPageSchema, runsPageSchema } from '@codex-proxy/contracts';
import { closedStateDb, StateDbError } from '@codex-proxy/state-db';
import { createRunEventsRouter, createRunEventStore, type RunEventsRouterOptions, type RunEventStore } from '@codex-proxy/run-events';
import { openStore, sharedStores, terminalRecord } from './fixtures/store.ts';

const shared = sharedStores();

async function serve(store: RunEventStore, options: RunEventsRouterOptions = {}): Promise<string> {
  const server = createServer(express().use(createRunEventsRouter(store, options)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function withRun(runId: string, events = 3): Promise<RunEventStore> {
  const { store } = await shared();
  store.startRun({ runId, model: 'm', route: '/v1/chat/completions' });
  for (let count = 0; count < events; count += 1)
    store.recordRunEvent(runId, { type: count % 2 === 0 ? 'tool_call' : 'tool_result', payload: { count } });
  await store.flush();
  return store;
}

interface Frame {
  readonly event?: string;
  readonly id?: string;
  readonly data?: string;
}

/** The frames of an event stream; comments have none of the three. */
async function* framesOf(body: AsyncIterable<Uint8Array | string>): AsyncGenerator<Frame, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s).slice(0, 2)),
      );
      text = text.slice(end + 2);
    }
  }
}

function openTail(url: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(url, { headers: { accept: 'text/event-stream', ...headers }, ...(signal === undefined ? {} : { signal }) });
}

describe('GET', () => {
  test('/api/runs lists runs without payloads, newest first, in pages', async () => {
    const { store } = await openStore();
    for (const runId of ['req_1', 'req_2', 'req_3']) store.startRun({ runId });
    await store.flush();
    const base = await serve(store);
    const first = runsPageSchema.parse(await (await fetch(`${base}/api/runs?limit=2`)).json());
    expect(first.runs.map(({ run_id }) => run_id)).toEqual(['req_3', 'req_2']);
    const second = runsPageSchema.parse(await (await fetch(`${base}/api/runs?limit=2&cursor=${first.nextCursor}`)).json());
    expect(second).toMatchObject({ runs: [{ run_id: 'req_1' }], nextCursor: null });
  });

  test('/api/runs/:runId gives what is known of a run', async () => {
    const base = await serve(await withRun('req_detail'));
    const response = await fetch(`${base}/api/runs/req_detail`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(runDetailSchema.parse(await response.json())).toMatchObject({
      status: 'running',
      event_count: 3,
      events_by_type: { tool_call: 2, tool_result: 1 },
    });
  });

  test('/api/runs/:runId/events gives events in pages', async () => {
    const base = await serve(await withRun('req_pages'));
    const read = async (query: string) =>
      runEventsPageSchema.parse(await (await fetch(`${base}/api/runs/req_pages/events${query}`)).json());
    const first = await read('?limit=2');
    expect(first).toMatchObject({ hasMore: true, nextAfterId: first.events[1]!.id });
    const second = await read(`?afterId=${first.nextAfterId}`);
    expect(second).toMatchObject({ hasMore: false, events: [{ payload: { count: 2 } }] });
    expect(await read(`?afterId=${second.nextAfterId}`)).toEqual({ events: [], hasMore: false, nextAfterId: second.nextAfterId });
    expect((await read('?types=tool_result,error')).events).toMatchObject([{ type: 'tool_result' }]);
    expect((await read('?limit=5000&types=')).events).toHaveLength(3);
  });

  test('with no word of what is accepted gets pages', async () => {
    const base = await serve(await withRun('req_curl'));
    for (const accept of ['*/*', 'application/json, text/event-stream', 'text/html']) {
      const response = await fetch(`${base}/api/runs/req_curl/events`, { headers: { accept } });
      expect(response.headers.get('content-type')).toContain('application/json');
    }
  });
});

describe('an answer', () => {
  test.each([
    ['/api/runs?limit=0', 'limit'],
    ['/api/runs?limit=ten', 'limit'],
    ['/api/runs?cursor=xyz', 'cursor'],
    ['/api/runs/req_bad/events?afterId=-1', 'afterId'],
    ['/api/runs/req_bad/events?afterId=1.5', 'afterId'],
    ['/api/runs/req_bad/events?afterId=9007199254740993', 'afterId'],
    ['/api/runs/req_bad/events?limit=1&limit=2', 'limit'],
    ['/api/runs/req_bad/events?types=tool_call,surprise', 'types'],
  ])('to %s is 400 and names the parameter', async (path, parameter) => {
    const response = await fetch((await serve(await withRun('req_bad'))) + path);
    expect(response.status).toBe(400);
    expect(errorEnvelopeSchema.parse(await response.json()).error).toMatchObject({
      code: 'invalid_request',
      param: parameter,
      retryable: false,
    });
  });

  test('about a run that is not known is 404', async () => {
    const base = await serve(await withRun('req_known'));
    for (const path of ['/api/runs/req_x', '/api/runs/req_x/events', '/api/runs/%00/events']) {
      const response = await fetch(base + path);
      expect([response.status, errorEnvelopeSchema.parse(await response.json()).error.code]).toEqual([404, 'not_found']);
    }
    expect((await openTail(`${base}/api/runs/req_x/events`)).status).toBe(404);
  });

  test('to HEAD has no body, and to other methods is 405', async () => {
    const base = await serve(await withRun('req_head'));
    for (const path of ['/api/runs', '/api/runs/req_head', '/api/runs/req_head/events']) {
      const head = await fetch(base + path, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      const post = await fetch(base + path, { method: 'POST' });
      expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    const tail = await fetch(`${base}/api/runs/req_head/events`, { method: 'HEAD', headers: { accept: 'text/event-stream' } });
    expect([tail.status, tail.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/event-stream')]);
  });

  test('without a database is 500, and says that it may be asked again', async () => {
    const errors: unknown[] = [];
    const store = createRunEventStore({ stateDb: closedStateDb(new StateDbError('state_db_newer', 'too new')) });
    const base = await serve(store, { onError: (error) => void errors.push(error) });
    const response = await fetch(`${base}/api/runs`);
    expect(errorEnvelopeSchema.parse(await response.json()).error).toMatchObject({ code: 'internal_error', retryable: true });
    expect([response.status, errors]).toEqual([500, [expect.objectContaining({ code: 'state_db_newer' })]]);
  });
});

describe('a live tail', () => {
  test('replays, follows, and ends with the run', async () => {
    const store = await withRun('req_tail');
    const base = await serve(store);
    const response = await openTail(`${base}/api/runs/req_tail/events?types=tool_call,note`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const frames = framesOf(response.body!);
    const replayed = [(await frames.next()).value as Frame, (await frames.next()).value as Frame];
    store.recordRunEvent('req_tail', { type: 'tool_call', payload: { count: 'live' } });
    const live = (await frames.next()).value as Frame;
    await store.endRun(terminalRecord('req_tail'));
    const rest: Frame[] = [];
    for await (const frame of frames) rest.push(frame);
    expect([...replayed, live].map(({ event, data }) => [event, JSON.parse(data!).payload.count])).toEqual([
      ['run_event', 0],
      ['run_event', 2],
      ['run_event', 'live'],
    ]);
    expect(Number(live.id)).toBe(JSON.parse(live.data!).id);
    expect(rest.map(({ event }) => event)).toEqual(['run_event', 'run_end']);
    expect(JSON.parse(rest[1]!.data!)).toMatchObject({ run_id: 'req_tail', status: 'completed' });
  });

  test('goes on after the last event that the client has seen', async () => {
    const store = await withRun('req_resume', 4);
    await store.endRun(terminalRecord('req_resume'));
    const base = await serve(store);
    const { events } = await store.listRunEvents('req_resume');
    const idsAfter = async (headers: Record<string, string>, query = ''): Promise<number[]> => {
      const ids: number[] = [];
      for await (const { id } of framesOf((await openTail(`${base}/api/runs/req_resume/events${query}`, headers)).body!))
        if (id !== undefined) ids.push(Number(id));
      return ids;
    };
    const expected = events.slice(2).map(({ id }) => id);
    expect(await idsAfter({ 'last-event-id': String(events[1]!.id) }, '?afterId=0')).toEqual(expected);
    expect(await idsAfter({ 'last-event-id': '' }, `?afterId=${events[1]!.id}`)).toEqual(expected);
    expect((await openTail(`${base}/api/runs/req_resume/events`, { 'last-event-id': 'x' })).status).toBe(400);
  });

  test('writes a comment while there is nothing to say', async () => {
    const base = await serve(await withRun('req_quiet', 0), { keepaliveMs: 5 });
    const end = new AbortController();
    const response = await openTail(`${base}/api/runs/req_quiet/events`, {}, end.signal);
    const { value } = await response.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toMatch(/^: keepalive\n\n/);
    end.abort();
  });

  test('is refused beyond the limit, until another has ended', async () => {
    const base = await serve(await withRun('req_many', 1), { maxTails: 1 });
    const end = new AbortController();
    await openTail(`${base}/api/runs/req_many/events`, {}, end.signal);
    const refused = await openTail(`${base}/api/runs/req_many/events`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    end.abort();
    await vi.waitFor(async () => {
      const again = new AbortController();
      expect((await openTail(`${base}/api/runs/req_many/events`, {}, again.signal)).status).toBe(200);
      again.abort();
    });
  });

  test('ends when the server drains', async () => {
    const shutdown = new AbortController();
    const base = await serve(await withRun('req_drain', 1), { shutdown: shutdown.signal });
    const frames = framesOf((await openTail(`${base}/api/runs/req_drain/events`)).body!);
    expect((await frames.next()).value).toMatchObject({ event: 'run_event' });
    shutdown.abort();
    expect(await frames.next()).toMatchObject({ done: true });
    expect(await (await openTail(`${base}/api/runs/req_drain/events`)).text()).toBe('');
  });

  test('that reads slowly is waited for, and gets everything in the end', async () => {
    const { store } = await shared({ content: 'preview' });
    const payload = { note: 'word '.repeat(10_000) };
    for (let count = 0; count < 400; count += 1) store.recordRunEvent('req_slow', { type: 'note', payload });
    await store.endRun(terminalRecord('req_slow'));
    const read = vi.spyOn(store, 'tailRunEvents');
    const base = await serve(store);
    const request = httpRequest(`${base}/api/runs/req_slow/events`, { headers: { accept: 'text/event-stream' } });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    let events = 0;
    for await (const { event } of framesOf(response)) if (event === 'run_event') events += 1;
    expect(events).toBe(401);
    expect(read).toHaveBeenCalledOnce();
  });

  test('of a client that leaves while it is waited for holds nothing', async () => {
    const { store } = await shared({ content: 'preview' });
    const payload = { note: 'word '.repeat(10_000) };
    for (let count = 0; count < 400; count += 1) store.recordRunEvent('req_gone', { type: 'note', payload });
    await store.flush();
    const base = await serve(store, { maxTails: 1 });
    const request = httpRequest(`${base}/api/runs/req_gone/events`, { headers: { accept: 'text/event-stream' } });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    response.destroy();
    await vi.waitFor(async () => {
      const end = new AbortController();
      expect((await openTail(`${base}/api/runs/req_gone/events`, {}, end.signal)).status).toBe(200);
      end.abort();
    });
  });

  test('whose database fails breaks off, so that the client comes back', async () => {
    const store = await withRun('req_broken', 1);
    const errors: unknown[] = [];
    const broken: RunEventStore = {
      ...store,
      encodeRunEvents: () => Promise.resolve('{}'),
      async *tailRunEvents() {
        yield await Promise.resolve({ kind: 'event' as const, id: 1, event: '{}' });
        throw new Error('the reader is gone');
      },
    };
    const base = await serve(broken, { onError: (error) => void errors.push(error) });
    await expect((await openTail(`${base}/api/runs/req_broken/events`)).text()).rejects.toThrow();
    expect(errors).toHaveLength(1);
  });
});
