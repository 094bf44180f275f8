import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeScriptedWorker, type ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectRecords, parseLine } from '../support/log-lines.ts';
import { isRunning } from '../support/process-state.ts';
import { canIsolate, startProcess, type ProxyProcess } from '../support/proxy-process.ts';
import type { Settings } from '../support/proxy-under-test.ts';
import { MODEL, scripted } from '../support/scripted-proxy.ts';
import { readEvents, textOf } from '../support/sse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEY = ['key', 'of', 'the', 'process', 'tests'].join('-');

/** A proxy process on a scripted worker, once the worker serves. */
async function startScripted(
  worker: ScriptedWorkerOptions = {},
  settings: Settings = {},
): Promise<{ proxy: ProxyProcess; url: string; workerPid: number }> {
  const binary = await writeScriptedWorker(temporaryFolder(), worker);
  const proxy = startProcess({ PROXY_PROVIDER: 'demo', CODEX_BIN: binary, PROXY_API_KEY: KEY, ...settings });
  const url = await proxy.url();
  const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
  return { proxy, url, workerPid: Number(pid) };
}

async function chat(url: string, messages: unknown, stream = true): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages, stream }),
  });
}

describe('the process', () => {
  test('with the real worker tells a newcomer all that is needed, on stderr, and logs on stdout', async () => {
    const proxy = startProcess({ PROXY_PROVIDER: 'auto' });
    const url = await proxy.url();
    const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
    await expect.poll(proxy.stderr).toContain('Try it:');
    const key = /API key {3}(sk-proxy-[\w-]+)/.exec(proxy.stderr())?.[1] ?? '';
    const kept = join(proxy.stateDir, 'credentials.json');
    expect(parseLine(readFileSync(kept, 'utf8')).api_key).toBe(key);
    expect(statSync(kept).mode & 0o777).toBe(0o600);

    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo-codex', stream: true, messages: [{ role: 'user', content: 'Hello!' }] }),
    });
    expect(textOf(await response.text())).toContain('You asked: “Hello!”');
    proxy.signal('SIGTERM');
    expect(await proxy.ended).toEqual({ code: 0, signal: null });
    expect(isRunning(Number(pid))).toBe(false);
    expectRecords(proxy.log.lines);
    expect(proxy.log.lines.map((line) => line.event)).toEqual(
      expect.arrayContaining([
        'proxy_starting',
        'proxy_listening',
        'worker_started',
        'request_completed',
        'proxy_draining',
        'proxy_stopped',
      ]),
    );
    expect(proxy.log.lines.at(-1)?.event).toBe('proxy_stopped');
  });
});

test('what it and its worker write is for its user alone, whatever the umask', async () => {
  const permissive = (command: readonly string[]): readonly string[] => ['sh', '-c', 'umask 000; exec "$@"', 'sh', ...command];
  const settings = { PROXY_PROVIDER: 'demo', PROXY_API_KEY: KEY, PROXY_ADMIN_TOKEN: `${KEY}-admin`, PROXY_TRACE_BUFFER: 'true' };
  const proxy = startProcess(settings, { enter: permissive });
  const url = await proxy.url();
  await proxy.log.waitFor({ event: 'worker_started' });
  await (await chat(url, [{ role: 'user', content: 'Hello!' }])).text();
  const on = { method: 'POST', body: '{"enabled":true}' };
  const headers = { authorization: `Bearer ${KEY}-admin`, 'content-type': 'application/json' };
  expect((await fetch(`${url}/internal/maintenance`, { ...on, headers })).status).toBe(200);
  proxy.signal('SIGTERM');
  await proxy.ended;
  const entries = readdirSync(proxy.stateDir, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isSymbolicLink());
  const open = entries.filter((entry) => (statSync(join(entry.parentPath, entry.name)).mode & 0o077) !== 0).map(({ name }) => name);
  expect(entries.length).toBeGreaterThan(10);
  // Its random name for this home, which the worker gives 0644 by itself. The folder is 0700.
  expect(open.filter((name) => name !== 'installation_id')).toEqual([]);
  expect(statSync(join(proxy.stateDir, 'codex-home')).mode & 0o777).toBe(0o700);
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('lets what is under way finish, refuses what is new, and leaves nothing behind', async () => {
    const { proxy, url, workerPid } = await startScripted();
    const response = await chat(url, scripted({ deltas: 80, interDeltaMs: 20 }));
    const draining = proxy.log.next({ event: 'proxy_draining' });
    proxy.signal(signal);
    expect(await draining).toMatchObject({ signal });
    const probe = await fetch(`${url}/readyz`);
    expect(probe.status).toBe(503);
    expect(await probe.json()).toMatchObject({ status: 'unready', reason: 'draining' });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const late = await chat(url, [{ role: 'user', content: 'too late' }]);
    expect(late.status).toBe(503);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await late.json()).toMatchObject({ error: { code: 'shutting_down', retryable: true } });

    const { done, error, chunks } = readEvents(await response.text());
    expect([done, error]).toEqual([true, undefined]);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('word '.repeat(80));
    expect(await proxy.ended).toEqual({ code: 0, signal: null });
    expect(isRunning(workerPid)).toBe(false);
    expect(proxy.log.all({ event: 'request_completed', outcome: 'completed', route: '/v1/chat/completions' })).toHaveLength(1);
  });

  test('ends what takes longer than the grace, and tells its client', async () => {
    const { proxy, url, workerPid } = await startScripted({}, { WORKER_SHUTDOWN_GRACE_MS: '100' });
    const response = await chat(url, scripted({ deltas: ['begun'], hang: true }));
    const reading = response.text();
    proxy.signal(signal);
    const body = await reading;
    expect(textOf(body)).toBe('begun');
    expect(readEvents(body)).toMatchObject({ error: { code: 'shutting_down' }, done: true });
    expect(await proxy.ended).toEqual({ code: 0, signal: null });
    expect(isRunning(workerPid)).toBe(false);
  });
});

describe.skipIf(!canIsolate())('as process 1 of a container (needs PID namespaces)', () => {
  test('drains on SIGTERM, even one that comes while it starts, and leaves no worker', async () => {
    const binary = await writeScriptedWorker(temporaryFolder(), {});
    for (const early of [true, false]) {
      const proxy = startProcess({ PROXY_PROVIDER: 'demo', CODEX_BIN: binary, PROXY_API_KEY: KEY }, { isolated: true });
      if (early) await proxy.log.waitFor({ event: 'proxy_starting' });
      else await proxy.log.waitFor({ event: 'worker_started' });
      proxy.signal('SIGTERM');
      expect(await proxy.ended).toEqual({ code: 0, signal: null });
      expect(proxy.log.lines.at(-1)?.event).toBe('proxy_stopped');
    }
  });

  test.each([0, 20, 40, 80, 160, 320])('ends on a SIGTERM that comes %i ms after Node began, and serves nothing', async (afterMs) => {
    const proxy = startProcess({ PROXY_PROVIDER: 'demo', PROXY_API_KEY: KEY }, { isolated: true });
    // Node's own handler is there before any code runs.
    await expect.poll(() => isDeaf(proxy), { interval: 1, timeout: 10_000 }).toBe(false);
    await delay(afterMs);
    proxy.signal('SIGTERM');
    expect(await proxy.ended).toEqual({ code: 0, signal: null });
    expect([undefined, 'proxy_stopped']).toContain(proxy.log.lines.at(-1)?.event);
    expect(proxy.log.all({ event: 'request_received' })).toEqual([]);
  });

  function isDeaf(proxy: ProxyProcess): boolean {
    try {
      return proxy.ignoresSigterm();
    } catch {
      // What isolates it has not started it yet.
      return true;
    }
  }
});

describe('Ctrl-C', () => {
  test('that arrives twice, as under npm, is one', async () => {
    const { proxy, url } = await startScripted();
    const response = await chat(url, scripted({ deltas: 10, interDeltaMs: 20 }));
    proxy.signal('SIGINT');
    proxy.signal('SIGINT');
    expect(readEvents(await response.text())).toMatchObject({ done: true });
    expect(await proxy.ended).toEqual({ code: 0, signal: null });
    expect(proxy.log.all({ event: 'proxy_draining' })).toHaveLength(1);
  });

  test('again, later, ends it at once and leaves no worker', async () => {
    const { proxy, url, workerPid } = await startScripted(
      { ignoreSigterm: true, ignoreStdinEnd: true },
      { WORKER_SHUTDOWN_GRACE_MS: '60000' },
    );
    const running = await Promise.all([1, 2, 3].map(async () => chat(url, scripted({ deltas: ['x'], hang: true }))));
    const waiting = chat(url, scripted({ deltas: ['x'], hang: true }), false).catch(() => undefined);
    await expect.poll(() => proxy.log.all({ event: 'request_received', route: '/v1/chat/completions' })).toHaveLength(4);
    const draining = proxy.log.next({ event: 'proxy_draining' });
    proxy.signal('SIGINT');
    await draining;
    // The time within which two are one is the subject.
    await delay(600);
    proxy.signal('SIGINT');
    expect(await proxy.ended).toEqual({ code: 1, signal: null });
    await Promise.all([waiting, ...running.map(async (response) => response.text().catch(() => undefined))]);
    expect(proxy.stderr()).toContain('a second SIGINT: ending at once');
    const kept = readFileSync(join(proxy.stateDir, 'access.ndjson'), 'utf8').trim().split('\n').map(parseLine);
    for (const records of [proxy.log.all({ event: 'request_completed' }), kept]) {
      const left = records.filter((record) => record.route === '/v1/chat/completions');
      expect(left).toHaveLength(4);
      for (const record of left)
        expect(record).toMatchObject({ outcome: 'refused', error_code: 'shutting_down', reason: 'abandoned', status: 503 });
    }
    await expect.poll(() => isRunning(workerPid), { timeout: 5_000 }).toBe(false);
  });
});

describe('a proxy that is killed outright', () => {
  test.each<[string, ScriptedWorkerOptions]>([
    ['that behaves', {}],
    ['that heeds no signal and no end of input', { ignoreSigterm: true, ignoreStdinEnd: true }],
    ['that reads nothing', { blockStdin: true, ignoreSigterm: true, ignoreStdinEnd: true }],
  ])('leaves no worker %s', async (_what, worker) => {
    const { proxy, workerPid } = await startScripted(worker);
    expect(isRunning(workerPid)).toBe(true);
    proxy.signal('SIGKILL');
    expect(await proxy.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await expect.poll(() => isRunning(workerPid), { timeout: 5_000 }).toBe(false);
  });
});

test('so does one with the real worker', async () => {
  const proxy = startProcess({ PROXY_PROVIDER: 'demo' });
  const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
  proxy.signal('SIGKILL');
  await proxy.ended;
  await expect.poll(() => isRunning(Number(pid)), { timeout: 5_000 }).toBe(false);
});

describe('a start that fails', () => {
  test('for its configuration names every problem, shows no secret, and exits with 78', async () => {
    const secret = ['has', 'spaces'].join(' ');
    const proxy = startProcess({
      PORT: 'web',
      LOG_LEVEL: 'loud',
      PROXY_HOST: '0.0.0.0',
      PROXY_ADMIN_TOKEN: secret,
      PROXY_PROVIDER: 'custom',
    });
    expect(await proxy.ended).toEqual({ code: 78, signal: null });
    const lines = proxy.stderr().trim().split('\n');
    expect(lines[0]).toBe('codex-proxy: The configuration has 5 problems:');
    expect(lines.slice(1).map((line) => line.trim().split(' ')[1])).toEqual([
      'PORT',
      'PROXY_ADMIN_TOKEN',
      'LOG_LEVEL',
      'PROXY_API_KEY',
      'PROXY_PROVIDER_BASE_URL',
    ]);
    expect(proxy.stderr()).not.toContain(secret);
    expect(proxy.stderr()).not.toMatch(/\n\s+at /);
    expect(proxy.log.lines).toEqual([]);
    expect(existsSync(proxy.stateDir)).toBe(false);
  });

  test('for the want of a provider in production says how one is named, and exits with 78', async () => {
    const proxy = startProcess({ NODE_ENV: 'production', HOME: temporaryFolder() });
    expect(await proxy.ended).toEqual({ code: 78, signal: null });
    expect(proxy.stderr()).toMatch(/^codex-proxy: The configuration has 1 problem:\n {2}- PROXY_PROVIDER: .*PROXY_PROVIDER=demo\n$/);
    expect(proxy.log.lines).toEqual([]);
  });

  test('for a port that is taken says which, and starts no worker', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const address = squatter.address();
    const port = String(typeof address === 'object' ? address?.port : 0);
    const proxy = startProcess({ PORT: port, PROXY_PROVIDER: 'demo' });
    expect(await proxy.ended).toEqual({ code: 1, signal: null });
    expect(proxy.stderr()).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
    expect(proxy.stderr()).not.toMatch(/\n\s+at /);
    expect(proxy.log.all({ event: 'proxy_failed' })).toMatchObject([
      { level: 'fatal', error_message: expect.stringContaining('EADDRINUSE') },
    ]);
    expect(proxy.log.all({ component: 'worker' })).toEqual([]);
    expectRecords(proxy.log.lines);
  });

  test('for a folder that cannot be made says so', async () => {
    const proxy = startProcess({ PROXY_STATE_DIR: '/dev/null/state', PROXY_PROVIDER: 'demo' });
    expect(await proxy.ended).toEqual({ code: 1, signal: null });
    expect(proxy.stderr()).toContain('/dev/null/state');
    expect(proxy.stderr()).not.toMatch(/\n\s+at /);
  });
});
