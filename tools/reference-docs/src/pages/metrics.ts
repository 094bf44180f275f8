import { METRIC_LABELS, METRICS, type MetricDefinition, type MetricLabel } from '@codex-proxy/contracts';
import { code, page, table } from '../markdown.ts';

function details({ buckets, quantiles, windowMs }: MetricDefinition): string {
  const parts: string[] = [];
  if (buckets !== undefined) parts.push(`buckets ${buckets.join(', ')}`);
  if (quantiles !== undefined) parts.push(`quantiles ${quantiles.join(', ')}`);
  if (windowMs !== undefined) parts.push(`window ${windowMs / 1000} s`);
  return parts.length === 0 ? '—' : parts.join('; ');
}

function values({ values: closed, limit }: MetricLabel): string {
  if (closed !== undefined) return closed.map(code).join(' ');
  return limit === undefined ? '—' : `open, at most ${limit}; further ones become ${code('other')}`;
}

export function metricsPage(): string {
  const series = Object.entries<MetricDefinition>(METRICS).map(([name, definition]) => [
    code(name),
    definition.kind,
    definition.labels.map(code).join(' ') || '—',
    definition.help,
    details(definition),
  ]);
  const labels = Object.entries<MetricLabel>(METRIC_LABELS).map(([name, label]) => [code(name), label.description, values(label)]);
  return page(
    'Metrics',
    'Every series of `GET /metrics` beside the process and event-loop defaults of prom-client. Units are in the names.',
    table(['series', 'kind', 'labels', 'what it says', 'shape'], series),
    '## Labels',
    'No label holds an id, a user, or anything else that a client chooses freely.',
    table(['label', 'what it says', 'values'], labels),
  );
}
