import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorEnvelopeSchema, maintenanceStateSchema, type MaintenanceToggle } from '@codex-proxy/contracts';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { expectRecords, type Line } from '../support/log-lines.ts';
import { sampleSum, sampleValue } from '../support/metric-samples.ts';
import { startProcess, type ProxyProcess } from '../support/proxy-process.ts';
import type { ProxyUnderTest, Settings } from '../support/proxy-under-test.ts';
import { openConnection, parseAnswer, requestText } from '../support/raw-http.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import { readEvents, textOf } from '../support/sse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEY = ['key', 'of', 'the', 'maintenance', 'tests'].join('-');
const ADMIN = ['admin', 'of', 'the', 'maintenance', 'tests'].join('-');

/** What clients and the operator do with a proxy. */
class Caller {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async chat(body: object): Promise<Response> {
    return fetch(`${this.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, ...body }),
    });
  }

  async admin(init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' };
    return fetch(`${this.url}/internal/maintenance`, { headers, ...init });
  }

  async toggle(toggle: MaintenanceToggle): Promise<unknown> {
    const response = await this.admin({ method: 'POST', body: JSON.stringify(toggle) });
    expect(response.status).toBe(200);
    return maintenanceStateSchema.parse(await response.json());
  }

  async state(): Promise<unknown> {
    return maintenanceStateSchema.parse(await (await this.admin()).json());
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  async expectRefused(): Promise<Response> {
    const response = await this.chat({ messages: hello });
    expect([response.status, (await errorOf(response)).code]).toEqual([503, 'maintenance']);
    return response;
  }

  async expectServed(): Promise<void> {
    const response = await this.chat({ messages: hello });
    expect(response.status).toBe(200);
    await response.text();
  }
}

const hello = [{ role: 'user', content: 'hello' }] as const;

async function errorOf(response: Response): Promise<{ code: string; message: string; retryable: boolean }> {
  return errorEnvelopeSchema.parse(await response.json()).error;
}

async function startHere(settings: Settings = {}): Promise<{ proxy: ProxyUnderTest; caller: Caller }> {
  const proxy = await startScriptedProxy({}, { PROXY_API_KEY: KEY, PROXY_ADMIN_TOKEN: ADMIN, ...settings });
  await proxy.log.waitFor({ event: 'worker_started' });
  return { proxy, caller: new Caller(proxy.url) };
}

async function startApart(settings: Settings = {}): Promise<{ proxy: ProxyProcess; caller: Caller }> {
  const CODEX_BIN = await writeScriptedWorker(temporaryFolder(), {});
  const proxy = startProcess({ PROXY_PROVIDER: 'demo', CODEX_BIN, PROXY_API_KEY: KEY, PROXY_ADMIN_TOKEN: ADMIN, ...settings });
  const url = await proxy.url();
  await proxy.log.waitFor({ event: 'worker_started' });
  return { proxy, caller: new Caller(url) };
}

async function killed(proxy: ProxyProcess): Promise<void> {
  proxy.signal('SIGKILL');
  await proxy.ended;
}

function toggles(log: { all(fields: Line): Line[] }): string[] {
  return log.all({ event: 'maintenance_toggled' }).map(({ from, to, source }) => `${String(from)} ${String(to)} ${String(source)}`);
}

describe('under the load of 64 clients', () => {
  const WORDS = 12;
  const script = scripted({ deltas: WORDS, interDeltaMs: 5 });

  test('each request is served whole or refused whole', async () => {
    const { proxy, caller } = await startApart({ WORKER_MAX_CONCURRENCY: '64' });
    const tally = { served: 0, refused: 0 };
    const request = async (stream: boolean): Promise<void> => {
      const response = await caller.chat({ messages: script, stream });
      if (response.status === 200) {
        const body = await response.text();
        const text = stream ? textOf(body) : JSON.parse(body).choices[0].message.content;
        expect(text).toBe('word '.repeat(WORDS));
        if (stream) expect(readEvents(body)).toMatchObject({ done: true });
        tally.served += 1;
        return;
      }
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
      expect(await response.json()).toEqual({
        error: { message: 'The proxy is in maintenance: load', type: 'server_error', code: 'maintenance', retryable: true },
      });
      tally.refused += 1;
      await delay(5);
    };
    let under = true;
    const clients = Array.from({ length: 64 }, async (_, client) => {
      while (under) await request(client % 2 === 0);
    });
    let switched = 0;
    for (let round = 0; round < 6; round += 1) {
      await delay(100);
      await caller.toggle({ enabled: true, reason: 'load', retry_after_seconds: 7 });
      // Whatever else is under way: who comes now is refused.
      await Promise.all(Array.from({ length: 8 }, async () => caller.expectRefused()));
      await delay(30);
      await caller.toggle({ enabled: false });
      await caller.expectServed();
      switched += 2;
    }
    under = false;
    await Promise.all(clients);
    expect(tally.served).toBeGreaterThan(64);
    expect(tally.refused).toBeGreaterThan(64);

    proxy.signal('SIGTERM');
    await proxy.ended;
    expectRecords(proxy.log.lines);
    expect(toggles(proxy.log)).toHaveLength(switched);
    const records = proxy.log.all({ event: 'request_completed', route: '/v1/chat/completions' });
    const refused = records.filter(({ error_code: code }) => code === 'maintenance');
    expect(refused).toHaveLength(tally.refused + 8 * 6);
    for (const record of refused) expect(record).toMatchObject({ outcome: 'refused', status: 503, retryable: true });
    const served = records.filter(({ outcome }) => outcome === 'completed');
    expect(served).toHaveLength(tally.served + 6);
    expect(records).toHaveLength(refused.length + served.length);
  });

  test('streams in flight finish, and so do requests in the queue', async () => {
    const { proxy, caller } = await startApart({ WORKER_MAX_CONCURRENCY: '32' });
    const long = scripted({ deltas: 40, interDeltaMs: 20 });
    const requests = Array.from({ length: 64 }, async () => caller.chat({ messages: long, stream: true }));
    const first = await Promise.race(requests);
    const received = (): unknown[] => proxy.log.all({ event: 'request_received', route: '/v1/chat/completions' });
    await expect.poll(received, { timeout: 20_000 }).toHaveLength(64);
    await caller.toggle({ enabled: true });
    await caller.expectRefused();
    expect(first.status).toBe(200);
    for (const response of await Promise.all(requests)) {
      const body = await response.text();
      expect([response.status, readEvents(body).done, textOf(body)]).toEqual([200, true, 'word '.repeat(40)]);
    }
    await caller.expectRefused();
  });
});

test('a request whose body is still on its way when it is switched is served whole', async () => {
  const { proxy, caller } = await startHere();
  const body = JSON.stringify({ model: MODEL, messages: scripted({ deltas: 3 }), stream: true });
  const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
  const connection = await openConnection(caller.url);
  const received = proxy.log.next({ event: 'request_received', route: '/v1/chat/completions' });
  connection.socket.write(requestText('POST', '/v1/chat/completions', headers, body.slice(0, 20)));
  await received;
  await caller.toggle({ enabled: true });
  connection.socket.write(body.slice(20));
  await connection.closed;
  const answer = parseAnswer(connection.received());
  expect(answer.status).toBe(200);
  expect(answer.body).toContain('data: [DONE]');
  expect(answer.body.match(/"content":"word "/g)).toHaveLength(3);
  await caller.expectRefused();
});

describe('a restart', () => {
  test('after a kill while it was on finds it on, with its terms', async () => {
    const PROXY_STATE_DIR = join(temporaryFolder(), 'state');
    const before = await startApart({ PROXY_STATE_DIR });
    const state = await before.caller.toggle({
      enabled: true,
      reason: 'moving the database',
      author: 'jo',
      retry_after_seconds: 9,
      expires_in_seconds: 3_600,
    });
    await killed(before.proxy);
    expect(JSON.parse(readFileSync(join(PROXY_STATE_DIR, 'maintenance.json'), 'utf8'))).toEqual(state);
    expect(statSync(join(PROXY_STATE_DIR, 'maintenance.json')).mode & 0o777).toBe(0o600);

    const { proxy, caller } = await startApart({ PROXY_STATE_DIR, PROXY_MAINTENANCE_RETRY_AFTER_S: '33' });
    expect(await caller.state()).toEqual(state);
    expect((await caller.expectRefused()).headers.get('retry-after')).toBe('9');
    expect(sampleValue(await caller.metrics(), 'codex_maintenance_mode{state="on"}')).toBe(1);
    expect(toggles(proxy.log)).toEqual([]);
    await caller.toggle({ enabled: false });
    await caller.expectServed();
    await killed(proxy);

    const last = await startApart({ PROXY_STATE_DIR });
    await last.caller.expectServed();
  });

  test('with PROXY_MAINTENANCE_MODE is on whatever was switched, and off again without', async () => {
    const PROXY_STATE_DIR = join(temporaryFolder(), 'state');
    const first = await startApart({ PROXY_STATE_DIR, PROXY_MAINTENANCE_MODE: 'true', PROXY_MAINTENANCE_RETRY_AFTER_S: '33' });
    expect((await first.caller.expectRefused()).headers.get('retry-after')).toBe('33');
    await first.caller.toggle({ enabled: false, author: 'jo' });
    await first.caller.expectServed();
    await first.proxy.log.waitFor({ event: 'maintenance_toggled', source: 'endpoint' });
    expect(toggles(first.proxy.log)).toEqual(['off on environment', 'on off endpoint']);
    await killed(first.proxy);

    const second = await startApart({ PROXY_STATE_DIR, PROXY_MAINTENANCE_MODE: 'true' });
    await second.caller.expectRefused();
    await killed(second.proxy);

    const third = await startApart({ PROXY_STATE_DIR });
    await third.caller.expectServed();
    expect(toggles(third.proxy.log)).toEqual([]);
  });

  test('that finds the file spoiled says so, and is on until a toggle', async () => {
    const PROXY_STATE_DIR = join(temporaryFolder(), 'state');
    mkdirSync(PROXY_STATE_DIR);
    writeFileSync(join(PROXY_STATE_DIR, 'maintenance.json'), '{"enabled": fal');
    const { proxy, caller } = await startHere({ PROXY_STATE_DIR });
    expect(proxy.log.all({ event: 'maintenance_file_failed' })).toMatchObject([
      { level: 'error', component: 'maintenance', reason: 'read', error_message: 'the file holds no JSON' },
    ]);
    expect(toggles(proxy.log)).toEqual(['off on corrupt_file']);
    expect(await proxy.metric('codex_maintenance_mode{state="on"}')).toBe(1);
    expect(await proxy.readiness()).toMatchObject({ status: 200, body: { maintenance_mode: true } });
    await caller.expectRefused();
    await caller.toggle({ enabled: false });
    await caller.expectServed();
    expectRecords(proxy.log.lines);
  });
});

test('the expiry switches it off, and says so', async () => {
  const { proxy, caller } = await startHere();
  const state = await caller.toggle({ enabled: true, reason: 'a short one', expires_in_seconds: 1 });
  expect((await caller.expectRefused()).headers.get('retry-after')).toBe('1');
  const expired = await proxy.log.waitFor({ event: 'maintenance_toggled', source: 'expiry' });
  expect(expired).toMatchObject({ level: 'warn', component: 'maintenance', from: 'on', to: 'off', maintenance_mode: false });
  expect(expired).not.toHaveProperty('request_id');
  const expiresAt = maintenanceStateSchema.parse(state).expires_at ?? '';
  expect(String(expired.timestamp) >= expiresAt).toBe(true);
  await caller.expectServed();
  expect(await proxy.metric('codex_maintenance_mode{state="on"}')).toBe(0);
  expect(await proxy.metric('codex_maintenance_mode{state="off"}')).toBe(1);
});

test('the official client waits for as long as Retry-After says, and then succeeds', async () => {
  const { caller } = await startHere();
  const RETRY_AFTER_S = 2;
  await caller.toggle({ enabled: true, retry_after_seconds: RETRY_AFTER_S });
  const attempts: { atMs: number; status: number }[] = [];
  const openai = new OpenAI({
    baseURL: `${caller.url}/v1`,
    apiKey: KEY,
    maxRetries: 2,
    fetch: async (url, init) => {
      const atMs = performance.now();
      const response = await fetch(url, init);
      attempts.push({ atMs, status: response.status });
      if (attempts.length === 1) await caller.toggle({ enabled: false });
      return response;
    },
  });
  const completion = await openai.chat.completions.create({ model: MODEL, messages: [...hello] });
  expect(completion.choices[0]?.message.content).toBe('Hello from the scripted worker.');
  expect(attempts.map(({ status }) => status)).toEqual([503, 200]);
  // By itself it would have waited half a second: the wait is ours, and is the subject here.
  expect(attempts[1]!.atMs - attempts[0]!.atMs).toBeGreaterThanOrEqual(RETRY_AFTER_S * 1_000);
});

test('the official client that does not retry is told all', async () => {
  const { proxy, caller } = await startHere();
  await caller.toggle({ enabled: true, reason: 'moving', retry_after_seconds: 5 });
  const failure: unknown = await proxy.openai.chat.completions
    .create({ model: MODEL, messages: [...hello] })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(OpenAI.InternalServerError);
  expect(failure).toMatchObject({ status: 503, code: 'maintenance', message: '503 The proxy is in maintenance: moving' });
});

describe('while it is on', () => {
  test('the change is logged, with who, why and until when', async () => {
    const { proxy, caller } = await startHere();
    const secret = ['ghp', 'a1B2c3D4e5'.repeat(4).slice(0, 36)].join('_');
    const reason = `key ${secret} leaked, rotating`;
    const state = maintenanceStateSchema.parse(await caller.toggle({ enabled: true, reason, author: 'jo', expires_in_seconds: 600 }));
    const [line] = proxy.log.all({ event: 'maintenance_toggled' });
    expect(line).toMatchObject({
      level: 'warn',
      component: 'maintenance',
      from: 'off',
      to: 'on',
      source: 'endpoint',
      reason: state.reason,
      author: 'jo',
      expires_at: state.expires_at,
      maintenance_mode: true,
    });
    expect(line?.request_id).toMatch(/^req_/);
    expect(state.reason).toMatch(/^key \[redacted:.*\] leaked, rotating$/);
    await caller.expectRefused();
    const everything = JSON.stringify([
      proxy.log.lines,
      await caller.state(),
      readFileSync(join(proxy.stateDir, 'maintenance.json'), 'utf8'),
    ]);
    expect(everything).not.toContain(secret);
    expectRecords(proxy.log.lines);
  });

  test('the same again is no change; other terms are one', async () => {
    const { proxy, caller } = await startHere();
    const first = await caller.toggle({ enabled: true, reason: 'moving' });
    expect(await caller.toggle({ enabled: true, reason: 'moving' })).toEqual(first);
    await caller.toggle({ enabled: true, reason: 'still moving' });
    expect(toggles(proxy.log)).toEqual(['off on endpoint', 'on on endpoint']);
  });

  test('probes tell the truth of the worker, and that it is on', async () => {
    const { proxy, caller } = await startHere({ WORKER_BACKOFF_INITIAL_MS: '2000' });
    await caller.toggle({ enabled: true });
    const ready = { status: 'ok', worker_state: 'ready', maintenance_mode: true };
    expect(await proxy.readiness()).toEqual({ status: 200, body: ready });
    expect(await (await fetch(`${proxy.url}/healthz`)).json()).toEqual(ready);
    expect((await fetch(`${proxy.url}/livez`)).status).toBe(200);

    const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
    const backoff = proxy.log.next({ event: 'worker_backoff' });
    process.kill(Number(pid), 'SIGKILL');
    await backoff;
    expect(await proxy.readiness()).toMatchObject({ status: 503, body: { reason: 'worker_backoff', maintenance_mode: true } });
    expect((await caller.expectRefused()).headers.get('retry-after')).toBe('60');
  });

  test('metrics and the operator are served; refusals are told apart from failures', async () => {
    const { proxy, caller } = await startHere();
    await caller.toggle({ enabled: true });
    const refused = await caller.expectRefused();
    expect((await fetch(`${caller.url}/v1/nothing`)).status).toBe(503);
    expect(await proxy.terminalOf(refused)).toMatchObject({
      outcome: 'refused',
      error_code: 'maintenance',
      status: 503,
      retryable: true,
      maintenance_mode: true,
    });
    expect(await caller.state()).toMatchObject({ enabled: true });
    const exposition = await caller.metrics();
    expect(sampleValue(exposition, 'codex_maintenance_mode{state="on"}')).toBe(1);
    expect(sampleValue(exposition, 'codex_maintenance_mode{state="off"}')).toBe(0);
    expect(sampleSum(exposition, 'codex_http_errors_total', { route: '/v1/chat/completions', error_code: 'maintenance' })).toBe(1);
    expect(sampleSum(exposition, 'codex_http_errors_total', { route: 'other', error_code: 'maintenance' })).toBe(1);
    expect(sampleSum(exposition, 'codex_http_requests_total', { route: '/internal/maintenance', method: 'GET' })).toBe(1);
  });

  test('a large body is refused without a broken connection', async () => {
    const { caller } = await startHere();
    await caller.toggle({ enabled: true });
    const content = 'x'.repeat(8 * 1_048_576);
    for (let round = 0; round < 3; round += 1) {
      const response = await caller.chat({ messages: [{ role: 'user', content }] });
      expect([response.status, (await errorOf(response)).code]).toEqual([503, 'maintenance']);
    }
  });
});

describe('the operator', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is asked for the admin token with %s', async (method) => {
    const { proxy, caller } = await startHere();
    const body = method === 'POST' ? JSON.stringify({ enabled: true }) : undefined;
    for (const token of [undefined, 'wrong', KEY]) {
      const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
      const response = await caller.admin({ method, headers, ...(body === undefined ? {} : { body }) });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    expect(await proxy.readiness()).toMatchObject({ body: { maintenance_mode: false } });
    const allowed = ['GET', 'HEAD', 'POST'].includes(method);
    const response = await caller.admin({ method, ...(body === undefined ? {} : { body }) });
    expect([response.status, response.headers.get('allow')]).toEqual(allowed ? [200, null] : [405, 'GET, HEAD, POST']);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('finds no switch where there is no admin token', async () => {
    const proxy = await startScriptedProxy({}, { PROXY_API_KEY: KEY });
    const response = await new Caller(proxy.url).admin();
    expect([response.status, (await errorOf(response)).code]).toEqual([404, 'not_found']);
  });

  test('is told what is wrong with a body, and the record of the request names the field', async () => {
    const { proxy, caller } = await startHere();
    const refused = await caller.admin({ method: 'POST', body: JSON.stringify({ enabled: 'yes' }) });
    expect(await refused.clone().json()).toMatchObject({ error: { code: 'invalid_request', param: 'enabled' } });
    expect(await proxy.terminalOf(refused)).toMatchObject({ error_code: 'invalid_request', reason: 'enabled', outcome: 'refused' });
    const broken = await caller.admin({ method: 'POST', body: '{' });
    expect([broken.status, (await errorOf(broken)).code]).toEqual([400, 'invalid_json']);
    const form = await caller.admin({
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'text/plain' },
      body: 'on',
    });
    expect([form.status, (await errorOf(form)).code]).toEqual([415, 'unsupported_media_type']);
  });

  test('can switch on a disk that fails, and is told that it does not last', async () => {
    const { proxy, caller } = await startHere();
    const path = join(proxy.stateDir, 'maintenance.json');
    mkdirSync(path);
    const response = await caller.admin({ method: 'POST', body: JSON.stringify({ enabled: true }) });
    expect([response.status, response.headers.get('x-proxy-maintenance-persisted')]).toEqual([200, 'false']);
    await caller.expectRefused();
    expect(proxy.log.all({ event: 'maintenance_file_failed' })).toMatchObject([{ level: 'error', reason: 'write' }]);
    rmSync(path, { recursive: true });
    const again = await caller.admin({ method: 'POST', body: JSON.stringify({ enabled: true }) });
    expect(again.headers.get('x-proxy-maintenance-persisted')).toBeNull();
    expect(statSync(path).isFile()).toBe(true);
    expect(proxy.log.all({ event: 'maintenance_file_recovered' })).toMatchObject([{ level: 'info', component: 'maintenance' }]);
    expectRecords(proxy.log.lines);
  });
});

test('the commands of the guide do what it says', async () => {
  const { proxy, caller } = await startHere();
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/app-server-migration/maintenance.md'), 'utf8');
  const log = join(temporaryFolder(), 'stdout.log');
  const env = { PATH: process.env.PATH, PROXY_URL: caller.url, PROXY_ADMIN_TOKEN: ADMIN, PROXY_LOG: log, NO_PROXY: '*' };
  const outputs: string[] = [];
  for (const [, command = ''] of guide.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
    writeFileSync(log, proxy.log.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { stdout } = await promisify(execFile)('/bin/bash', ['-euo', 'pipefail', '-c', command], { env });
    outputs.push(stdout);
  }
  const [on, state, seen, watched, off, evidence] = outputs;
  const terms = { enabled: true, reason: 'upgrade, ticket 4711', author: 'jo', retry_after_seconds: 30 };
  expect(maintenanceStateSchema.parse(JSON.parse(on ?? ''))).toMatchObject(terms);
  expect(JSON.parse(state ?? '')).toEqual(JSON.parse(on ?? ''));
  expect(seen).toMatch(/^HTTP\/1\.1 503 [\s\S]*^Retry-After: 30\r?$[\s\S]*"code":"maintenance"/m);
  expect(watched).toMatch(/"status":"ok".*"maintenance_mode":true/);
  for (const line of [
    'codex_maintenance_mode{state="on"} 1',
    'codex_streams_active 0',
    'codex_worker_inflight 0',
    'codex_worker_queue_depth 0',
  ]) {
    expect(watched?.split('\n')).toContain(line);
  }
  expect(off).toMatch(/"status":"ok".*"enabled":false/);
  await caller.expectServed();
  expect(
    evidence
      ?.trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { from: 'off', to: 'on', source: 'endpoint', author: 'jo', reason: 'upgrade, ticket 4711' },
    { from: 'on', to: 'off', source: 'endpoint', author: 'jo', reason: 'upgrade done' },
  ]);
  expect(outputs).toHaveLength(6);
});
