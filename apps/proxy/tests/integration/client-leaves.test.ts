import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { openConnection, requestText } from '../support/raw-http.ts';
import { readEvents, textOf } from '../support/sse.ts';

const KEEPALIVE_MS = 50;
let provider: ProviderUnderTest;
let proxy: ProxyUnderTest;

beforeAll(async () => {
  provider = await startProvider();
  proxy = await startReadyProxy({
    ...provider.settings,
    WORKER_MAX_CONCURRENCY: '2',
    PROXY_SSE_KEEPALIVE_MS: String(KEEPALIVE_MS),
    LOG_LEVEL: 'debug',
  });
});

afterAll(async () => {
  await proxy.remove();
  await provider.close();
});

const messages = [{ role: 'user', content: 'go' }] as const;

/** The worker has let go of all turns. */
async function idle(): Promise<void> {
  await expect.poll(() => proxy.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0 });
}

describe('a client that leaves', () => {
  test('in the middle of a stream ends the turn', async () => {
    provider.answer({ deltas: ['one', 'two', 'never'], interTokenMs: 5, fault: { kind: 'hang', afterDeltas: 2 } });
    const ended = provider.nextEnd();
    const left = proxy.log.next({ event: 'stream_disconnected' });
    const recorded = proxy.log.next({ event: 'request_completed', route: '/v1/chat/completions' });
    const stream = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...messages], stream: true });
    let text = '';
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (text === 'onetwo') stream.controller.abort();
    }
    expect((await ended).aborted).toBe(true);
    expect(await left).toMatchObject({ reason: 'client_closed', delta_count: 2 });
    expect(await recorded).toMatchObject({
      outcome: 'client_closed',
      status: 499,
      error_code: 'client_closed',
      stream: true,
      delta_count: 2,
      model: MODEL,
    });
    await idle();
    expect(await proxy.metric('codex_streams_active')).toBe(0);
    expect(await proxy.metric('codex_stream_end_total{outcome="client_closed"}')).toBe(1);
    expect(await proxy.metric('codex_worker_restarts_total')).toBe(0);
    expect((await proxy.readiness()).body).toEqual({ status: 'ok', worker_state: 'ready', maintenance_mode: false });
  });

  test.each([true, false])('before the first word ends the turn (stream: %s)', async (stream) => {
    provider.answer({ deltas: [], fault: { kind: 'hang' } });
    const [arrived, ended] = [provider.nextRequest(), provider.nextEnd()];
    const recorded = proxy.log.next({ event: 'request_completed', route: '/v1/chat/completions' });
    const leave = new AbortController();
    const answer = proxy.fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, messages, stream }),
      signal: leave.signal,
    });
    await arrived;
    leave.abort();
    await expect(answer.then(async (response) => response.text())).rejects.toThrow('aborted');
    expect((await ended).aborted).toBe(true);
    expect(await recorded).toMatchObject({ outcome: 'client_closed', status: 499 });
    await idle();
  });

  test('while it waits for its turn leaves the queue', async () => {
    provider.answer({ deltas: [], fault: { kind: 'hang' } });
    const holders = [new AbortController(), new AbortController(), new AbortController()];
    const answers = holders.map(async ({ signal }) =>
      proxy
        .fetch('/v1/chat/completions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ model: MODEL, messages }),
          signal,
        })
        .catch(() => undefined),
    );
    await expect.poll(() => proxy.snapshot()).toMatchObject({ inflight: 2, queueDepth: 1 });
    expect(await proxy.metric('codex_worker_queue_depth')).toBe(1);
    for (const holder of holders) holder.abort();
    await Promise.all(answers);
    await idle();
  });

  test('right after it asked, before the answer could begin, leaves no turn behind', async () => {
    provider.answer({ deltas: ['x'], firstTokenMs: 30 });
    const body = JSON.stringify({ model: MODEL, messages, stream: true });
    const headers = { Authorization: `Bearer ${proxy.apiKey}`, 'Content-Type': 'application/json' };
    const before = proxy.log.all({ event: 'request_completed', route: '/v1/chat/completions' }).length;
    for (let client = 0; client < 20; client += 1) {
      const { socket } = await openConnection(proxy.url);
      socket.end(requestText('POST', '/v1/chat/completions', headers, body), () => socket.destroy());
    }
    await expect.poll(() => proxy.log.all({ event: 'request_completed', route: '/v1/chat/completions' }).length).toBe(before + 20);
    await idle();
    expect(await proxy.metric('codex_streams_active')).toBe(0);
  });

  test('makes room for the next', async () => {
    provider.answer({ deltas: ['here'] });
    const answer = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...messages] });
    expect(answer.choices[0]?.message.content).toBe('here');
  });
});

describe('a slow first word', () => {
  test('is bridged by comments, which no client sees as content', async () => {
    provider.answer({ deltas: ['late'], firstTokenMs: KEEPALIVE_MS * 6 });
    const response = await proxy.chat({ model: MODEL, messages, stream: true });
    const body = await response.text();
    expect(readEvents(body).comments).toBeGreaterThan(0);
    expect(body.indexOf(': keepalive')).toBeLessThan(body.indexOf('late'));
    expect(textOf(body)).toBe('late');
    const ids = { request_id: response.headers.get('x-request-id') };
    await proxy.terminalOf(response);
    expect(proxy.log.all({ event: 'stream_keepalive', ...ids }).length).toBe(readEvents(body).comments);

    const stream = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...messages], stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('late');
  });

  test('that ends in an error is told as an event, since the headers are out', async () => {
    provider.answer({ deltas: ['x'], firstTokenMs: KEEPALIVE_MS * 4, fault: { kind: 'cut', afterDeltas: 0 } });
    const response = await proxy.chat({ model: MODEL, messages, stream: true });
    expect(response.status).toBe(200);
    const { error, done, comments } = readEvents(await response.text());
    expect(comments).toBeGreaterThan(0);
    expect(error).toMatchObject({ code: 'provider_error' });
    expect(done).toBe(true);
    expect(await proxy.terminalOf(response)).toMatchObject({ status: 502, outcome: 'failed' });
  });
});
