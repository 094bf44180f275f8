import { SERVICE_FAULTS } from '@codex-proxy/contracts';
import type { Metrics } from '@codex-proxy/metrics';

const CHAT = { route: '/v1/chat/completions', method: 'POST' } as const;
const STATUS_FAMILIES = ['2xx', '4xx', '5xx'] as const;

/**
 * Shows from the start, at 0, the series with several labels that alerts count in: `increase()` and `rate()` miss the first event of one that
 * begins with it. Those alone: every route with every method and code would be thousands, for which nobody is woken.
 */
export function presentSeries(metrics: Metrics): void {
  for (const status_family of STATUS_FAMILIES) metrics.counter('codex_http_requests_total').inc({ ...CHAT, status_family }, 0);
  for (const error_code of SERVICE_FAULTS) metrics.counter('codex_http_errors_total').inc({ ...CHAT, error_code }, 0);
}
