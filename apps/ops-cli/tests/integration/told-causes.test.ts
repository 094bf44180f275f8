import type { TurnScript } from '@codex-proxy/scripted-worker';
import { writeFileSync } from 'node:fs';
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
  readonly slowest: { readonly what: string } | null;
  readonly timeline: readonly { readonly what: string; readonly is_slowest: boolean; readonly detail: object }[];
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
    const { cause, timeline } = await told(id);
    expect(cause).toMatchObject({ id: 'worker_exited', text: expect.stringContaining(what) });
    expect(timeline.find((step) => step.is_slowest)?.what).toBe('end of the answer');
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
