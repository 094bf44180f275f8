import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { errorEnvelopeSchema, maintenanceStateSchema } from '@codex-proxy/contracts';
import { createMaintenanceGate, createMaintenanceRouter, type Maintenance, type SendRefusal } from '@codex-proxy/maintenance';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { open, temporaryFolder, TestClock, type Opened } from './open.ts';

interface Served extends Opened {
  readonly clock: TestClock;
  readonly url: string;
  /** `/internal/maintenance`; a body is sent as JSON. */
  post(body: unknown): Promise<Response>;
  send(init: RequestInit): Promise<Response>;
}

async function serve(options: { readonly path?: string; readonly sendRefusal?: SendRefusal } = {}): Promise<Served> {
  const clock = new TestClock();
  const opened = open(options.path ?? join(temporaryFolder(), 'maintenance.json'), { nowMs: clock.now });
  const url = await listen(opened.maintenance, options.sendRefusal);
  const send = async (init: RequestInit): Promise<Response> => fetch(`${url}/internal/maintenance`, init);
  return {
    ...opened,
    clock,
    url,
    send,
    post: async (body) => send({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
}

async function listen(maintenance: Maintenance, sendRefusal?: SendRefusal): Promise<string> {
  const app = express();
  app.use(createMaintenanceRouter(maintenance, sendRefusal));
  app.use('/v1', createMaintenanceGate(maintenance, sendRefusal));
  app.use('/v1', (_request, response) => response.json('served'));
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function errorOf(response: Response): Promise<unknown> {
  return errorEnvelopeSchema.parse(await response.json()).error;
}

describe('the gate', () => {
  test('lets everything through while it is off', async () => {
    const { url } = await serve();
    expect(await (await fetch(`${url}/v1/models`)).json()).toBe('served');
  });

  test.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s while it is on, from the next request', async (method) => {
    const { url, maintenance } = await serve();
    await maintenance.toggle({ enabled: true, reason: 'moving the database', retry_after_seconds: 9 });
    const refused = await fetch(`${url}/v1/anything`, { method });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '9']);
    expect(await errorOf(refused)).toEqual({
      message: 'The proxy is in maintenance: moving the database',
      type: 'server_error',
      code: 'maintenance',
      retryable: true,
    });
    await maintenance.toggle({ enabled: false });
    expect((await fetch(`${url}/v1/anything`, { method })).status).toBe(200);
  });

  test('opens at the moment of the expiry, whatever the timers do', async () => {
    const { url, maintenance, clock } = await serve();
    await maintenance.toggle({ enabled: true, expires_in_seconds: 10 });
    expect((await fetch(`${url}/v1/x`)).headers.get('retry-after')).toBe('10');
    clock.ms += 10_000;
    expect((await fetch(`${url}/v1/x`)).status).toBe(200);
  });
});

describe('GET /internal/maintenance', () => {
  test('tells the state, uncached; HEAD tells its size', async () => {
    const { send, maintenance } = await serve();
    const off = await send({});
    expect([off.status, off.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(off.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await off.json()).toEqual({ enabled: false, retry_after_seconds: 60 });
    const state = await maintenance.toggle({ enabled: true, reason: 'moving', author: 'jo', expires_in_seconds: 60 });
    const on = await (await send({})).text();
    expect(maintenanceStateSchema.parse(JSON.parse(on))).toEqual(state);
    const head = await send({ method: 'HEAD' });
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', String(Buffer.byteLength(on))]);
  });
});

describe('POST /internal/maintenance', () => {
  test('switches, and answers with the state', async () => {
    const { post, clock, maintenance } = await serve();
    const on = await post({ enabled: true, reason: 'moving', author: 'jo', retry_after_seconds: 5, expires_in_seconds: 600 });
    expect([on.status, on.headers.get('cache-control'), on.headers.get('x-proxy-maintenance-persisted')]).toEqual([200, 'no-store', null]);
    expect(await on.json()).toEqual({
      enabled: true,
      reason: 'moving',
      author: 'jo',
      since: clock.iso(),
      expires_at: clock.iso(600),
      retry_after_seconds: 5,
    });
    expect(maintenance.enabled).toBe(true);
    expect(await (await post({ enabled: false })).json()).toEqual({ enabled: false, since: clock.iso(), retry_after_seconds: 60 });
  });

  test('says when the state could not be kept', async () => {
    const path = join(temporaryFolder(), 'maintenance.json');
    mkdirSync(path);
    const { post, send } = await serve({ path });
    for (const answer of [await post({ enabled: false }), await send({})]) {
      expect([answer.status, answer.headers.get('x-proxy-maintenance-persisted')]).toEqual([200, 'false']);
      expect(await answer.json()).toMatchObject({ enabled: false });
    }
  });

  test.each<[string, unknown, string | undefined]>([
    ['no flag', {}, 'enabled'],
    ['a flag that is a word', { enabled: 'yes' }, 'enabled'],
    ['a reason of two lines', { enabled: true, reason: 'a\nb' }, 'reason'],
    ['a reason without end', { enabled: true, reason: 'x'.repeat(501) }, 'reason'],
    ['an author who is a number', { enabled: true, author: 7 }, 'author'],
    ['no wait', { enabled: true, retry_after_seconds: 0 }, 'retry_after_seconds'],
    ['part of a second', { enabled: true, retry_after_seconds: 1.5 }, 'retry_after_seconds'],
    ['a wait of days', { enabled: true, retry_after_seconds: 86_401 }, 'retry_after_seconds'],
    ['an expiry in the past', { enabled: true, expires_in_seconds: -1 }, 'expires_in_seconds'],
    ['an expiry next year', { enabled: true, expires_in_seconds: 31 * 86_400 }, 'expires_in_seconds'],
    ['an expiry of what is off', { enabled: false, expires_in_seconds: 60 }, 'expires_in_seconds'],
    ['a field that there is not', { enabled: true, expires_at: '2026-11-21T02:10:03.194Z' }, 'expires_at'],
    ['a list', [true], undefined],
    ['null', null, undefined],
    ['a word', 'on', undefined],
  ])('refuses %s, and changes nothing', async (_what, body, param) => {
    const { post, changes, maintenance } = await serve();
    const refused = await post(body);
    expect([refused.status, refused.headers.get('cache-control')]).toEqual([400, 'no-store']);
    expect(await errorOf(refused)).toMatchObject({ code: 'invalid_request', retryable: false, ...(param === undefined ? {} : { param }) });
    expect([changes, maintenance.enabled]).toEqual([[], false]);
  });

  const json = { 'content-type': 'application/json' };
  const on = JSON.stringify({ enabled: true });
  test.each<[string, number, string, RequestInit]>([
    ['half a body', 400, 'invalid_json', { headers: json, body: '{"enabled":' }],
    ['no UTF-8', 400, 'invalid_json', { headers: json, body: Buffer.from([0x22, 0xff, 0x22]) }],
    ['no body', 400, 'invalid_request', { headers: json }],
    ['too much', 413, 'request_too_large', { headers: json, body: `${on}${' '.repeat(9_000)}` }],
    ['too much, packed', 413, 'request_too_large', { headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(' '.repeat(1e6)) }],
    ['a form', 415, 'unsupported_media_type', { body: new URLSearchParams({ enabled: 'true' }) }],
    ['text', 415, 'unsupported_media_type', { headers: { 'content-type': 'text/plain' }, body: on }],
    ['an encoding', 415, 'unsupported_media_type', { headers: { ...json, 'content-encoding': 'zstd9' }, body: on }],
  ])('refuses %s', async (_what, status, code, init) => {
    const { send, changes } = await serve();
    const refused = await send({ method: 'POST', ...init });
    expect(refused.status).toBe(status);
    expect(await errorOf(refused)).toMatchObject({ code, retryable: false });
    expect(changes).toEqual([]);
  });

  test('takes the longest reason and author, however they are escaped', async () => {
    const { send } = await serve();
    const escaped = (length: number): string => '\\u00e9'.repeat(length);
    const body = `{"enabled":true,"reason":"${escaped(500)}","author":"${escaped(200)}"}`;
    const answer = await send({ method: 'POST', headers: json, body });
    expect(await answer.json()).toMatchObject({ reason: 'é'.repeat(500) });
  });
});

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is told what is allowed', async (method) => {
  const { send } = await serve();
  const refused = await send({ method });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  expect(await errorOf(refused)).toMatchObject({ code: 'method_not_allowed' });
});

test('an application may send refusals itself', async () => {
  const sent: unknown[] = [];
  const { url, post, send } = await serve({
    sendRefusal: (response, refusal) => {
      sent.push([refusal.code, refusal.param]);
      response.status(418).end();
    },
  });
  expect((await post({})).status).toBe(418);
  expect((await send({ method: 'PUT' })).status).toBe(418);
  await post({ enabled: true });
  expect((await fetch(`${url}/v1/x`)).status).toBe(418);
  expect(sent).toEqual([
    ['invalid_request', 'enabled'],
    ['method_not_allowed', undefined],
    ['maintenance', undefined],
  ]);
});
