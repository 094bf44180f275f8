import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startFaulted, type FaultedProxy } from '../support/faulted-proxy.ts';
import { expectRecords, parseLine } from '../support/log-lines.ts';
import { MODEL, scripted } from '../support/scripted-proxy.ts';
import { readEvents, textOf } from '../support/sse.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, '..', 'support', 'failing-handler.ts')).href;
const CHAT = '/v1/chat/completions';

/** A proxy with a defect: `support/failing-handler.ts` is loaded before it. */
async function startDefective(): Promise<FaultedProxy> {
  const proxy = await startFaulted({ worker: {}, settings: { NODE_OPTIONS: `--import ${PRELOAD}` } });
  await proxy.log.waitFor({ event: 'worker_started' });
  return proxy;
}

async function expectUnharmed(proxy: FaultedProxy): Promise<void> {
  expect(await proxy.ask()).toEqual([]);
  expect(await proxy.probe()).toEqual({ status: 200, degraded: [] });
  for (const gauge of ['codex_streams_active', 'codex_worker_inflight', 'codex_worker_restarts_total']) {
    await expect.poll(async () => proxy.metric(gauge), { message: gauge }).toBe(0);
  }
  expectRecords(proxy.log.lines);
}

const body = (stream: boolean): string => JSON.stringify({ model: MODEL, stream, messages: scripted({ deltas: 3 }) });

describe('an error that no one expected, thrown by the handler of a request', () => {
  test.each<[string, string, string | undefined]>([
    ['without the worker', '/v1/models', undefined],
    ['with an answer in one piece', CHAT, body(false)],
    ['with a stream', CHAT, body(true)],
  ])('%s, is told as internal_error, counted and logged, and harms nobody else', async (_what, path, content) => {
    const proxy = await startDefective();
    const response = await proxy.request(path, content, { 'x-fail': 'begin' });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(parseLine(text)).toMatchObject({ error: { code: 'internal_error', type: 'server_error', retryable: true } });
    expect(text).not.toContain('expected');
    const request_id = response.headers.get('x-request-id');
    expect(await proxy.log.waitFor({ event: 'request_completed', request_id })).toMatchObject({
      ...{ status: 500, outcome: 'failed', error_code: 'internal_error' },
    });
    expect(proxy.log.all({ event: 'uncaught_error' })).toMatchObject([
      { request_id, error_message: 'nobody expected this', error_stack: expect.stringContaining('failing-handler'), level: 'error' },
    ]);
    expect(await proxy.metric('codex_http_errors_total', { route: path, error_code: 'internal_error' })).toBe(1);
    await expectUnharmed(proxy);
  });
});

test('such an error in the middle of a stream is its last event, and ends the turn', async () => {
  const proxy = await startDefective();
  const content = JSON.stringify({
    model: MODEL,
    stream: true,
    messages: scripted({ deltas: ['so ', 'far', ', never'], interDeltaMs: 100, hang: true }),
  });
  const response = await proxy.request(CHAT, content, { 'x-fail': 'later' });
  expect(response.status).toBe(200);
  const text = await response.text();
  const { error, done } = readEvents(text);
  expect([textOf(text), error, done]).toEqual(['so far', expect.objectContaining({ code: 'internal_error', retryable: true }), true]);
  const request_id = response.headers.get('x-request-id');
  expect(await proxy.log.waitFor({ event: 'request_completed', request_id })).toMatchObject({ status: 500, outcome: 'failed' });
  expect(proxy.log.all({ event: 'uncaught_error' })).toMatchObject([{ request_id, error_message: 'nobody expected this' }]);
  expect(await proxy.metric('codex_stream_end_total', { outcome: 'failed' })).toBe(1);
  await expectUnharmed(proxy);
});

test('one that is thrown outside of any request, and a promise that is rejected, are logged, and streams under way go on', async () => {
  const proxy = await startDefective();
  const streaming = proxy.ask({ interDeltaMs: 400 });
  await proxy.log.waitFor({ event: 'request_received', route: CHAT });
  proxy.process.signal('SIGUSR2');
  expect(await streaming).toEqual([]);
  await expect
    .poll(() => proxy.log.all({ event: 'uncaught_error' }).map(({ error_message: message }) => message))
    .toEqual(expect.arrayContaining(['nobody catches this', 'nobody awaits this']));
  expect((await fetch(`${proxy.url}/livez`)).status).toBe(200);
  expect(await proxy.metric('codex_http_errors_total')).toBe(0);
  await expectUnharmed(proxy);
  await proxy.stop();
  expect(await proxy.process.ended).toEqual({ code: 0, signal: null });
});
