import { METRICS, RUN_EVENT_DROP_REASONS, TRACE_PRUNE_REASONS, WORKER_RECYCLE_REASONS, WORKER_STATES } from '@codex-proxy/contracts';
import { createMetrics } from '@codex-proxy/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExposition } from './exposition.ts';

const setUp = (now?: () => number) => {
  const metrics = createMetrics({ defaultMetrics: false, ...(now === undefined ? {} : { now }) });
  return { metrics, samples: async () => parseExposition(await metrics.expose()) };
};

describe('the exposition', () => {
  test('has help and type of every family of the catalogue, once', async () => {
    const text = await setUp().metrics.expose();
    for (const [name, { kind, help }] of Object.entries(METRICS)) {
      expect(text.split(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`)).toHaveLength(2);
    }
  });

  test('shows from the start, at 0, what has no label or one closed label', async () => {
    const samples = await setUp().samples();
    const unlabelled = Object.entries(METRICS).filter(([, { labels, kind }]) => labels.length === 0 && kind !== 'histogram');
    for (const [name] of unlabelled) expect(samples.get(name), name).toBe(0);
    expect(samples.get('codex_worker_handshake_ms_count')).toBe(0);
    for (const state of WORKER_STATES) expect(samples.get(`codex_worker_state{state="${state}"}`)).toBe(0);
    for (const state of ['on', 'off']) expect(samples.get(`codex_maintenance_mode{state="${state}"}`)).toBe(0);
    expect(samples.has('codex_worker_state{state="on"}')).toBe(false);
    const reasons = (name: string): string[] =>
      [...samples.keys()].flatMap((series) => (series.startsWith(`${name}{`) ? [series.slice(name.length + 9, -2)] : []));
    expect(reasons('codex_trace_buffer_pruned_total')).toEqual([...TRACE_PRUNE_REASONS]);
    expect(reasons('codex_run_events_dropped_total')).toEqual([...RUN_EVENT_DROP_REASONS]);
    expect(reasons('codex_worker_recycles_total')).toEqual([...WORKER_RECYCLE_REASONS]);
    for (const sink of ['stdout', 'access', 'proto', 'usage']) expect(samples.get(`codex_log_dropped_total{sink="${sink}"}`)).toBe(0);
    expect([...samples.keys()].filter((series) => series.includes('route='))).toEqual([]);
  });

  test('has process and event-loop metrics, without those whose names mislead', async () => {
    const text = await createMetrics().expose();
    expect(text).toContain('\nprocess_resident_memory_bytes ');
    expect(text).toContain('\nnodejs_eventloop_lag_p99_seconds ');
    expect(text).not.toMatch(/nodejs_active_\w+_total/);
    parseExposition(text);
  });

  test('of one registry knows nothing of another', async () => {
    const first = setUp();
    first.metrics.gauge('codex_streams_active').set({}, 5);
    expect((await setUp().samples()).get('codex_streams_active')).toBe(0);
  });
});

describe('instruments', () => {
  test('a counter rises, and only rises', async () => {
    const { metrics, samples } = setUp();
    const counter = metrics.counter('codex_worker_restarts_total');
    for (const value of [undefined, 2, -1, Number.NaN, Infinity]) counter.inc({}, value);
    expect((await samples()).get('codex_worker_restarts_total')).toBe(3);
  });

  test('a gauge goes up and down, and forgets', async () => {
    const { metrics, samples } = setUp();
    const gauge = metrics.gauge('codex_streams_active');
    gauge.set({}, 5);
    gauge.inc({});
    gauge.inc({}, -3);
    expect((await samples()).get('codex_streams_active')).toBe(3);
    gauge.reset();
    expect((await samples()).has('codex_streams_active')).toBe(false);
  });

  test('a histogram counts each observation in every bucket whose bound it does not exceed', async () => {
    const observation = fc.record({
      value: fc.oneof(fc.double(), fc.constantFrom(1, 2.5, 60_000)),
      times: fc.integer({ min: -1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(observation), async (observations) => {
        const { metrics, samples } = setUp();
        const histogram = metrics.histogram('codex_stream_inter_delta_ms');
        for (const { value, times } of observations) histogram.observe({ model: 'm' }, value, times);
        const seen = await samples();
        const counted = observations.filter(({ value, times }) => Number.isFinite(value) && times > 0);
        const countUpTo = (bound: number) => counted.reduce((sum, { value, times }) => sum + (value <= bound ? times : 0), 0);
        for (const bound of [...METRICS.codex_stream_inter_delta_ms.buckets, Infinity]) {
          const le = bound === Infinity ? '+Inf' : String(bound);
          expect(seen.get(`codex_stream_inter_delta_ms_bucket{model="m",le="${le}"}`) ?? 0).toBe(countUpTo(bound));
        }
        expect(seen.get('codex_stream_inter_delta_ms_count{model="m"}') ?? 0).toBe(countUpTo(Infinity));
      }),
      { numRuns: 50 },
    );
  });

  test('one observation stands for many', async () => {
    const { metrics, samples } = setUp();
    metrics.histogram('codex_stream_inter_delta_ms').observe({ model: 'm' }, 4, 3);
    expect((await samples()).get('codex_stream_inter_delta_ms_sum{model="m"}')).toBe(12);
  });
});

describe('the quantiles', () => {
  const series = (quantile: string) => `codex_http_latency_quantile_ms{route="/a",quantile="${quantile}"}`;

  test('are within 2.5 % of the true ones', async () => {
    const latencies = fc.array(fc.double({ min: 0.1, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(latencies, async (values) => {
        const { metrics, samples } = setUp(() => 0);
        for (const value of values) metrics.summary('codex_http_latency_quantile_ms').observe({ route: '/a' }, value);
        const seen = await samples();
        const sorted = values.toSorted((a, b) => a - b);
        for (const quantile of [0.5, 0.95, 0.99]) {
          const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
          expect(Math.abs((seen.get(series(String(quantile))) ?? Number.NaN) / exact - 1)).toBeLessThan(0.025);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('forget what is older than five minutes, and are NaN when nothing is left; sum and count stay', async () => {
    let nowMs = 1_000_000_000;
    const { metrics, samples } = setUp(() => nowMs);
    const summary = metrics.summary('codex_http_latency_quantile_ms');
    summary.observe({ route: '/a' }, 1_000, 99);
    nowMs += 200_000;
    summary.observe({ route: '/a' }, 10);
    expect((await samples()).get(series('0.5'))).toBeCloseTo(1_000, -2);
    nowMs += 100_000;
    expect((await samples()).get(series('0.5'))).toBeCloseTo(10, 0);
    nowMs += 300_000;
    const text = await metrics.expose();
    expect(text).toContain(`${series('0.99')} NaN\n`);
    expect(parseExposition(text).get('codex_http_latency_quantile_ms_count{route="/a"}')).toBe(100);
    expect(parseExposition(text).get('codex_http_latency_quantile_ms_sum{route="/a"}')).toBe(99_010);
  });

  test('survive a clock that jumps', async () => {
    let nowMs = 0;
    const { metrics, samples } = setUp(() => nowMs);
    const summary = metrics.summary('codex_http_latency_quantile_ms');
    for (nowMs of [5e12, 0, 4e12, 6e12]) summary.observe({ route: '/a' }, 50);
    expect((await samples()).get(series('0.5'))).toBeCloseTo(50, -0.5);
    expect((await samples()).get('codex_http_latency_quantile_ms_count{route="/a"}')).toBe(4);
  });
});
