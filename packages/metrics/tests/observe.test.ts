import { WORKER_STATES, type TerminalRecord, type WorkerSnapshot } from '@codex-proxy/contracts';
import { createMetrics, observeBuild, observeMaintenance, observeTerminalRecord, observeWorker } from '@codex-proxy/metrics';
import { describe, expect, test } from 'vitest';
import { parseExposition } from './exposition.ts';

const record: TerminalRecord = {
  request_id: 'req_a',
  run_id: 'req_a',
  route: '/v1/chat/completions',
  method: 'POST',
  status: 200,
  outcome: 'completed',
  latency_ms: 40,
  worker_state: 'ready',
  restart_count: 0,
  maintenance_mode: false,
};

/** What `observe` changes, by series. */
async function changes(observe: (metrics: ReturnType<typeof createMetrics>) => void): Promise<Record<string, number>> {
  const metrics = createMetrics({ defaultMetrics: false });
  const before = parseExposition(await metrics.expose());
  observe(metrics);
  const after = parseExposition(await metrics.expose());
  return Object.fromEntries([...after].filter(([series, value]) => before.get(series) !== value && !/_bucket|quantile=|_sum/.test(series)));
}

describe('a terminal record', () => {
  test('of a completed stream counts the request, its latency, end, first delta and tokens', async () => {
    const tokens = { tokens_prompt: 10, tokens_response: 5, tokens_cached: 4, tokens_reasoning: 3 };
    const seen = await changes((metrics) =>
      observeTerminalRecord(metrics, { ...record, ...tokens, model: 'm', stream: true, ttft_ms: 12 }),
    );
    expect(seen).toEqual({
      'codex_http_requests_total{route="/v1/chat/completions",method="POST",status_family="2xx"}': 1,
      'codex_http_latency_ms_count{route="/v1/chat/completions",method="POST",status_family="2xx",model="m"}': 1,
      'codex_http_latency_quantile_ms_count{route="/v1/chat/completions"}': 1,
      'codex_stream_end_total{outcome="completed"}': 1,
      'codex_stream_ttft_ms_count{model="m"}': 1,
      'codex_tokens_total{model="m",direction="prompt"}': 10,
      'codex_tokens_total{model="m",direction="response"}': 5,
      'codex_tokens_total{model="m",direction="cached"}': 4,
      'codex_tokens_total{model="m",direction="reasoning"}': 3,
    });
  });

  test('of a route without model counts under `none`', async () => {
    const seen = await changes((metrics) => observeTerminalRecord(metrics, { ...record, route: '/v1/models', method: 'GET' }));
    expect(Object.keys(seen)).toEqual([
      'codex_http_requests_total{route="/v1/models",method="GET",status_family="2xx"}',
      'codex_http_latency_ms_count{route="/v1/models",method="GET",status_family="2xx",model="none"}',
      'codex_http_latency_quantile_ms_count{route="/v1/models"}',
    ]);
  });

  test.each<[string, Partial<TerminalRecord>, family: string, code: string]>([
    ['a client that left', { status: 499, outcome: 'client_closed' }, '4xx', 'client_closed'],
    [
      'a stream that failed after its headers',
      { status: 503, outcome: 'worker_exited', error_code: 'worker_exited', stream: true },
      '5xx',
      'worker_exited',
    ],
    ['a refusal', { status: 401, outcome: 'refused', error_code: 'invalid_api_key' }, '4xx', 'invalid_api_key'],
    ['an error without code', { status: 500, outcome: 'failed' }, '5xx', 'other'],
    ['an error with an unknown code', { status: 500, outcome: 'failed', error_code: 'surprise' }, '5xx', 'other'],
  ])('of %s counts as the failure that it is', async (_what, fields, status_family, error_code) => {
    const seen = await changes((metrics) => observeTerminalRecord(metrics, { ...record, ...fields }));
    expect(seen).toMatchObject({
      [`codex_http_requests_total{route="/v1/chat/completions",method="POST",status_family="${status_family}"}`]: 1,
      [`codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="${error_code}"}`]: 1,
    });
    expect(Object.keys(seen).filter((series) => series.includes('2xx'))).toEqual([]);
    expect(seen[`codex_stream_end_total{outcome="${fields.outcome}"}`]).toBe(fields.stream === true ? 1 : undefined);
  });
});

describe('a worker snapshot', () => {
  const snapshot: WorkerSnapshot = {
    state: 'backoff',
    everReady: true,
    available: true,
    restartCount: 2,
    restartStreak: 1,
    backoffMs: 500,
    inflight: 3,
    queueDepth: 4,
  };

  test.each(WORKER_STATES.map((state) => [state]))('in state %s sets that state alone, and ready only when it serves', async (state) => {
    const metrics = createMetrics({ defaultMetrics: false });
    observeWorker(metrics, { ...snapshot, state: 'ready' });
    observeWorker(metrics, { ...snapshot, state });
    const samples = parseExposition(await metrics.expose());
    expect(WORKER_STATES.filter((other) => samples.get(`codex_worker_state{state="${other}"}`) === 1)).toEqual([state]);
    expect(samples.get('codex_worker_ready')).toBe(state === 'ready' ? 1 : 0);
  });

  test('sets backoff, turns and queue', async () => {
    expect(await changes((metrics) => observeWorker(metrics, snapshot))).toMatchObject({
      codex_worker_backoff_ms: 500,
      codex_worker_inflight: 3,
      codex_worker_queue_depth: 4,
    });
  });
});

test('maintenance mode is one of two series', async () => {
  expect(await changes((metrics) => observeMaintenance(metrics, true))).toEqual({ 'codex_maintenance_mode{state="on"}': 1 });
  expect(await changes((metrics) => observeMaintenance(metrics, false))).toEqual({ 'codex_maintenance_mode{state="off"}': 1 });
});

test('build info is one series at a time', async () => {
  const seen = await changes((metrics) => {
    observeBuild(metrics, '0.1.0');
    observeBuild(metrics, '0.1.0', '0.169.0');
  });
  expect(seen).toEqual({ 'codex_build_info{version="0.1.0",codex_version="0.169.0"}': 1 });
});
