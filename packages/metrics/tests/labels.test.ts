import { METRIC_LABELS, METRICS, type MetricDefinition, type MetricLabel } from '@codex-proxy/contracts';
import { CatalogueError, createMetrics } from '@codex-proxy/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCatalogue } from '../src/labels/catalogue-check.ts';
import { parseExposition } from './exposition.ts';

const routesOf = async (metrics: ReturnType<typeof createMetrics>): Promise<string[]> =>
  [...parseExposition(await metrics.expose()).keys()].filter((series) => series.startsWith('codex_http_requests_total{'));

function count(metrics: ReturnType<typeof createMetrics>, labels: { route?: string; method?: string; status_family?: string }): void {
  metrics.counter('codex_http_requests_total').inc({ route: '/a', method: 'GET', status_family: '2xx', ...labels });
}

describe('a catalogue', () => {
  test('as it is committed passes', () => {
    expect(() => checkCatalogue(METRICS, METRIC_LABELS)).not.toThrow();
  });

  test.each(['request_id', 'id', 'user', 'user_id', 'api_key', 'email', 'session', 'client_ip', 'path', 'thread', 'trace_id'])(
    'with the label %s is refused',
    (label) => {
      // A label of this name cannot be written in a typed catalogue; one that is read from elsewhere can hold it.
      const catalogue: Record<string, MetricDefinition> = JSON.parse(
        JSON.stringify({ x_total: { kind: 'counter', help: 'x', labels: [label] } }),
      );
      const labels: Record<string, MetricLabel> = { [label]: { description: 'x', limit: 5 } };
      expect(() => checkCatalogue(catalogue, labels)).toThrow(CatalogueError);
      expect(() => checkCatalogue(catalogue, labels)).toThrow(`the label ${label} is named after an individual`);
    },
  );

  test('with an unknown label, an unbounded one or unordered buckets is refused, naming each fault', () => {
    const catalogue = {
      a_total: { kind: 'counter', help: 'x', labels: ['model'] },
      b_total: { kind: 'counter', help: 'x', labels: ['route'] },
      c_ms: { kind: 'histogram', help: 'x', labels: [], buckets: [2, 1] },
    } as const;
    const message =
      'a_total: the label model is not in the table of labels; b_total: the label route has no limit; c_ms: buckets must ascend';
    expect(() => checkCatalogue(catalogue, { route: { description: 'x' } })).toThrow(message);
  });
});

describe('a label value', () => {
  test('outside a closed set becomes `other`, and is counted', async () => {
    const metrics = createMetrics({ defaultMetrics: false });
    count(metrics, { method: 'BREW' });
    count(metrics, { method: 'TEA' });
    count(metrics, { method: 'other' });
    expect(await routesOf(metrics)).toEqual(['codex_http_requests_total{route="/a",method="other",status_family="2xx"}']);
    expect(metrics.refusedValues('method')).toBe(2);
  });

  test('beyond the limit of an open set becomes `other`, over all families together', async () => {
    const metrics = createMetrics({ defaultMetrics: false });
    for (let i = 0; i < 1_000; i += 1) count(metrics, { route: `/r${i}` });
    expect(await routesOf(metrics)).toHaveLength(METRIC_LABELS.route.limit + 1);
    metrics.summary('codex_http_latency_quantile_ms').observe({ route: '/r999' }, 1);
    const samples = parseExposition(await metrics.expose());
    expect(samples.get('codex_http_latency_quantile_ms_count{route="other"}')).toBe(1);
    expect(samples.get('codex_http_requests_total{route="other",method="GET",status_family="2xx"}')).toBe(
      1_000 - METRIC_LABELS.route.limit,
    );
  });

  test.each([
    '/api/runs/req_01hzx3v9k2',
    '/users/5f0c954e-8d3a-4f3c-9a58-000000000000',
    `/x/${'0a'.repeat(10)}`,
    '/orders/1234567890',
    '/u/someone@example.org',
    '/a\nb',
    '',
    'x'.repeat(200),
  ])('%j is not minted', async (route) => {
    const metrics = createMetrics({ defaultMetrics: false });
    count(metrics, { route });
    expect(await routesOf(metrics)).toEqual(['codex_http_requests_total{route="other",method="GET",status_family="2xx"}']);
  });

  test.each(['/v1/chat/completions', '/api/runs/:runId/events', '/internal/trace-buffer/:requestId', 'other'])(
    '%j is a route',
    async (route) => {
      const metrics = createMetrics({ defaultMetrics: false });
      count(metrics, { route });
      expect(await routesOf(metrics)).toEqual([`codex_http_requests_total{route="${route}",method="GET",status_family="2xx"}`]);
      expect(metrics.refusedValues('route')).toBe(0);
    },
  );

  test.each([
    'gpt-5.2-codex',
    'gpt-4o-2024-08-06',
    'claude-3-5-sonnet@20240620',
    'anthropic/claude-opus-4',
    'llama3.1:70b-instruct-q4_K_M',
  ])('%j is a model', (model) => {
    const metrics = createMetrics({ defaultMetrics: false });
    metrics.counter('codex_tokens_total').inc({ model, direction: 'prompt' });
    expect(metrics.refusedValues('model')).toBe(0);
  });

  test('of any text leaves the exposition well formed and bounded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (texts) => {
        const metrics = createMetrics({ defaultMetrics: false });
        for (const text of texts) {
          count(metrics, { route: text, method: text });
          metrics.gauge('codex_build_info').set({ version: text, codex_version: text }, 1);
        }
        expect((await routesOf(metrics)).length).toBeLessThanOrEqual(METRIC_LABELS.route.limit + 1);
      }),
      { numRuns: 50 },
    );
  });

  test('such as __proto__ is a value like others', async () => {
    const metrics = createMetrics({ defaultMetrics: false });
    count(metrics, { route: '__proto__' });
    count(metrics, { route: 'constructor' });
    expect(await routesOf(metrics)).toHaveLength(2);
  });
});
