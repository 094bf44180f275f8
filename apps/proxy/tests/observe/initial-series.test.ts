import { SERVICE_FAULTS } from '@codex-proxy/contracts';
import { createMetrics } from '@codex-proxy/metrics';
import { expect, test } from 'vitest';
import { presentSeries } from '../../src/observe/initial-series.ts';

test('what alerts count in is there before the first request, at 0, and nothing else that has a route', async () => {
  const metrics = createMetrics({ defaultMetrics: false });
  presentSeries(metrics);
  const shown = (await metrics.expose()).split('\n').filter((line) => line.includes('route='));
  const chat = 'route="/v1/chat/completions",method="POST"';
  expect(shown).toEqual([
    ...['2xx', '4xx', '5xx'].map((family) => `codex_http_requests_total{${chat},status_family="${family}"} 0`),
    ...SERVICE_FAULTS.map((code) => `codex_http_errors_total{${chat},error_code="${code}"} 0`),
  ]);
});
