import { OBJECTIVES, CHAT_ROUTE } from '../objectives.ts';
import type { LabelValue } from '../promql/labels.ts';
import { growing, samples, type InputSeries } from './alert-case.ts';

const route = CHAT_ROUTE;
const MODEL = 'gpt-5';

/** `perMinute` chat requests that succeed. */
export function successes(perMinute: number, minutes: number): InputSeries {
  return samples('codex_http_requests_total', { route, method: 'POST', status_family: '2xx' }, growing(perMinute, minutes));
}

/** `perMinute` chat requests that end with `error_code`, under a status of `status_family`. */
export function failures(
  error_code: LabelValue<'error_code'>,
  status_family: LabelValue<'status_family'>,
  perMinute: number,
  minutes: number,
): InputSeries[] {
  return [
    samples('codex_http_requests_total', { route, method: 'POST', status_family }, growing(perMinute, minutes)),
    samples('codex_http_errors_total', { route, method: 'POST', error_code }, growing(perMinute, minutes)),
  ];
}

/** Values of the p95 of chat requests. */
export function p95(values: string): InputSeries {
  return samples('codex_http_latency_quantile_ms', { route }, values, { quantile: '0.95' });
}

/** `perMinute` streams, of which `latePerMinute` have their first token too late. `le` as Prometheus keeps it. */
export function streams(
  perMinute: number,
  latePerMinute: number,
  minutes: number,
  le: string = String(OBJECTIVES.firstTokenMs),
): InputSeries[] {
  const of = (part: '_bucket' | '_count', count: number, bound?: string): InputSeries =>
    samples('codex_stream_ttft_ms', { model: MODEL }, growing(count, minutes), { part, ...(bound !== undefined && { le: bound }) });
  return [of('_bucket', perMinute - latePerMinute, le), of('_bucket', perMinute, '+Inf'), of('_count', perMinute)];
}
