import { workerRecycleStateSchema } from '@codex-proxy/contracts';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectRecords } from '../support/log-lines.ts';
import { isRunning } from '../support/process-state.ts';
import { startProvider } from '../support/provider-under-test.ts';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, scripted, startScriptedProxy } from '../support/scripted-proxy.ts';
import { readEvents, textOf } from '../support/sse.ts';
import { makeFolder } from '../support/temporary-folder.ts';

const PATH = '/internal/worker/recycle';
const hello = [{ role: 'user', content: 'hello' }] as const;

async function admin(proxy: ProxyUnderTest, method: 'GET' | 'POST' | 'DELETE'): Promise<Response> {
  return proxy.fetch(PATH, { method, headers: { authorization: `Bearer ${proxy.running.credentials.adminToken ?? ''}` } });
}

async function state(proxy: ProxyUnderTest): Promise<unknown> {
  return workerRecycleStateSchema.parse(await (await admin(proxy, 'GET')).json());
}

describe('POST /internal/worker/recycle', () => {
  test('replaces the worker under a stream and between requests: nobody notices but the log, the metrics and the operator', async () => {
    const proxy = await startScriptedProxy({});
    const { worker_pid: old } = await proxy.log.waitFor({ event: 'worker_started' });
    const stream = await proxy.chat({ model: MODEL, messages: scripted({ deltas: 500, interDeltaMs: 10 }), stream: true });
    expect(await state(proxy)).toEqual({ status: 'idle', worker_pid: old, recycles: 0 });

    const response = await admin(proxy, 'POST');
    expect([response.status, response.headers.get('cache-control')]).toEqual([202, 'no-store']);
    const body = workerRecycleStateSchema.parse(await response.json());
    expect(body).toMatchObject({ status: 'starting', reason: 'demand', worker_pid: old, recycles: 0, started: true });
    expect(await (await admin(proxy, 'POST')).json()).toMatchObject({ reason: 'demand', started: false });

    const recycled = await proxy.log.waitFor({ event: 'worker_recycled' });
    expect(recycled).toMatchObject({ reason: 'demand', worker_pid: body.other_pid, count: 1, level: 'info' });
    expect(await proxy.readiness()).toEqual({ status: 200, body: { status: 'ok', worker_state: 'ready', maintenance_mode: false } });
    expect(await state(proxy)).toMatchObject({
      status: 'draining',
      worker_pid: body.other_pid,
      other_pid: old,
      draining_turns: 1,
      recycles: 1,
    });
    expect((await proxy.chat({ model: MODEL, messages: hello })).status).toBe(200);

    const events = await stream.text();
    expect(textOf(events)).toBe('word '.repeat(500));
    const { error, done } = readEvents(events);
    expect([error, done]).toEqual([undefined, true]);
    const exited = await proxy.log.waitFor({ event: 'worker_exited', worker_pid: old });
    expect(exited).toMatchObject({ reason: 'recycled', count: 0, level: 'info' });
    expect(exited.worker_state).toBeUndefined();
    expect(isRunning(Number(old))).toBe(false);
    expect(await state(proxy)).toEqual({ status: 'idle', worker_pid: body.other_pid, recycles: 1 });

    expect(proxy.log.all({ event: 'worker_recycling' })).toMatchObject([{ reason: 'demand', worker_pid: old, count: 1 }]);
    expect(proxy.log.all({ event: 'worker_started' })).toMatchObject([{}, { worker_pid: body.other_pid, restart_count: 0 }]);
    expect(proxy.log.all({ event: 'worker_backoff' })).toEqual([]);
    expect(await proxy.metric('codex_worker_recycles_total{reason="demand"}')).toBe(1);
    expect(await proxy.metric('codex_worker_restarts_total')).toBe(0);
    expect(await proxy.metric('codex_streams_active')).toBe(0);
    expectRecords(proxy.log.lines);
  });

  test('tells of a successor that fails, and the worker serves on', async () => {
    const folder = makeFolder();
    const proxy = await startScriptedProxy({}, { CODEX_BIN: await writeScriptedWorker(folder) });
    const { worker_pid: pid } = await proxy.log.waitFor({ event: 'worker_started' });
    await writeScriptedWorker(folder, { exitOnStart: 9 });
    expect((await admin(proxy, 'POST')).status).toBe(202);
    const failed = await proxy.log.waitFor({ event: 'worker_recycle_failed' });
    expect(failed).toMatchObject({
      reason: 'demand',
      error_message: 'exited_early: it ended with code 9 before its handshake',
      level: 'error',
    });
    expect(await state(proxy)).toEqual({ status: 'idle', worker_pid: pid, recycles: 0 });
    expect((await proxy.readiness()).body).toEqual({ status: 'ok', worker_state: 'ready', maintenance_mode: false });
    expect((await proxy.chat({ model: MODEL, messages: hello })).status).toBe(200);
    expect(await proxy.metric('codex_worker_recycles_total{reason="demand"}')).toBe(0);
    expectRecords(proxy.log.lines);
  });

  test('is refused while no worker serves', async () => {
    const proxy = await startScriptedProxy({ exitOnStart: 1 });
    const response = await admin(proxy, 'POST');
    expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect(await response.json()).toMatchObject({ error: { code: 'worker_not_ready', retryable: true } });
    expect(await state(proxy)).toEqual({ status: 'idle', recycles: 0 });
    const other = await admin(proxy, 'DELETE');
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });
});

test('a limit of turns recycles by itself, and no request fails', async () => {
  const proxy = await startScriptedProxy({}, { WORKER_MAX_TURNS: '10', WORKER_MAX_RSS_MB: '0' });
  await proxy.log.waitFor({ event: 'worker_started' });
  for (let round = 1; round <= 3; round += 1) {
    const responses = await Promise.all(Array.from({ length: 12 }, async () => proxy.chat({ model: MODEL, messages: hello })));
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    await expect.poll(() => proxy.log.all({ event: 'worker_exited', reason: 'recycled' }).length).toBe(round);
  }
  expect(await proxy.metric('codex_worker_recycles_total{reason="turns"}')).toBe(3);
});

test('the real worker is recycled under load, in one home: nothing fails, nothing is damaged', async () => {
  const provider = await startProvider();
  const proxy = await startReadyProxy(provider.settings);
  onTestFinished(async () => {
    await proxy.remove();
    await provider.close();
  });
  provider.answer({ deltas: Array.from({ length: 40 }, () => 'word '), interTokenMs: 10 });
  const statuses: number[] = [];
  const texts = new Set<string>();
  let going = true;
  const client = async (): Promise<void> => {
    while (going) {
      const response = await proxy.chat({ model: MODEL, messages: hello, stream: true });
      statuses.push(response.status);
      texts.add(textOf(await response.text()));
    }
  };
  const clients = [1, 2, 3].map(client);
  for (let count = 1; count <= 3; count += 1) {
    expect((await admin(proxy, 'POST')).status).toBe(202);
    await expect.poll(() => state(proxy), { timeout: 20_000 }).toMatchObject({ status: 'idle', recycles: count });
  }
  going = false;
  await Promise.all(clients);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect([...texts]).toEqual(['word '.repeat(40)]);
  expect(statuses.length).toBeGreaterThan(6);
  expect(proxy.snapshot()).toMatchObject({ state: 'ready', restartCount: 0 });
  expect(proxy.log.all({ event: 'worker_log_db_failed' })).toEqual([]);
  expect(proxy.log.all({ event: 'worker_stderr' })).toEqual([]);
});
