import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { env } from 'node:process';
import { errorEnvelopeSchema } from '@codex-proxy/contracts';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { describe, expect, onTestFinished, test } from 'vitest';
import { textOf } from '../support/sse.ts';
import { expectRecords } from '../support/log-lines.ts';
import { sampleSum } from '../support/metric-samples.ts';
import { malformedRequest, randomOf } from '../support/malformed-request.ts';
import { startProcess, type ProcessOptions, type ProxyProcess } from '../support/proxy-process.ts';
import type { Settings } from '../support/proxy-under-test.ts';
import { openConnection, parseAnswer, requestText } from '../support/raw-http.ts';
import { MODEL, scripted } from '../support/scripted-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `HOSTILE_CONNECTIONS=10000 HOSTILE_REQUESTS=100000` is the long form. */
const CONNECTIONS = Number(env.HOSTILE_CONNECTIONS ?? 1_000);
const REQUESTS = Number(env.HOSTILE_REQUESTS ?? 3_000);
const CHAT = '/v1/chat/completions';
const KEY = ['key', 'of', 'the', 'hostile', 'clients'].join('-');
const ADMIN = ['admin', 'of', 'the', 'hostile', 'clients'].join('-');
const HEADERS = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
const MIB = 1_048_576;

interface Target {
  readonly proxy: ProxyProcess;
  readonly url: string;
}

async function start(settings: Settings = {}, options: ProcessOptions = {}): Promise<Target> {
  const binary = await writeScriptedWorker(temporaryFolder(), {});
  const proxy = startProcess({ PROXY_PROVIDER: 'demo', CODEX_BIN: binary, PROXY_API_KEY: KEY, LOG_LEVEL: 'warn', ...settings }, options);
  // The log tells only what is wrong, and so nothing of the start.
  await expect.poll(proxy.stderr).toContain('Try it:');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(proxy.stderr())?.[0] ?? '';
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200);
  return { proxy, url };
}

async function ask(url: string, deltas = 3): Promise<string> {
  const body = JSON.stringify({ model: MODEL, messages: scripted({ deltas }), stream: true });
  const response = await fetch(`${url}${CHAT}`, { method: 'POST', headers: { ...HEADERS, Connection: 'close' }, body });
  expect(response.status).toBe(200);
  return textOf(await response.text());
}

const openFiles = ({ proxy }: Target): number => readdirSync(`/proc/${String(proxy.pid)}/fd`).length;

function residentBytes({ proxy }: Target): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(proxy.pid)}/status`, 'utf8'))?.[1]) * 1_024;
}

async function openMany(url: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let opened = 0; opened < count; opened += 100) {
    const batch = Array.from({ length: Math.min(100, count - opened) }, () => connect(Number(port), hostname));
    sockets.push(...batch);
    for (const socket of batch) socket.on('error', () => undefined);
    await Promise.all(batch.map(async (socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
  }
  return sockets;
}

async function metric({ url }: Target, family: string, labels?: Readonly<Record<string, string>>): Promise<number> {
  return sampleSum(await (await fetch(`${url}/metrics`)).text(), family, labels);
}

/** What must hold after anything at all. */
async function expectUnharmed(target: Target): Promise<void> {
  expect(await ask(target.url)).toBe('word '.repeat(3));
  const exposition = await (await fetch(`${target.url}/metrics`)).text();
  expect(exposition).toMatch(/^codex_streams_active 0$/m);
  expect(exposition).toMatch(/^codex_worker_inflight 0$/m);
  expect(exposition).toMatch(/^codex_worker_restarts_total 0$/m);
  const ready = await fetch(`${target.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', worker_state: 'ready', maintenance_mode: false }]);
  expectRecords(target.proxy.log.lines);
  expect(target.proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
}

describe('a client with', () => {
  test('thousands of connections on which nothing is said keeps nobody out, and leaves nothing behind', async () => {
    const target = await start();
    await ask(target.url);
    const before = { files: openFiles(target), bytes: residentBytes(target) };
    const sockets = await openMany(target.url, CONNECTIONS);
    await expect.poll(() => openFiles(target)).toBeGreaterThanOrEqual(before.files + CONNECTIONS);
    expect(await metric(target, 'codex_http_connections')).toBeGreaterThanOrEqual(CONNECTIONS);
    expect((await fetch(`${target.url}/readyz`)).status).toBe(200);
    expect(await ask(target.url)).toBe('word '.repeat(3));
    expect((residentBytes(target) - before.bytes) / CONNECTIONS).toBeLessThan(32_768 + (48 * MIB) / CONNECTIONS);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => openFiles(target)).toBeLessThan(before.files + 20);
    await expectUnharmed(target);
  });

  test('a hundred requests in one packet gets a hundred answers in their order, each with a record', async () => {
    const target = await start({ LOG_LEVEL: 'info' });
    const connection = await openConnection(target.url);
    const paths = Array.from({ length: 100 }, (_, at) => (at % 3 === 0 ? '/livez' : at % 3 === 1 ? '/v1/models' : '/nowhere'));
    const requests = paths.map((path, at) => requestText('GET', path, { ...HEADERS, Connection: at === 99 ? 'close' : 'keep-alive' }));
    connection.socket.write(requests.join(''));
    await connection.closed;
    const answers = connection
      .received()
      .split(/(?=HTTP\/1\.1 )/)
      .map(parseAnswer);
    expect(answers.map(({ status }) => status)).toEqual(paths.map((path) => (path === '/nowhere' ? 404 : 200)));
    const ids = new Set(answers.map(({ headers }) => headers['x-request-id']));
    expect(ids.size).toBe(100);
    const records = (): number =>
      target.proxy.log.all({ event: 'request_completed' }).filter(({ request_id: id }) => ids.has(String(id))).length;
    await expect.poll(records).toBe(100);
    expect(await metric(target, 'codex_http_errors_total', { route: 'other', error_code: 'not_found' })).toBe(33);
    expect(await metric(target, 'codex_http_requests_total', { route: '/v1/models', status_family: '2xx' })).toBe(33);
    await expectUnharmed(target);
  });

  test('pipelined streams gets each whole, one after the other', async () => {
    const target = await start();
    const connection = await openConnection(target.url);
    const one = (deltas: number, last: boolean): string =>
      requestText(
        'POST',
        CHAT,
        { ...HEADERS, Connection: last ? 'close' : 'keep-alive' },
        JSON.stringify({ model: MODEL, messages: scripted({ deltas }), stream: true }),
      );
    connection.socket.write(one(5, false) + one(2, false) + one(9, true));
    await connection.closed;
    const bodies = connection.received().split(/(?=HTTP\/1\.1 )/);
    expect(bodies.map((body) => (body.match(/word /g) ?? []).length)).toEqual([5, 2, 9]);
    expect(bodies.map((body) => body.includes('data: [DONE]'))).toEqual([true, true, true]);
    await expectUnharmed(target);
  });

  test('a closed sending side has left, as it has for other servers', async () => {
    const target = await start({ LOG_LEVEL: 'info' });
    const connection = await openConnection(target.url);
    const body = JSON.stringify({ model: MODEL, messages: scripted({ deltas: ['x'], hang: true }), stream: true });
    connection.socket.end(requestText('POST', CHAT, HEADERS, body));
    expect(await target.proxy.log.waitFor({ event: 'request_completed', route: CHAT })).toMatchObject({
      outcome: 'client_closed',
      status: 499,
    });
    await connection.closed;
    await expectUnharmed(target);
  });

  test('a will to leave in the middle, again and again, leaves no turn behind', async () => {
    const target = await start();
    const body = JSON.stringify({ model: MODEL, messages: scripted({ deltas: 500, interDeltaMs: 5 }), stream: true });
    const leave = async (): Promise<void> => {
      const connection = await openConnection(target.url);
      connection.socket.write(requestText('POST', CHAT, HEADERS, body));
      await connection.waitFor((received) => received.includes('word '));
      connection.socket.resetAndDestroy();
    };
    for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 20 }, leave));
    await expect.poll(async () => (await fetch(`${target.url}/metrics`)).text()).toMatch(/^codex_worker_inflight 0$/m);
    await expectUnharmed(target);
  });

  test('thousands of malformed requests is answered in JSON each time, and costs no memory', async () => {
    const target = await start();
    const random = randomOf(20_261_121);
    const flood = async (count: number): Promise<void> => {
      const one = async (): Promise<void> => {
        const connection = await openConnection(target.url);
        connection.socket.end(malformedRequest(random, HEADERS));
        await connection.closed;
        // Of a request that was cut off there is nothing to be said.
        if (connection.received() !== '') expectTold(connection.received());
      };
      for (let sent = 0; sent < count; sent += 50) await Promise.all(Array.from({ length: 50 }, one));
    };
    await flood(REQUESTS / 2);
    const halfway = residentBytes(target);
    await flood(REQUESTS / 2);
    expect(residentBytes(target) - halfway).toBeLessThan(64 * MIB);
    await expect.poll(() => openFiles(target)).toBeLessThan(100);
    await expectUnharmed(target);
  });
});

function expectTold(received: string): void {
  const { status, headers, body } = parseAnswer(received);
  expect(headers['x-request-id']).toMatch(/^req_/);
  if (status < 400) return;
  expect(status).toBeLessThan(500);
  expect(headers['content-type']).toMatch(/^application\/json/);
  if (body !== '') expect(errorEnvelopeSchema.parse(JSON.parse(body)).error.message).not.toMatch(/\n\s+at |node_modules/);
}

function isWhole(received: string): boolean {
  const { headers, body } = parseAnswer(received);
  return Buffer.byteLength(body) >= Number(headers['content-length']);
}

describe('without file descriptors', () => {
  test('who is connected is served, the worker is replaced once there are some, and nobody is told less than the truth', async () => {
    const target = await start({ LOG_LEVEL: 'info', PROXY_ADMIN_TOKEN: ADMIN }, { openFiles: 90 });
    const { proxy, url } = target;
    const kept = await openConnection(url);
    kept.socket.write(requestText('GET', '/livez', { Connection: 'keep-alive' }));
    await kept.waitFor((received) => received.includes('"status"'));
    const crowd = await openMany(url, 300);
    await expect.poll(() => openFiles(target)).toBeGreaterThan(80);
    const pageOf = async (path: string): Promise<string> => {
      const seen = kept.received().length;
      kept.socket.write(requestText('GET', path, { Connection: 'keep-alive' }));
      await kept.waitFor((received) => isWhole(received.slice(seen)));
      return parseAnswer(kept.received().slice(seen)).body;
    };
    // Ready: what else needs a descriptor, as the look at the worker's log database does, may say that it has none.
    expect(await pageOf('/readyz')).toMatch(/"status":"(?:ok|degraded)","worker_state":"ready"/);
    expect(sampleSum(await pageOf('/metrics'), 'codex_http_connections')).toBeGreaterThan(30);
    const before = kept.received().length;
    const body = JSON.stringify({ model: MODEL, messages: scripted({ deltas: 4 }), stream: true });
    kept.socket.write(requestText('POST', CHAT, { ...HEADERS, Connection: 'keep-alive' }, body));
    await kept.waitFor((received) => received.slice(before).includes('[DONE]'));
    expect(kept.received().slice(before)).toContain('word ');

    // Those on call are not shut out either.
    const toggle = JSON.stringify({ enabled: false });
    for (const path of ['/internal/maintenance', '/internal/trace-buffer']) {
      const seen = kept.received().length;
      const headers = { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json', Connection: 'keep-alive' };
      kept.socket.write(requestText('POST', path, headers, toggle));
      await kept.waitFor((received) => received.slice(seen).includes('"enabled":false'));
    }

    const { worker_pid: workerPid } = await proxy.log.waitFor({ event: 'worker_started' });
    process.kill(Number(workerPid), 'SIGKILL');
    await proxy.log.waitFor({ event: 'worker_exited' });
    expect(await proxy.log.waitFor({ event: 'worker_start_failed' })).toMatchObject({ reason: 'spawn_failed', level: 'error' });
    expect(await pageOf('/readyz')).toContain('"reason":"worker_backoff"');
    for (const socket of crowd) socket.destroy();
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
    expect(await ask(url)).toBe('word '.repeat(3));
    expect(await metric(target, 'codex_worker_restarts_total')).toBeGreaterThan(0);
    expect(await metric(target, 'codex_worker_ready')).toBe(1);
    expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
    expectRecords(proxy.log.lines);
  });
});
