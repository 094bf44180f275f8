import { writeScriptedWorker, type TurnScript } from '@codex-proxy/scripted-worker';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, type Ended } from '../support/codex-ops.ts';
import { KEY, startProxy, type StartedProxy } from '../support/proxy.ts';

// What trace says of requests of which the likely cause and the true one differ; as it comes, without the trace buffer.
const ADMIN = ['admin', 'token', 'under', 'test'].join('-');
let proxy: StartedProxy;

beforeAll(async () => {
  proxy = await startProxy({ PROXY_ADMIN_TOKEN: ADMIN, PROXY_STREAM_IDLE_TIMEOUT_MS: '2500' });
});

afterAll(() => proxy.remove());

async function ops(...args: readonly string[]): Promise<Ended> {
  return run(args, '', { environment: { PROXY_STATE_DIR: proxy.stateDir, CODEX_OPS_URL: proxy.url, PROXY_ADMIN_TOKEN: ADMIN } });
}

interface Told {
  readonly cause: { readonly id: string; readonly text: string; readonly next: string };
  readonly slowest: { readonly what: string; readonly ms: number } | null;
  readonly timeline: readonly { readonly what: string; readonly gap_ms: number; readonly is_slowest: boolean; readonly detail: object }[];
}

/** What is said of a request, when all of it has been written. */
async function told(id: string, ...args: readonly string[]): Promise<Told> {
  await expect.poll(async () => (await ops('logs', '--file', 'access', '--req-id', id)).code, { timeout: 15_000 }).toBe(0);
  const { out } = await ops('trace', '--req-id', id, '--json', ...args);
  return JSON.parse(out);
}

async function ask(script: TurnScript): Promise<Told> {
  return told(await proxy.chat(script));
}

const failed = (message: string, codexErrorInfo: unknown = 'other', deltas: readonly string[] = []): TurnScript => ({
  deltas,
  fail: { message, codexErrorInfo },
});
const unfinished = (words: string, deltas?: readonly string[]): TurnScript =>
  failed(`stream disconnected before completion: ${words}`, 'other', deltas);
const refusal = JSON.stringify({ error: { message: 'Too blurry.', type: 'invalid_request_error', param: null, code: null } });

describe('what the model provider did', () => {
  test.each<[id: string, text: RegExp, script: TurnScript]>([
    ['provider_invalid', /^the model provider refused the request as not valid \(HTTP 400\)$/, failed(refusal)],
    ['provider_failed_answer', /^the model provider itself ended the answer as failed, after 1 delta$/, unfinished('It melted.', ['a'])],
    ['provider_stream_broke', /^the connection to the model provider broke, after 1 delta$/, unfinished('Transport error: x', ['a'])],
    ['provider_hung_up', /^the model provider hung up before it answered$/, unfinished('error sending request')],
    ['provider_error', /^the model provider failed before it sent anything, and no reason is known/, failed('It failed.')],
  ])('%s', async (id, text, script) => {
    const { cause } = await ask(script);
    expect(cause).toMatchObject({ id, text: expect.stringMatching(text) });
    expect(JSON.stringify(cause)).not.toContain('other');
  });

  test('a pause in the answer is told, and where it was', async () => {
    const { cause, timeline } = await ask({ deltas: ['a', 'b'], interDeltaMs: 1_500 });
    expect(cause).toMatchObject({ id: 'slow_pause', text: expect.stringContaining('a pause of the model') });
    expect(timeline.find(({ what }) => what.includes('2 × '))?.detail).toMatchObject({ max_gap_ms: expect.any(Number), max_gap_after: 1 });
  });

  test('silence is its own, up to where the request was given up', async () => {
    const { cause, slowest } = await ask({ deltas: ['a'], hang: true });
    expect(cause.id).toBe('stream_idle');
    expect(slowest?.what).toBe("waiting for more of the model's answer, until the request was given up");
  });
});

describe('a worker that died', () => {
  test.each<[TurnScript, string]>([
    [{ deltas: ['a'], firstDeltaMs: 1_500, exitAfterDeltas: 0 }, "waiting for the model's first token, until the worker ended"],
    [{ deltas: ['a', 'b'], interDeltaMs: 1_500, exitAfterDeltas: 1 }, "waiting for more of the model's answer, until the worker ended"],
  ])('while the model was silent', async (script, what) => {
    const id = await proxy.chat({ ...script, exitSignal: 'SIGKILL' });
    await expect.poll(async () => (await told(id)).cause.text, { timeout: 15_000 }).toContain('the worker process ended by SIGKILL');
    const { cause, timeline, slowest } = await told(id);
    expect(cause).toMatchObject({ id: 'worker_exited', text: expect.stringContaining(what) });
    // At whatever ended it, with the stretch as the gap before it.
    const marked = timeline.find((step) => step.is_slowest);
    expect(marked?.gap_ms).toBeGreaterThan((slowest?.ms ?? Infinity) * 0.9);
  });
});

test('a model that is not served has no name', async () => {
  const answer = await fetch(`${proxy.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'nobody-has-it', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await answer.text();
  const id = answer.headers.get('x-request-id') ?? '';
  const { cause } = await told(id);
  expect(cause).toMatchObject({ id: 'model_not_found', text: expect.stringContaining('its name is not kept') });
  expect((await ops('trace', '--req-id', id)).out).toContain(' · a model that is not served');
});

test('a worker that cannot be started is told, with how often and how it failed', async () => {
  const broken = mkdtempSync(join(tmpdir(), 'codex-ops-broken-'));
  const CODEX_BIN = await writeScriptedWorker(broken, {});
  const other = await startProxy({ CODEX_BIN });
  writeFileSync(CODEX_BIN, '#!/bin/sh\nexit 3\n');
  await other.chat({ deltas: ['a', 'b'], exitAfterDeltas: 1 });
  await other.logged((text) => text.split('"worker_start_failed"').length > 3);
  const id = await other.chat({});
  await other.logged((text) => text.includes('"worker_not_ready"'));
  const log = join(other.stateDir, 'proxy.log');
  writeFileSync(log, other.log());
  const trace = async (...args: readonly string[]): Promise<Ended> =>
    run(['trace', '--req-id', id, '--state-dir', other.stateDir, ...args]);
  await expect.poll(async () => (await trace()).out, { timeout: 15_000 }).toContain('starts failed');
  for (const args of [['--log', log], []]) {
    const { out } = await trace(...args);
    expect(out.split('\n')[0]).toMatch(
      /^REFUSED \(503 worker_not_ready\) after .* — the worker could not be started: \d starts failed since \S+Z, the last at \S+Z: it ended with code 3 before its handshake \(exited_early, exit code 3\)$/,
    );
    expect(out).toContain('\nnext      Run what CODEX_BIN names by hand');
  }
  await other.remove();
  rmSync(broken, { recursive: true, force: true });
});

test('a request that was given up in the queue is not blamed on the provider', async () => {
  const other = await startProxy({ WORKER_MAX_CONCURRENCY: '1', WORKER_REQUEST_TIMEOUT_MS: '1500' });
  const ids = await Promise.all([1, 2, 3].map(async () => other.chat({ deltas: ['a'], hang: true })));
  const traces = async (): Promise<readonly string[]> =>
    Promise.all(ids.map(async (id) => (await run(['trace', '--req-id', id, '--state-dir', other.stateDir])).out));
  await expect.poll(traces, { timeout: 15_000 }).toContainEqual(expect.stringContaining('and the worker was never asked'));
  const never = (await traces()).find((out) => out.includes('never asked')) ?? '';
  expect(never).toMatch(/^TIMEOUT \(504 worker_timeout\) after .* — timed out in the queue: no worker slot was free for /);
  expect(never).not.toContain("provider's status");
  await other.remove();
});

test('a long wait for a slot is told beside what took longer', async () => {
  const other = await startProxy({ WORKER_MAX_CONCURRENCY: '1' });
  const holder = other.chat({ deltas: ['a'], firstDeltaMs: 1_500 });
  await other.logged((text) => text.includes('"request_received"'));
  const id = await other.chat({ deltas: ['a', 'b', 'c', 'd', 'e'], interDeltaMs: 500 });
  await holder;
  const trace = async (...args: readonly string[]): Promise<string> =>
    (await run(['trace', '--req-id', id, '--state-dir', other.stateDir, ...args])).out;
  await expect.poll(async () => trace(), { timeout: 15_000 }).toContain(' slot granted ');
  const [headline = '', next = ''] = (await trace()).split('\n');
  expect(headline).toMatch(
    / went into the model writing its answer, slowly: 5 deltas; \d\d % \([\d.]+ m?s\) into waiting for a worker slot$/,
  );
  expect(next).toContain('For the wait: see codex_worker_inflight and codex_worker_queue_depth');
  const document = JSON.parse(await trace('--json'));
  expect(document.cause).toMatchObject({ id: 'slow_writing', text: headline.split(' — ')[1] });
  expect(document.timeline.find(({ what }: { what: string }) => what === 'slot granted')).toMatchObject({ is_gap: true });
  await other.remove();
});

test('maintenance is told with its switches, when it is over', async () => {
  expect((await ops('maintenance', 'on', '--reason', 'the disk is changed', '--author', 'night shift')).code).toBe(0);
  const id = await proxy.chat({});
  expect((await ops('maintenance', 'off')).code).toBe(0);
  expect((await told(id)).cause).toMatchObject({
    text: 'maintenance mode was on',
    next: expect.stringContaining('(maintenance_toggled): give it with --log'),
  });
  await proxy.logged((text) => text.split('"maintenance_toggled"').length === 3);
  const log = join(proxy.stateDir, 'proxy.log');
  writeFileSync(log, proxy.log());
  expect((await told(id, '--log', log)).cause.text).toMatch(
    /^maintenance mode was on: switched on by “night shift” for “the disk is changed” at \S+Z, and off at \S+Z$/,
  );
});

test('a proxy that was killed is no defect of the request', async () => {
  const first = await startProxy();
  const cut = first.chat({ deltas: ['a'], hang: true }).catch(() => undefined);
  const id = String(/"request_id":"(req_[^"]+)"/.exec(await first.logged((text) => text.includes('"request_received"')))?.[1]);
  const trace = async (...args: readonly string[]): Promise<Ended> =>
    run(['trace', '--req-id', id, '--state-dir', first.stateDir, ...args]);
  await expect.poll(async () => (await trace()).out, { timeout: 15_000 }).toContain('llm_request');
  await first.kill();
  await cut;
  const second = await startProxy({ PROXY_STATE_DIR: first.stateDir });
  const log = join(first.stateDir, 'proxy.log');
  writeFileSync(log, first.log() + second.log());
  await second.remove();
  const { out } = await trace('--log', log);
  await first.remove();
  expect(out.split('\n')[0]).toMatch(
    /^FAILED \(internal_error\) — the proxy itself ended while it served this request: it was killed, or it crashed, after \S+Z and before it was started again at \S+Z$/,
  );
  expect(out).toMatch(/next +See what the system logged then, the OOM killer/);
  expect(out).toContain(' proxy_starting ');
  // The time in which it was down is none of the request's.
  expect(out).not.toContain('◆');
});
