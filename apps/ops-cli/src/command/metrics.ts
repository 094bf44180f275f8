import type { CommandDefinition } from './command.ts';
import { onlineFailures, ONLINE_OPTIONS } from './online.ts';
import { WATCH_OPTIONS } from './options.ts';

export const METRICS: CommandDefinition = {
  name: 'metrics',
  summary: 'what /metrics says, for people: quantiles out of histograms, rates and sparklines with --watch',
  description: [
    'A line a series. Histograms show how much they counted since the proxy started, its mean, p50, p95 and p99, interpolated within their buckets; ' +
      'a quantile above the last bound is shown as > that bound. codex_http_latency_quantile_ms has quantiles of the last five minutes, computed by ' +
      'the proxy. With --watch, counters and histograms show their rate a second since the frame before, and histograms the quantiles of what was ' +
      'counted while watching; the sparkline has a block a frame.',
    'Series that are 0 and those of the Node process are left out, unless NAME or --all asks for them. Where it does not ask from the machine of the proxy it needs $PROXY_METRICS_TOKEN.',
  ],
  arguments: [
    { placeholder: 'NAME', description: 'series whose name or labels hold this text; several with commas between', isOptional: true },
  ],
  options: [
    { kind: 'flag', name: 'all', description: 'series that are 0, and those of the Node process, too' },
    ...WATCH_OPTIONS,
    ...ONLINE_OPTIONS,
  ],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    { field: 'scraped_at', description: 'when, ISO 8601 UTC' },
    {
      field: 'series',
      description:
        '[{name, kind, labels, value | count, sum, quantiles: {0.5, 0.95, 0.99}, rate_per_second}]; rate_per_second with --watch, from the second frame on; ' +
        'beyond: quantiles above the last bound, which then stands for them',
    },
    { field: 'problem', description: 'instead of all but version, with --watch: why a later scrape failed' },
  ],
  examples: [
    { line: 'codex-ops metrics', description: 'What has happened since it started?' },
    { line: 'codex-ops metrics latency,ttft --watch', description: 'Is it getting slower?' },
    { line: `codex-ops metrics errors --json | jq '.series[] | {code: .labels.error_code, value}'`, description: 'Errors by code.' },
  ],
  exitCodes: [
    { code: 0, description: 'done; also when --watch was ended by Ctrl-C' },
    ...onlineFailures('no series has NAME in its name or labels'),
  ],
  load: async () => (await import('../metrics/metrics-action.ts')).metricsAction,
};
