import { describe, expect, it } from 'vitest';
import { parseExposition } from '../../src/exposition/exposition.ts';
import { seriesOf } from '../../src/exposition/series.ts';
import { MetricsHistory, type Frame } from '../../src/metrics/metrics-history.ts';
import { amount, metricsText, rateText } from '../../src/metrics/metrics-text.ts';
import { createSelection } from '../../src/metrics/selection.ts';
import { seriesDocument } from '../../src/metrics/series-document.ts';
import { createPaint } from '../../src/text/paint.ts';
import { sparkline } from '../../src/text/sparkline.ts';

const scrapeText = (requests: number, slow: number): string => `# TYPE codex_http_requests_total counter
codex_http_requests_total{route="/v1/chat/completions",method="POST",status_family="2xx"} ${requests}
codex_http_requests_total{route="/v1/chat/completions",method="POST",status_family="5xx"} 0
# TYPE codex_stream_ttft_ms histogram
codex_stream_ttft_ms_bucket{model="m",le="100"} ${requests}
codex_stream_ttft_ms_bucket{model="m",le="1000"} ${requests + slow}
codex_stream_ttft_ms_bucket{model="m",le="+Inf"} ${requests + slow}
codex_stream_ttft_ms_sum{model="m"} 1
codex_stream_ttft_ms_count{model="m"} ${requests + slow}
# TYPE codex_http_latency_quantile_ms summary
codex_http_latency_quantile_ms{route="/v1/chat/completions",quantile="0.5"} 12
codex_http_latency_quantile_ms{route="/v1/chat/completions",quantile="0.99"} NaN
codex_http_latency_quantile_ms_sum{route="/v1/chat/completions"} 12
codex_http_latency_quantile_ms_count{route="/v1/chat/completions"} 1
# TYPE codex_worker_ready gauge
codex_worker_ready 1
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 3
`;

function frames(...scrapes: readonly (readonly [atMs: number, requests: number, slow: number])[]): Frame {
  const history = new MetricsHistory();
  const taken = scrapes.map(([atMs, requests, slow]) =>
    history.add({ atMs, exposition: parseExposition(scrapeText(requests, slow)) ?? new Map() }, createSelection(undefined, false)),
  );
  return taken.at(-1) ?? { rows: [], watchedMs: 0 };
}

const text = (frame: Frame, columns = Infinity): string =>
  metricsText(frame, { paint: createPaint(false), columns, url: 'http://a', at: '2026-11-21T00:00:00.000Z' });

describe('metrics', () => {
  it('are a line a series, without those that are 0 or of Node', () => {
    expect(text(frames([0, 4, 0])).split('\n')).toEqual([
      'http://a  2026-11-21T00:00:00.000Z',
      'codex_http_requests_total  route method status_family',
      '  /v1/chat/completions POST 2xx  4',
      'codex_stream_ttft_ms  model',
      '  m  n 4  p50 50.0 ms  p95 95.0 ms  p99 99.0 ms  mean 0.3 ms',
      'codex_http_latency_quantile_ms  route',
      '  /v1/chat/completions  n 1  in 5 min p50 12.0 ms  p99 -',
      'codex_worker_ready',
      '  1',
      '',
    ]);
  });

  it('that are watched have rates, a trend, and the quantiles of what came since', () => {
    const shown = text(frames([0, 4, 0], [2_000, 4, 6], [4_000, 12, 6]), 160);
    expect(shown).toContain('watched for 4.00 s');
    expect(shown).toMatch(/POST 2xx {2}12 {2}4\.0\/s {3}▁█\n/);
    expect(shown).toMatch(/ {2}m {2}n 14 of 18 {2}4\.0\/s {2}p50 87\.5 ms/);
  });

  it.each([40, 60, 80, 160])('fit %i columns', (columns) => {
    for (const line of text(frames([0, 4, 0], [2_000, 8, 0]), columns).split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('are chosen by a text in their names or labels', () => {
    const all = seriesOf(parseExposition(scrapeText(4, 0)) ?? new Map());
    const names = (wanted: string | undefined, isAll = false): number => all.filter(createSelection(wanted, isAll)).length;
    expect([names('TTFT'), names('5xx'), names('ttft, ready'), names('whales'), names(undefined, true), names('process')]).toEqual([
      1, 1, 2, 0, 6, 1,
    ]);
  });

  it('for programs hold numbers', () => {
    const documents = frames([0, 4, 0], [1_000, 5, 5]).rows.map(seriesDocument);
    expect(documents).toContainEqual(
      expect.objectContaining({ name: 'codex_http_requests_total', kind: 'counter', value: 5, rate_per_second: 1 }),
    );
    expect(documents).toContainEqual(
      expect.objectContaining({ kind: 'histogram', count: 10, beyond: [], quantiles: expect.objectContaining({ 0.5: 100 + 900 * 0.4 }) }),
    );
    expect(JSON.parse(JSON.stringify(documents))).toContainEqual(
      expect.objectContaining({ kind: 'summary', quantiles: { 0.5: 12, 0.99: null } }),
    );
  });
});

it.each([
  ['a_ms', 1_500, '1.50 s'],
  ['a_bytes', 2_000_000, '2.0 MB'],
  ['a_timestamp_seconds', 0, 'never'],
  ['a_timestamp_seconds', 1_800_000_000, '2027-01-15T08:00:00.000Z'],
  ['a_total', 12_345, '12,345'],
  ['a', 0.12345, '0.1235'],
  ['a', Number.NaN, 'NaN'],
])('%s of %j is %j', (name, value, shown) => expect(amount(name, value)).toBe(shown));

it.each([
  [0, '0/s'],
  [0.5, '0.50/s'],
  [12.34, '12.3/s'],
  [1_234.5, '1,235/s'],
])('a rate of %j is %j', (rate, shown) => expect(rateText(rate)).toBe(shown));

it.each([
  [[0, 1, 2, 4, 8], '▁▂▃▅█'],
  [[undefined, 5, 5], ' ██'],
  [[0, 0], '▁▁'],
  [[], ''],
])('%j is drawn as %j', (values, drawn) => expect(sparkline(values)).toBe(drawn));
