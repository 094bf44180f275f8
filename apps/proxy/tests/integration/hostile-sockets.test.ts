import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { setInterval } from 'node:timers/promises';
import { errorEnvelopeSchema } from '@codex-proxy/contracts';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { describe, expect, test } from 'vitest';
import { canNetwork, enterNetwork, pageWithin, startFarClient } from '../support/far-client.ts';
import { expectRecords } from '../support/log-lines.ts';
import { sampleSum, sampleValue } from '../support/metric-samples.ts';
import { startProcess } from '../support/proxy-process.ts';
import type { ProxyUnderTest, Settings } from '../support/proxy-under-test.ts';
import { openConnection, parseAnswer, requestText, type RawConnection } from '../support/raw-http.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import { textOf } from '../support/sse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `HOSTILE_TIMEOUTS=default` tries the times that are in force by default, in about four minutes. */
const TIMES: Settings =
  env.HOSTILE_TIMEOUTS === 'default'
    ? {}
    : { PROXY_HEADERS_TIMEOUT_MS: '1500', PROXY_RECEIVE_TIMEOUT_MS: '3000', PROXY_IDLE_CONNECTION_MS: '1000' };
const LONGEST = { timeout: 240_000 };
const CHAT = '/v1/chat/completions';
const DRIBBLERS = 50;
const DRIBBLE_MS = 100;
const KEEP = { Connection: 'keep-alive' };

async function start(settings: Settings): Promise<ProxyUnderTest> {
  const proxy = await startScriptedProxy({}, settings);
  await proxy.log.waitFor({ event: 'worker_started' });
  return proxy;
}

const body = (script: Parameters<typeof scripted>[0], stream: boolean): string =>
  JSON.stringify({ model: MODEL, messages: scripted(script), stream });

async function expectServed(proxy: ProxyUnderTest): Promise<void> {
  const response = await proxy.chat({ model: MODEL, messages: scripted({ deltas: 3 }), stream: true });
  expect(response.status).toBe(200);
  expect(textOf(await response.text())).toBe('word '.repeat(3));
  expect(await proxy.readiness()).toMatchObject({ status: 200, body: { status: 'ok' } });
  for (const gauge of ['codex_streams_active', 'codex_worker_inflight', 'codex_worker_restarts_total']) {
    await expect.poll(async () => proxy.metric(gauge), { message: gauge }).toBe(0);
  }
  expectRecords(proxy.log.lines);
  expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
}

async function dribble({ socket }: RawConnection, text: string): Promise<void> {
  let sent = 0;
  for await (const _tick of setInterval(DRIBBLE_MS)) {
    if (!socket.writable) return;
    socket.write(text[sent] ?? 'x');
    sent += 1;
  }
}

function codeIn(received: string): string {
  const { status, body: answer, headers } = parseAnswer(received);
  expect(status).toBe(408);
  expect(headers.connection).toBe('close');
  return errorEnvelopeSchema.parse(JSON.parse(answer)).error.code;
}

const authorized = ({ apiKey }: ProxyUnderTest): Readonly<Record<string, string>> => ({
  Authorization: `Bearer ${apiKey}`,
  'Content-Type': 'application/json',
});

describe('a client that takes its time', () => {
  test('with the headers is told so and closed, however many do it, and keeps nobody out', LONGEST, async () => {
    const proxy = await start(TIMES);
    const connections = await Promise.all(Array.from({ length: DRIBBLERS }, async () => openConnection(proxy.url)));
    const dribbling = connections.map(async (one) => dribble(one, 'GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: '));
    expect(await proxy.metric('codex_http_connections')).toBeGreaterThanOrEqual(DRIBBLERS);
    await expectServed(proxy);
    await Promise.all(connections.map(async ({ closed }) => closed));
    await Promise.all(dribbling);
    for (const { received } of connections) expect(codeIn(received())).toBe('request_timeout');
    expect(proxy.log.all({ event: 'client_error', error_code: 'request_timeout', status: 408 })).toHaveLength(DRIBBLERS);
    expect(await proxy.metric('codex_http_errors_total{route="other",method="other",error_code="request_timeout"}')).toBe(DRIBBLERS);
    await expectServed(proxy);
  });

  test('with the body is told so and closed, and has a record', LONGEST, async () => {
    const proxy = await start(TIMES);
    const connection = await openConnection(proxy.url);
    connection.socket.write(requestText('POST', CHAT, { ...authorized(proxy), ...KEEP, 'Content-Length': '1000000' }, '{"model":"'));
    const dribbling = dribble(connection, '');
    await expectServed(proxy);
    await connection.closed;
    await dribbling;
    expect(codeIn(connection.received())).toBe('request_timeout');
    const { headers } = parseAnswer(connection.received());
    expect(await proxy.log.waitFor({ event: 'request_completed', request_id: headers['x-request-id'] })).toMatchObject({
      ...{ status: 408, error_code: 'request_timeout', outcome: 'timeout', retryable: true },
    });
    expect(await proxy.metric(`codex_http_errors_total{route="${CHAT}",method="POST",error_code="request_timeout"}`)).toBe(1);
    await expectServed(proxy);
  });

  test('before it says anything is closed without a word', LONGEST, async () => {
    const proxy = await start(TIMES);
    const connection = await openConnection(proxy.url);
    await connection.closed;
    expect(connection.received()).toBe('');
    expect(proxy.log.all({ event: 'client_error' })).toEqual([]);
    await expectServed(proxy);
  });

  test('between two requests is closed without a word', LONGEST, async () => {
    const proxy = await start(TIMES);
    const connection = await openConnection(proxy.url);
    connection.socket.write(requestText('GET', '/livez', KEEP));
    await connection.closed;
    expect(connection.received().match(/^HTTP\/1\.1 200 /gm)).toHaveLength(1);
    expect(proxy.log.all({ event: 'client_error' })).toEqual([]);
    await expectServed(proxy);
  });
});

describe('a client beyond the number of connections', () => {
  test('is closed as it comes, which log and metrics tell, and those who are connected are served', async () => {
    const proxy = await start({ PROXY_MAX_CONNECTIONS: '20' });
    const kept = await Promise.all(Array.from({ length: 19 }, async () => openConnection(proxy.url)));
    // The one of the tests' own client, that asked for readiness, or a new one.
    await expect.poll(async () => proxy.metric('codex_http_connections')).toBe(20);
    const refused = await Promise.all(Array.from({ length: 30 }, async () => openConnection(proxy.url)));
    await Promise.all(refused.map(async ({ closed }) => closed));
    expect(new Set(refused.map(({ received }) => received()))).toEqual(new Set(['']));
    expect(await proxy.log.waitFor({ event: 'connections_refused' })).toMatchObject({ level: 'warn', component: 'http', count: 1 });
    expect(proxy.log.all({ event: 'connections_refused' })).toHaveLength(1);
    expect(await proxy.metric('codex_http_connections_refused_total')).toBe(30);

    const [one] = kept;
    one?.socket.write(requestText('POST', CHAT, { ...authorized(proxy), ...KEEP }, body({ deltas: 2 }, true)));
    await one?.waitFor((received) => received.includes('[DONE]'));
    for (const { socket } of kept) socket.destroy();
    await expect.poll(async () => proxy.metric('codex_http_connections')).toBeLessThan(5);
    await expectServed(proxy);
    await proxy.stop();
    // What the first line did not tell, the last one does.
    expect(proxy.log.all({ event: 'connections_refused' }).map(({ count }) => count)).toEqual([1, 29]);
  });

  test('does not exist without one', async () => {
    const proxy = await start({ PROXY_MAX_CONNECTIONS: '0' });
    const many = await Promise.all(Array.from({ length: 200 }, async () => openConnection(proxy.url)));
    await expect.poll(async () => proxy.metric('codex_http_connections')).toBeGreaterThanOrEqual(200);
    for (const { socket } of many) socket.destroy();
    await expectServed(proxy);
  });
});

/** Which timer the kernel runs for each connection of the server, as `/proc/net/tcp` has it: 2 is that of keepalive. */
function timersOf(url: string): string[] {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  const connected = '01';
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${port}`) === true && state === connected)
    .map((fields) => fields[5]?.split(':')[0] ?? '');
}

describe('a client that is gone without a word', () => {
  test.each([
    ['30', '02'],
    ['0', '00'],
  ])('is asked for by the kernel (PROXY_TCP_KEEPALIVE_S=%s)', async (seconds, timer) => {
    const proxy = await start({ PROXY_TCP_KEEPALIVE_S: seconds });
    const connection = await openConnection(proxy.url);
    await expect.poll(() => timersOf(proxy.url)).toContain(timer);
    expect(new Set(timersOf(proxy.url))).toEqual(new Set([timer]));
    connection.socket.destroy();
  });

  describe.skipIf(!canNetwork())('behind a cut cable (needs network namespaces)', () => {
    test.each([false, true])('is found to have left, and its turn ends (streamed: %s)', async (stream) => {
      const key = ['key', 'of', 'the', 'far', 'client'].join('-');
      const binary = await writeScriptedWorker(temporaryFolder(), {});
      const settings = { PROXY_PROVIDER: 'demo', CODEX_BIN: binary, PROXY_API_KEY: key, PROXY_HOST: '0.0.0.0', PROXY_TCP_KEEPALIVE_S: '1' };
      const proxy = startProcess(settings, { enter: enterNetwork });
      const port = Number(new URL(await proxy.url()).port);
      await proxy.log.waitFor({ event: 'worker_started' });
      const metrics = (): string => pageWithin(proxy.pid, port, '/metrics');
      const far = await startFarClient(proxy.pid, port);
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
      far.send(requestText('POST', CHAT, headers, body({ deltas: stream ? ['begun '] : [], hang: true }, stream)));
      if (stream) await expect.poll(far.received).toContain('begun ');
      await expect.poll(() => sampleValue(metrics(), 'codex_worker_inflight')).toBe(1);
      expect(sampleValue(metrics(), 'codex_http_connections')).toBe(2);

      far.pullCable();
      expect(await proxy.log.waitFor({ event: 'request_completed', route: CHAT })).toMatchObject({ outcome: 'client_closed', status: 499 });
      await expect.poll(() => sampleValue(metrics(), 'codex_worker_inflight')).toBe(0);
      const exposition = metrics();
      expect(sampleValue(exposition, 'codex_streams_active')).toBe(0);
      expect(sampleValue(exposition, 'codex_http_connections')).toBe(1);
      expect(sampleSum(exposition, 'codex_http_errors_total', { route: CHAT, error_code: 'client_closed' })).toBe(1);
      expect(pageWithin(proxy.pid, port, '/readyz')).toContain('"status":"ok"');
      expectRecords(proxy.log.lines);
    });
  });
});
