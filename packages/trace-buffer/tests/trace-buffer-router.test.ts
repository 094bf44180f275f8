import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { errorEnvelopeSchema, traceArtifactSchema, traceBufferStateSchema } from '@codex-proxy/contracts';
import { createTraceBufferRouter, type Refusal } from '@codex-proxy/trace-buffer';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { capture, NOON, openRig, written, type Rig } from './support/rig.ts';

const PATH = '/internal/trace-buffer';

async function serve(rig: Rig, onRefused?: (refusal: Refusal) => void): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const router =
    onRefused === undefined
      ? createTraceBufferRouter(rig.buffer)
      : createTraceBufferRouter(rig.buffer, (response, refusal) => {
          onRefused(refusal);
          response.status(418).end();
        });
  const server = express().use(router).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return async (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

async function expectEnvelope(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(errorEnvelopeSchema.parse(await response.json()).error.code).toBe(code);
}

describe('GET /internal/trace-buffer', () => {
  test('is the state and the artifacts, newest first, never cached', async () => {
    const rig = openRig();
    const send = await serve(rig);
    await written(rig, capture('req_a'));
    await written(rig, capture('req_b', { endedAtMs: NOON + 1 }));
    const response = await send(PATH);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const state = traceBufferStateSchema.parse(await response.json());
    expect(state).toMatchObject({ enabled: true, entries: 2, max_files: 100, ttl_hours: 24 });
    expect(state.artifacts.map(({ request_id }) => request_id)).toEqual(['req_b', 'req_a']);
  });
});

describe('GET /internal/trace-buffer/:requestId', () => {
  test('is the artifact', async () => {
    const rig = openRig();
    const send = await serve(rig);
    const artifact = await written(rig, capture('req_a'));
    const response = await send(`${PATH}/req_a`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(traceArtifactSchema.parse(await response.json())).toEqual(artifact);
  });

  test.each([
    'req_none',
    'run_a',
    '..%2f..%2fmaintenance.json',
    '%2e%2e%2fcredentials.json',
    'req_a%00',
    `req_${'a'.repeat(300)}`,
    '20261121T120000.000Z-req_a.json',
  ])('is 404 for %s', async (id) => {
    const rig = openRig();
    const send = await serve(rig);
    await written(rig, capture('req_a'));
    await expectEnvelope(await send(`${PATH}/${id}`), 404, 'not_found');
  });

  test('allows GET and HEAD alone', async () => {
    const send = await serve(openRig());
    const response = await send(`${PATH}/req_a`, { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    await expectEnvelope(response, 405, 'method_not_allowed');
  });
});

describe('POST /internal/trace-buffer', () => {
  const post = (body: string): RequestInit => ({ method: 'POST', body, headers: { 'content-type': 'application/json' } });

  test('switches capture, as often as one likes, and answers with the state', async () => {
    const rig = openRig({ enabled: false });
    const send = await serve(rig);
    for (const enabled of [true, true, false]) {
      const response = await send(PATH, post(JSON.stringify({ enabled })));
      expect(traceBufferStateSchema.parse(await response.json()).enabled).toBe(enabled);
      expect(rig.buffer.enabled).toBe(enabled);
    }
    expect(rig.reports.toggles.map(({ to, source }) => [to, source])).toEqual([
      [true, 'endpoint'],
      [false, 'endpoint'],
    ]);
  });

  test.each(['{}', '{"enabled":"yes"}', '{"enabled":true,"more":1}', '[]', 'null', ''])('refuses the body %j', async (body) => {
    const rig = openRig({ enabled: false });
    await expectEnvelope(await (await serve(rig))(PATH, post(body)), 400, 'invalid_request');
    expect(rig.buffer.enabled).toBe(false);
  });

  test('refuses what is no JSON, and what is too long', async () => {
    const send = await serve(openRig());
    await expectEnvelope(await send(PATH, post('{"enabled":')), 400, 'invalid_json');
    await expectEnvelope(await send(PATH, post(`{"enabled":true,"x":"${'x'.repeat(2_000)}"}`)), 413, 'request_too_large');
  });
});

describe('DELETE /internal/trace-buffer', () => {
  test('purges all, or what is older than it says', async () => {
    const rig = openRig();
    const send = await serve(rig);
    await written(rig, capture('req_a', { endedAtMs: NOON - 61_000 }));
    await written(rig, capture('req_b'));
    await expect((await send(`${PATH}?older_than_seconds=60`, { method: 'DELETE' })).json()).resolves.toEqual({ purged: 1 });
    await expect((await send(PATH, { method: 'DELETE' })).json()).resolves.toEqual({ purged: 1 });
    expect(rig.names()).toEqual([]);
  });

  test.each([
    'older_than_seconds=-1',
    'older_than_seconds=1h',
    'older_than_seconds=',
    'older_than_seconds=1&older_than_seconds=2',
    'all=true',
  ])('refuses %s and removes nothing', async (query) => {
    const rig = openRig();
    await written(rig, capture('req_a'));
    await expectEnvelope(await (await serve(rig))(`${PATH}?${query}`, { method: 'DELETE' }), 400, 'invalid_request');
    expect(rig.names()).toHaveLength(1);
  });
});

test('a folder that is none any more fails the purge, in words, and nothing else', async () => {
  const rig = openRig();
  const send = await serve(rig);
  await written(rig, capture('req_a'));
  rmSync(rig.folder, { recursive: true });
  writeFileSync(rig.folder, 'in the way');
  expect(await (await send(PATH, { method: 'POST', body: '{"enabled":false}' })).json()).toMatchObject({ enabled: false, entries: 0 });
  expect((await send(PATH)).status).toBe(200);
  await expectEnvelope(await send(`${PATH}/req_a`), 404, 'not_found');
  await expectEnvelope(await send(PATH, { method: 'DELETE' }), 500, 'internal_error');
});

test('other methods are refused by name', async () => {
  const response = await (await serve(openRig()))(PATH, { method: 'PUT' });
  expect(response.headers.get('allow')).toBe('GET, HEAD, POST, DELETE');
  await expectEnvelope(response, 405, 'method_not_allowed');
});

test('an application that keeps records of requests sends the refusals itself', async () => {
  const refusals: Refusal[] = [];
  const send = await serve(openRig(), (refusal) => refusals.push(refusal));
  expect((await send(`${PATH}/req_a`)).status).toBe(418);
  expect(refusals).toMatchObject([{ code: 'not_found' }]);
});
