import type { TerminalRecord } from '@codex-proxy/contracts';
import type { Metrics } from '../metrics.ts';

/** Label value of routes that have no model. */
const NO_MODEL = 'none';
const CLIENT_CLOSED_STATUS = 499;

/**
 * Counts a request that has ended, by the status that it really ended with: requests, errors, latency, and for streams their end
 * and the time to the first content delta; tokens where the provider reported them.
 */
export function observeTerminalRecord(metrics: Metrics, record: TerminalRecord): void {
  const { route, method, status, model = NO_MODEL } = record;
  const status_family = `${Math.trunc(status / 100)}xx`;
  metrics.counter('codex_http_requests_total').inc({ route, method, status_family });
  metrics.histogram('codex_http_latency_ms').observe({ route, method, status_family, model }, record.latency_ms);
  metrics.summary('codex_http_latency_quantile_ms').observe({ route }, record.latency_ms);

  const error_code = errorCode(record);
  if (error_code !== undefined) metrics.counter('codex_http_errors_total').inc({ route, method, error_code });

  if (record.stream === true) {
    metrics.counter('codex_stream_end_total').inc({ outcome: record.outcome });
    if (record.ttft_ms !== undefined) metrics.histogram('codex_stream_ttft_ms').observe({ model }, record.ttft_ms);
  }

  const tokens = metrics.counter('codex_tokens_total');
  if (record.tokens_prompt !== undefined) tokens.inc({ model, direction: 'prompt' }, record.tokens_prompt);
  if (record.tokens_response !== undefined) tokens.inc({ model, direction: 'response' }, record.tokens_response);
  if (record.tokens_cached !== undefined) tokens.inc({ model, direction: 'cached' }, record.tokens_cached);
  if (record.tokens_reasoning !== undefined) tokens.inc({ model, direction: 'reasoning' }, record.tokens_reasoning);
}

function errorCode(record: TerminalRecord): string | undefined {
  if (record.status === CLIENT_CLOSED_STATUS || record.outcome === 'client_closed') return 'client_closed';
  return record.error_code ?? (record.status >= 400 ? 'other' : undefined);
}
