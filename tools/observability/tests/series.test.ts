import { describe, expect, test } from 'vitest';
import { durationText, percent, shortened, spokenDuration } from '../src/promql/duration.ts';
import { catalogued, increase, rate, Series } from '../src/promql/series.ts';

const series = new Series('job="$job"');

describe('selectors', () => {
  test('hold their conditions, those of the scope first', () => {
    expect(series.gauge('codex_worker_ready')).toBe('codex_worker_ready{job="$job"}');
    expect(new Series().gauge('codex_worker_ready')).toBe('codex_worker_ready');
    expect(rate(series.counter('codex_http_errors_total', { route: '/v1/a.b', error_code: ['queue_full', 'client_closed'] }), '5m')).toBe(
      'rate(codex_http_errors_total{job="$job", route="/v1/a.b", error_code=~"queue_full|client_closed"}[5m])',
    );
    expect(new Series().bucket('codex_stream_ttft_ms', 10_000, { model: 'a"b' }).selector).toBe(
      String.raw`codex_stream_ttft_ms_bucket{le=~"10000(\\.0)?", model="a\"b"}`,
    );
  });

  test('of several values are no patterns', () => {
    expect(new Series().gauge('codex_build_info', { version: ['1.0', '2.0'] })).toBe(String.raw`codex_build_info{version=~"1\\.0|2\\.0"}`);
  });

  test('that the catalogue does not know do not compile', () => {
    // @ts-expect-error: no such series
    series.gauge('codex_worker_redy');
    // @ts-expect-error: a gauge is no counter
    series.counter('codex_worker_backoff_ms');
    // @ts-expect-error: no increase of a gauge
    increase(series.gauge('codex_worker_backoff_ms'), '5m');
    // @ts-expect-error: no such label
    series.counter('codex_worker_restarts_total', { route: 'x' });
    // @ts-expect-error: no such value
    series.gauge('codex_maintenance_mode', { state: 'true' });
    // @ts-expect-error: no bound of a bucket
    series.bucket('codex_stream_ttft_ms', 9_999);
    // @ts-expect-error: no quantile that is exported
    series.quantile('codex_http_latency_quantile_ms', 0.9);
    expect(catalogued('codex_worker_redy')).toEqual([]);
  });

  test('are found again in an expression', () => {
    expect(catalogued('sum(rate(codex_stream_ttft_ms_bucket[5m])) / codex_worker_ready > up')).toEqual([
      'codex_stream_ttft_ms',
      'codex_worker_ready',
    ]);
  });
});

test.each([
  [1, '1s', '1 second'],
  [90, '90s', '90 seconds'],
  [300, '5m', '5 minutes'],
  [3_600, '1h', '1 hour'],
  [604_800, '7d', '7 days'],
])('%d seconds are %s', (seconds, text, spoken) => {
  expect([durationText(seconds), spokenDuration(seconds)]).toEqual([text, spoken]);
});

test('shortened durations are whole milliseconds and never nothing', () => {
  expect(shortened(60)(30)).toBe('500ms');
  expect(shortened(60)(600)).toBe('10s');
  expect(shortened(1_000_000)(1)).toBe('1ms');
});

test('shares are said in per cent', () => {
  expect([0.999, 0.02, 1.05 - 1].map(percent)).toEqual(['99.9 %', '2 %', '5 %']);
});
