import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributionOf, distributionSince, meanOf, quantileOf, type Distribution } from '../../src/exposition/distribution.ts';
import { parseExposition, samplesOf, sumOf, valueOf } from '../../src/exposition/exposition.ts';
import { rateOf, seriesOf } from '../../src/exposition/series.ts';

const BOUNDS = [5, 10, 100, 1_000];

function histogram(values: readonly number[]): Distribution {
  const buckets = [...BOUNDS, Infinity].map((le) => ({ le, count: values.filter((value) => value <= le).length }));
  return { count: values.length, sum: values.reduce((sum, value) => sum + value, 0), buckets };
}

describe('text format 0.0.4', () => {
  it('is read as Prometheus reads it', () => {
    const text =
      '# HELP a What "a" is.\n# TYPE a counter\na{b="c\\"d\\\\e\\nf",g=""} 1.5e3 1700000000000\na 2\n\n# other\nnan NaN\ninf +Inf\n';
    const exposition = parseExposition(text);
    expect(exposition?.get('a')).toEqual({
      name: 'a',
      kind: 'counter',
      help: 'What "a" is.',
      samples: [
        { name: 'a', labels: { b: 'c"d\\e\nf', g: '' }, value: 1500 },
        { name: 'a', labels: {}, value: 2 },
      ],
    });
    expect(exposition?.get('nan')?.samples[0]?.value).toBeNaN();
    expect(exposition?.get('inf')?.samples[0]?.value).toBe(Infinity);
  });

  it.each(['<html>', 'a{b=c} 1', 'a{b="c" 1', 'a one', '{"error":{}}'])('%j is something else', (text) =>
    expect(parseExposition(text)).toBeUndefined(),
  );

  it('is what the proxy exports: every family, and sums over labels', async () => {
    const { createMetrics } = await import('@codex-proxy/metrics');
    const metrics = createMetrics();
    metrics.counter('codex_http_requests_total').inc({ route: '/v1/models', method: 'GET', status_family: '2xx' });
    metrics.counter('codex_http_requests_total').inc({ route: '/v1/models', method: 'GET', status_family: '4xx' });
    metrics.histogram('codex_worker_handshake_ms').observe({}, 300);
    const text = await metrics.expose();
    const exposition = parseExposition(text) ?? new Map();
    expect([...exposition.keys()]).toEqual([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    expect(sumOf(exposition, 'codex_http_requests_total')).toBe(2);
    expect(sumOf(exposition, 'codex_http_requests_total', { status_family: '4xx' })).toBe(1);
    expect(valueOf(exposition, 'codex_worker_handshake_ms_count')).toBe(1);
    expect(samplesOf(exposition, 'codex_worker_handshake_ms_bucket', { le: '500' })[0]?.value).toBe(1);
    const series = seriesOf(exposition).filter(({ name }) => name === 'codex_worker_handshake_ms');
    expect(series.map(({ id, kind }) => [id, kind])).toEqual([['codex_worker_handshake_ms', 'histogram']]);
  });
});

describe('a quantile of a histogram', () => {
  it('is interpolated within its bucket', () => {
    const { buckets, ...rest } = histogram([7, 7, 7, 7]);
    expect(quantileOf({ buckets, ...rest }, 0.5)).toEqual({ value: 7.5, isBeyond: false });
    expect(quantileOf(histogram([1, 50]), 0.5)).toEqual({ value: 5, isBeyond: false });
  });

  it('above the last bound is said to be so', () => {
    expect(quantileOf(histogram([1, 5_000]), 0.99)).toEqual({ value: 1_000, isBeyond: true });
  });

  it('of nothing is unknown', () => {
    expect(quantileOf(histogram([]), 0.5)).toEqual({ value: undefined, isBeyond: false });
    expect(meanOf(histogram([]))).toBeUndefined();
  });

  it('lies in the bucket of the value at its rank, and rises with q', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (all, a, b) => {
        const sorted = all.toSorted((x, y) => x - y);
        const [low = 1, high = 1] = [a, b].toSorted((x, y) => x - y);
        const at = (percent: number): number => quantileOf(histogram(all), percent / 100).value ?? Number.NaN;
        const exact = sorted[Math.max(0, Math.ceil((low * sorted.length) / 100) - 1)] ?? Number.NaN;
        const upper = BOUNDS.find((bound) => exact <= bound) ?? Number.NaN;
        const lower = BOUNDS.findLast((bound) => bound < upper) ?? 0;
        expect(at(low)).toBeGreaterThanOrEqual(lower);
        expect(at(low)).toBeLessThanOrEqual(upper);
        expect(at(high)).toBeGreaterThanOrEqual(at(low));
      }),
    );
  });
});

it('what was counted since is the rest, or all after a restart', () => {
  const [before, now] = [histogram([1]), histogram([1, 7, 7])];
  expect(distributionSince(now, before)).toEqual(histogram([7, 7]));
  expect(distributionSince(before, now)).toBe(before);
  expect(distributionSince(now, undefined)).toBe(now);
});

it('series of a histogram add up', () => {
  const exposition = parseExposition(
    '# TYPE h histogram\nh_bucket{m="a",le="1"} 1\nh_bucket{m="a",le="+Inf"} 2\nh_sum{m="a"} 5\nh_count{m="a"} 2\n' +
      'h_bucket{m="b",le="1"} 3\nh_bucket{m="b",le="+Inf"} 3\nh_sum{m="b"} 1\nh_count{m="b"} 3\n',
  );
  expect(distributionOf(exposition?.get('h')?.samples ?? [])).toEqual({
    count: 5,
    sum: 6,
    buckets: [
      { le: 1, count: 4 },
      { le: Infinity, count: 5 },
    ],
  });
});

it.each([
  [10, 4, 2_000, 3],
  [2, 10, 1_000, 2],
  [1, 0, 0, undefined],
])('from %j to %j in %j ms', (now, before, elapsedMs, rate) => expect(rateOf(now, before, elapsedMs)).toBe(rate));
