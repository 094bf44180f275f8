import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeBodySchema } from '@codex-proxy/contracts';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectRecords } from '../support/log-lines.ts';
import { isRunning } from '../support/process-state.ts';
import { startTestProxy } from '../support/proxy-under-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A file with this content and mode. */
function file(content: string, mode: number): () => string {
  return () => {
    const path = join(temporaryFolder(), 'codex');
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };
}

function folder(): string {
  const path = join(temporaryFolder(), 'codex');
  mkdirSync(path);
  return path;
}

type Binary = () => string | Promise<string>;

const BROKEN: readonly (readonly [string, Binary, string])[] = [
  ['is missing', () => '/nowhere/to/be/found/codex', 'spawn_failed'],
  ['is no command', () => 'no-such-command-anywhere', 'spawn_failed'],
  ['is not executable', file('#!/bin/sh\nexit 0\n', 0o644), 'spawn_failed'],
  ['is a folder', folder, 'spawn_failed'],
  ['is of another format', file('\u0000\u0001\u0002', 0o755), 'exited_early'],
  ['has an interpreter that is missing', file('#!/nowhere/interpreter\n', 0o755), 'spawn_failed'],
  ['ends at once', async () => writeScriptedWorker(temporaryFolder(), { exitOnStart: 3 }), 'exited_early'],
  [
    'is silent',
    async () => writeScriptedWorker(temporaryFolder(), { silent: true, ignoreSigterm: true, ignoreStdinEnd: true }),
    'handshake_timeout',
  ],
  ['speaks garbage', async () => writeScriptedWorker(temporaryFolder(), { garbageOnStart: true, silent: true }), 'handshake_timeout'],
  [
    'refuses the handshake',
    async () => writeScriptedWorker(temporaryFolder(), { refuse: { initialize: { code: -32_600, message: 'not today' } } }),
    'handshake_failed',
  ],
];

describe('with a worker that', () => {
  test.each(BROKEN)('%s, the proxy stays up and says so', async (what, binary, reason) => {
    const proxy = await startTestProxy({
      PROXY_PROVIDER: 'demo',
      CODEX_BIN: await binary(),
      ...(reason === 'handshake_timeout' ? { WORKER_HANDSHAKE_TIMEOUT_MS: '500' } : {}),
      WORKER_BACKOFF_INITIAL_MS: '60000',
      WORKER_BACKOFF_MAX_MS: '60000',
    });
    onTestFinished(async () => proxy.remove());
    const failure = await proxy.log.waitFor({ event: 'worker_start_failed' });
    expect(failure).toMatchObject({ reason, restart_streak: 1, level: 'error' });
    expect(String(failure.error_message)).not.toBe('');
    expect(await proxy.log.waitFor({ event: 'worker_backoff' })).toMatchObject({ backoff_ms: 60_000 });

    expect((await fetch(`${proxy.url}/livez`)).status).toBe(200);
    for (const probe of ['/readyz', '/healthz']) {
      const response = await fetch(`${proxy.url}${probe}`);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('60');
      expect(probeBodySchema.parse(await response.json())).toMatchObject({
        status: 'unready',
        reason: 'worker_backoff',
        backoff_ms: 60_000,
      });
    }
    for (const stream of [true, false]) {
      const response = await proxy.chat({ model: 'demo-codex', messages: [{ role: 'user', content: 'hi' }], stream });
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({ error: { code: 'worker_not_ready', type: 'server_error', retryable: true } });
      expect(await proxy.terminalOf(response)).toMatchObject({ outcome: 'refused', status: 503 });
    }
    expect(await proxy.metric('codex_worker_ready')).toBe(0);
    expect(await proxy.metric('codex_worker_state{state="backoff"}')).toBe(1);
    expect(await proxy.metric('codex_worker_backoff_ms')).toBe(60_000);
    expect(await proxy.metric('codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="worker_not_ready"}')).toBe(2);
    expect((await proxy.openai.models.list()).data.length).toBeGreaterThan(0);
    const { worker_pid: pid } = proxy.log.all({ event: 'worker_starting' })[0] ?? {};
    if (pid !== undefined) await expect.poll(() => isRunning(Number(pid))).toBe(false);
    if (what === 'speaks garbage') expect(proxy.log.all({ event: 'worker_protocol_error' }).length).toBeGreaterThan(0);
    expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
    expectRecords(proxy.log.lines);
  });
});

test('a binary that does not even tell its models keeps no probe away', async () => {
  const proxy = await startTestProxy({
    PROXY_PROVIDER: 'custom',
    PROXY_PROVIDER_BASE_URL: 'http://127.0.0.1:9/v1',
    CODEX_BIN: file('#!/bin/sh\nexec sleep 60\n', 0o755)(),
  });
  onTestFinished(async () => proxy.remove());
  expect((await fetch(`${proxy.url}/livez`)).status).toBe(200);
  expect((await proxy.readiness()).body).toMatchObject({ reason: 'worker_starting' });
  expect(proxy.log.all({ event: 'worker_starting' })).toEqual([]);
  await proxy.stop();
  expect(proxy.log.all({ event: 'worker_catalog_failed' })).toEqual([]);
});
