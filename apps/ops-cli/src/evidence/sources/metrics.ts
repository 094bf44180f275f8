import { METRICS } from '@codex-proxy/contracts';
import { refusalText, replyTo } from '../../proxy-client/reply.ts';
import { findAlert } from '../alert-rule.ts';
import type { CaptureParts, Collector } from '../capture.ts';

/** Without an alert, what the runbook looks at first. */
const USUAL =
  /^codex_(http_(requests|errors)|http_latency_quantile|worker_|streams_active|stream_end|tool_buffer_|maintenance_mode|build_info)/;

/** With every alert: what the proxy and its worker were, and whether it served. */
const ALWAYS = /^codex_(worker_(ready|state|backoff_ms|restarts_total)|maintenance_mode|build_info)$/;

/** The whole scrape, and the series that the alert is made of. */
export async function captureMetrics({ client, scrubber, alert, signal }: CaptureParts, into: Collector): Promise<void> {
  const rule = alert === undefined ? undefined : findAlert(alert);
  if (rule !== undefined) into.add('alert.yaml', rule.source, scrubber.lines(rule.text));
  else if (alert !== undefined) into.miss('alert.yaml', `no rule of this version is called ${alert}`);
  try {
    const { status, text } = await replyTo(client, { path: '/metrics', token: 'metrics', signal });
    if (status !== 200) return into.miss('metrics/metrics.prom', `GET /metrics: ${refusalText(status, text)}`);
    into.add('metrics/metrics.prom', 'GET /metrics', scrubber.lines(text));
    const families = Object.keys(METRICS).filter(
      (name) => (rule === undefined ? USUAL : ALWAYS).test(name) || rule?.families.includes(name) === true,
    );
    into.add(
      'metrics/snippet.prom',
      `GET /metrics, ${rule === undefined ? 'what the runbook looks at' : `the series of ${alert ?? ''}`}`,
      scrubber.lines(snippetOf(text, families)),
    );
  } catch (error) {
    into.miss('metrics/metrics.prom', error instanceof Error ? error.message : 'no answer');
  }
}

/** The lines of some families, and no buckets, of which there are too many to read. */
function snippetOf(text: string, families: readonly string[]): string {
  const lines = text.split('\n').filter((line) => {
    const name = /^(?:# (?:HELP|TYPE) )?([a-zA-Z_:][\w:]*)/.exec(line)?.[1] ?? '';
    return (
      !name.endsWith('_bucket') && families.some((family) => name === family || name === `${family}_count` || name === `${family}_sum`)
    );
  });
  return `${lines.join('\n')}\n`;
}
