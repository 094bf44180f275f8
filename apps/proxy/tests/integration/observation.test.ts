import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '@codex-proxy/contracts';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectRecords, type Line } from '../support/log-lines.ts';
import { sampleSum, sampleValue } from '../support/metric-samples.ts';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROUTE = '/v1/chat/completions';
/** Words that no log may hold: what was asked, what was answered, and every key. */
const CANARIES = {
  system: ['canary', 'instruction', 'zq1'].join(''),
  prompt: ['canary', 'question', 'zq2'].join(''),
  history: ['canary', 'earlier', 'zq3'].join(''),
  answer: ['canary', 'answer', 'zq4'].join(''),
  key: ['canary', 'client', 'key', 'zq5'].join('-'),
  providerKey: ['canary', 'provider', 'key', 'zq6'].join('-'),
  metricsToken: ['canary', 'metrics', 'token', 'zq7'].join('-'),
} as const;

let provider: ProviderUnderTest;
let proxy: ProxyUnderTest;
/** What `/metrics` said after all requests had ended. */
let exposition = '';

/** One terminal record after another, counted. */
const chatsEnded = (): number => proxy.log.all({ event: 'request_completed', route: ROUTE }).length;

const conversation = [
  { role: 'system', content: CANARIES.system },
  { role: 'user', content: CANARIES.history },
  { role: 'assistant', content: CANARIES.history },
  { role: 'user', content: CANARIES.prompt },
] as const;

async function sendAndAbort(stream: boolean): Promise<void> {
  const leave = new AbortController();
  const answer = proxy.fetch(ROUTE, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages: conversation, stream }),
    signal: leave.signal,
  });
  const reading = answer.then(async (response) => {
    const reader = response.body?.getReader();
    await reader?.read();
    leave.abort();
  });
  if (!stream) {
    await provider.nextRequest();
    leave.abort();
  }
  await reading.catch(() => undefined);
}

const SENT = {
  whole: 10,
  streams: 10,
  abortedStreams: 5,
  abortedWhole: 3,
  providerErrors: 4,
  cutStreams: 3,
  badBodies: 6,
  wrongKeys: 4,
  wrongMethods: 2,
};
const TOTAL = Object.values(SENT).reduce((sum, count) => sum + count, 0);

async function times(count: number, send: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: count }, send));
}

beforeAll(async () => {
  provider = await startProvider();
  proxy = await startReadyProxy({
    ...provider.settings,
    PROXY_PROVIDER_API_KEY: CANARIES.providerKey,
    PROXY_API_KEY: CANARIES.key,
    PROXY_METRICS_TOKEN: CANARIES.metricsToken,
    LOG_LEVEL: 'trace',
  });
  const usage = { inputTokens: 100, cachedInputTokens: 64, outputTokens: 10, reasoningOutputTokens: 4 };
  const body = { model: MODEL, messages: conversation };
  provider.answer({ deltas: [CANARIES.answer, ' ', CANARIES.answer], usage });
  await times(SENT.whole, async () => (await proxy.chat(body)).text());
  await times(SENT.streams, async () => (await proxy.chat({ ...body, stream: true })).text());
  provider.answer({ deltas: [CANARIES.answer, 'never'], fault: { kind: 'hang', afterDeltas: 1 } });
  await times(SENT.abortedStreams, async () => sendAndAbort(true));
  for (let sent = 0; sent < SENT.abortedWhole; sent += 1) await sendAndAbort(false);
  provider.answer({
    deltas: [],
    fault: { kind: 'http', status: 401, body: { error: { message: `Key ${CANARIES.providerKey} is wrong.`, code: 'invalid_api_key' } } },
  });
  await times(SENT.providerErrors, async () => (await proxy.chat(body)).text());
  provider.answer({ deltas: [CANARIES.answer, 'x'], fault: { kind: 'cut', afterDeltas: 2 } });
  await times(SENT.cutStreams, async () => (await proxy.chat({ ...body, stream: true })).text());
  await times(SENT.badBodies, async () =>
    (await proxy.chat({ ...body, messages: [{ role: CANARIES.prompt, content: CANARIES.prompt }] })).text(),
  );
  await times(SENT.wrongKeys, async () => (await proxy.chat(body, { authorization: `Bearer ${CANARIES.providerKey}` })).text());
  await times(SENT.wrongMethods, async () => (await proxy.fetch(ROUTE, { method: 'PATCH' })).text());
  await vi.waitFor(() => expect([chatsEnded(), proxy.snapshot().inflight]).toEqual([TOTAL, 0]), { timeout: 10_000 });
  // The frames of a turn are written when the worker has unloaded its thread.
  const reached = proxy.log.all({ event: 'request_completed' }).filter((line) => 'worker_pid' in line);
  await vi.waitFor(() => expect(new Set(proxy.file('proto').map((line) => line.request_id)).size).toBe(reached.length), {
    timeout: 10_000,
  });
  exposition = await (await proxy.fetch('/metrics', { headers: { authorization: `Bearer ${CANARIES.metricsToken}` } })).text();
  await proxy.stop();
});

afterAll(async () => {
  await proxy.remove();
  await provider.close();
});

describe('each request', () => {
  test('has one terminal record, in the log and in access.ndjson', () => {
    const logged = proxy.log.all({ event: 'request_completed', route: ROUTE });
    const filed = proxy.file('access').filter((line) => line.route === ROUTE);
    const received = proxy.log.all({ event: 'request_received', route: ROUTE });
    for (const lines of [logged, filed, received]) {
      expect(lines).toHaveLength(TOTAL);
      expect(new Set(lines.map((line) => line.request_id)).size).toBe(TOTAL);
    }
    const strip = ({ timestamp, level, ...rest }: Line): Line => {
      expect([timestamp, level]).not.toContain(undefined);
      return rest;
    };
    expect(new Set(filed.map((line) => JSON.stringify(strip(line))))).toEqual(new Set(logged.map((line) => JSON.stringify(strip(line)))));
  });

  test('ended as what it was', () => {
    const count = (fields: Line): number => proxy.log.all({ event: 'request_completed', route: ROUTE, ...fields }).length;
    expect(count({ outcome: 'completed', status: 200, stream: false })).toBe(SENT.whole);
    expect(count({ outcome: 'completed', status: 200, stream: true })).toBe(SENT.streams);
    expect(count({ outcome: 'client_closed', status: 499, stream: true })).toBe(SENT.abortedStreams);
    expect(count({ outcome: 'client_closed', status: 499, stream: false })).toBe(SENT.abortedWhole);
    expect(count({ outcome: 'failed', status: 502, stream: false })).toBe(SENT.providerErrors);
    expect(count({ outcome: 'failed', status: 502, stream: true })).toBe(SENT.cutStreams);
    expect(count({ outcome: 'refused', status: 400 })).toBe(SENT.badBodies);
    expect(count({ outcome: 'refused', status: 401 })).toBe(SENT.wrongKeys);
    expect(count({ outcome: 'refused', status: 405 })).toBe(SENT.wrongMethods);
  });

  test('that succeeded tells its tokens and its times', () => {
    for (const line of proxy.log.all({ event: 'request_completed', outcome: 'completed', route: ROUTE })) {
      expect(line).toMatchObject({
        model: MODEL,
        tokens_prompt: 100,
        tokens_response: 10,
        tokens_cached: 64,
        tokens_reasoning: 4,
        delta_count: 3,
        finish_reason: 'stop',
        worker_state: 'ready',
        restart_count: 0,
      });
      expect(Number(line.ttft_ms)).toBeGreaterThan(0);
      expect(Number(line.latency_ms)).toBeGreaterThanOrEqual(Number(line.ttft_ms));
      expect(Number(line.bytes)).toBeGreaterThan(0);
    }
  });
});

describe('usage.ndjson', () => {
  test('has a line for each request that the provider counted', () => {
    const lines = proxy.file('usage');
    expectRecords(lines);
    const completed = proxy.log.all({ event: 'request_completed', outcome: 'completed', route: ROUTE }).map((line) => line.request_id);
    const recorded = new Map(lines.map((line) => [line.request_id, line]));
    expect(recorded.size).toBe(lines.length);
    for (const id of completed)
      expect(recorded.get(id)).toMatchObject({ event: 'usage_recorded', tokens_prompt: 100, tokens_response: 10 });
  });
});

describe('proto.ndjson', () => {
  test('has the frames of each turn in their order, runs of deltas folded into one', () => {
    const lines = proxy.file('proto');
    expectRecords(lines);
    const turns = Map.groupBy(lines, (line) => line.request_id);
    const reached = proxy.log.all({ event: 'request_completed', route: ROUTE }).filter((line) => 'worker_pid' in line);
    expect(new Set(turns.keys())).toEqual(new Set(reached.map((line) => line.request_id)));
    for (const line of reached) {
      const frames = turns.get(line.request_id) ?? [];
      const names = frames.map(
        (frame) => `${frame.direction === 'to_worker' ? '>' : '<'} ${String(frame.frame_type)} ${String(frame.rpc_method)}`,
      );
      expect(names.slice(0, 4)).toEqual([
        '> rpc_request thread/start',
        '< rpc_response thread/start',
        '> rpc_request thread/inject_items',
        '> rpc_request turn/start',
      ]);
      expect(names.at(-2)).toBe('> rpc_request thread/unsubscribe');
      expect(names.at(-1)).toBe('< rpc_response thread/unsubscribe');
      if (line.outcome === 'client_closed') expect(names).toContain('> rpc_request turn/interrupt');
      const deltas = frames.filter((frame) => frame.frame_type === 'delta_run').reduce((sum, frame) => sum + Number(frame.count), 0);
      // What comes after a client has left is traced but counts as not forwarded.
      if (line.outcome === 'client_closed') expect(deltas).toBeGreaterThanOrEqual(Number(line.delta_count ?? 0));
      else expect(deltas).toBe(Number(line.delta_count ?? 0));
      const elapsed = frames.map((frame) => Number(frame.elapsed_ms));
      expect(elapsed).toEqual(elapsed.toSorted((a, b) => a - b));
      const requests = frames.filter((frame) => frame.frame_type === 'rpc_request').map((frame) => frame.rpc_id);
      const answers = frames.filter((frame) => frame.frame_type === 'rpc_response').map((frame) => frame.rpc_id);
      expect(new Set(answers)).toEqual(new Set(requests));
    }
  });
});

describe('every line', () => {
  test('is a record of the schema', () => {
    for (const lines of [proxy.log.lines, proxy.file('access'), proxy.file('usage'), proxy.file('proto')]) {
      expect(lines.length).toBeGreaterThan(0);
      expectRecords(lines);
    }
  });

  test('keeps what was asked and answered, and all keys, to itself', () => {
    const files = readdirSync(proxy.stateDir).filter((name) => statSync(join(proxy.stateDir, name)).isFile());
    expect(files).toEqual(expect.arrayContaining(['access.ndjson', 'proto.ndjson', 'usage.ndjson']));
    const written = [
      ...files.map((name) => readFileSync(join(proxy.stateDir, name), 'utf8')),
      ...proxy.log.lines.map((line) => JSON.stringify(line)),
      exposition,
    ];
    for (const text of written) {
      for (const [what, word] of Object.entries(CANARIES)) expect(text.includes(word), `${what} in ${text.slice(0, 300)}`).toBe(false);
    }
  });

  test('is for its owner alone', () => {
    for (const name of readdirSync(proxy.stateDir)) {
      const path = join(proxy.stateDir, name);
      expect(statSync(path).mode & 0o077, name).toBe(0);
    }
  });
});

describe('metrics', () => {
  test('agree with the records', () => {
    const records = proxy.log.all({ event: 'request_completed' }).filter((line) => line.route === ROUTE);
    const of = (family: string, labels: Readonly<Record<string, string>>): number =>
      sampleSum(exposition, family, { route: ROUTE, ...labels });
    for (const family of ['2xx', '4xx', '5xx']) {
      const expected = records.filter((line) => String(line.status).startsWith(family.charAt(0))).length;
      expect(of('codex_http_requests_total', { status_family: family }), family).toBe(expected);
      expect(of('codex_http_latency_ms_count', { status_family: family }), family).toBe(expected);
    }
    expect(of('codex_http_requests_total', {})).toBe(TOTAL);
    for (const [code, lines] of Map.groupBy(
      records.filter((line) => 'error_code' in line),
      (line) => String(line.error_code),
    )) {
      expect(of('codex_http_errors_total', { error_code: code }), code).toBe(lines.length);
    }
    for (const outcome of ['completed', 'client_closed', 'failed', 'worker_exited', 'timeout']) {
      const expected = records.filter((line) => line.stream === true && line.outcome === outcome).length;
      expect(sampleValue(exposition, `codex_stream_end_total{outcome="${outcome}"}`), outcome).toBe(expected);
    }
    const sum = (field: string): number => records.reduce((total, line) => total + Number(line[field] ?? 0), 0);
    expect(sampleSum(exposition, 'codex_tokens_total', { direction: 'prompt' })).toBe(sum('tokens_prompt'));
    expect(sampleSum(exposition, 'codex_tokens_total', { direction: 'response' })).toBe(sum('tokens_response'));
    const withFirstDelta = records.filter((line) => line.stream === true && 'ttft_ms' in line);
    expect(sampleSum(exposition, 'codex_stream_ttft_ms_count')).toBe(withFirstDelta.length);
    const gaps = withFirstDelta.reduce((total, line) => total + Number(line.delta_count) - 1, 0);
    expect(sampleSum(exposition, 'codex_stream_inter_delta_ms_count')).toBe(gaps);
  });

  test('are back at rest', () => {
    for (const gauge of ['codex_streams_active', 'codex_worker_inflight', 'codex_worker_queue_depth', 'codex_worker_backoff_ms']) {
      expect(sampleValue(exposition, gauge), gauge).toBe(0);
      expect(exposition, gauge).toContain(`\n${gauge} 0\n`);
    }
    expect(sampleValue(exposition, 'codex_worker_ready')).toBe(1);
    expect(sampleValue(exposition, 'codex_worker_state{state="ready"}')).toBe(1);
    expect(sampleValue(exposition, 'codex_worker_rss_bytes')).toBeGreaterThan(1_000_000);
    expect(sampleSum(exposition, 'codex_log_dropped_total')).toBe(0);
  });

  test('of the whole catalogue are there', () => {
    for (const [name, { kind, help }] of Object.entries(METRICS)) {
      expect(exposition).toContain(`# TYPE ${name} ${kind}\n`);
      expect(exposition).toContain(`# HELP ${name} ${help}\n`);
    }
    expect(exposition).toMatch(/\ncodex_build_info\{version="\d+\.\d+\.\d+",codex_version="\d+\.\d+\.\d+"\} 1\n/);
    expect(exposition).toContain('# TYPE process_cpu_user_seconds_total counter');
  });

  test('find no fault with promtool, beyond the milliseconds that the documents fix', () => {
    const promtool = process.env.PROMTOOL ?? 'promtool';
    if (spawnSync(promtool, ['--version']).error !== undefined) {
      throw new Error('promtool is needed: set PROMTOOL to its path or put it on the PATH; `npm test` provides it.');
    }
    let complaints = '';
    try {
      execFileSync(promtool, ['check', 'metrics'], { input: exposition, stdio: ['pipe', 'pipe', 'pipe'] });
    } catch (error) {
      complaints = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    }
    const unexpected = complaints.split('\n').filter((line) => line !== '' && !/^codex_\w+_ms .*(abbreviated|base) units?/.test(line));
    expect(unexpected).toEqual([]);
    expect(complaints).toContain('codex_http_latency_ms');
  });
});

test('a log file that cannot be written costs no request, and is reported', async () => {
  const stateDir = temporaryFolder();
  mkdirSync(join(stateDir, 'access.ndjson'));
  const blind = await startReadyProxy({ PROXY_PROVIDER: 'demo', PROXY_STATE_DIR: stateDir });
  onTestFinished(async () => blind.remove());
  const failed = blind.log.waitFor({ event: 'log_sink_failed' });
  const answer = await blind.chat({ model: 'demo-codex', messages: [{ role: 'user', content: 'hi' }] });
  expect(answer.status).toBe(200);
  expect(await blind.terminalOf(answer)).toMatchObject({ outcome: 'completed' });
  expect(await failed).toMatchObject({ sink: 'access', level: 'error' });
  expect(await blind.readiness()).toMatchObject({ status: 200, body: { status: 'degraded', degraded: ['log_sink'] } });
});
