import { describe, expect, it } from 'vitest';
import { METRIC_LABELS, METRICS, type MetricDefinition } from '../src/index.ts';

/** Nothing that names one request, one client or one free text may become a label. */
const FORBIDDEN = /(^|_)(id|uuid|user|key|token|path|url|ip|address|email|prompt|message|session|thread|turn)(_|$)/;

describe.each(Object.entries<MetricDefinition>(METRICS))('metric %s', (name, metric) => {
  it('follows the naming rules of Prometheus for its kind', () => {
    expect(name).toMatch(/^codex_[a-z][a-z0-9_]*$/);
    expect(name.endsWith('_total')).toBe(metric.kind === 'counter');
    expect(metric.help).toMatch(/^[A-Z0-9].*\.$/s);
  });

  it('has only labels of the table', () => {
    for (const label of metric.labels) expect(METRIC_LABELS).toHaveProperty(label);
  });

  it('has rising buckets if it is a histogram, and none otherwise', () => {
    const buckets = [...(metric.buckets ?? [])];
    expect(buckets.length > 0).toBe(metric.kind === 'histogram');
    expect(buckets).toEqual([...new Set(buckets)].sort((a, b) => a - b));
  });
});

describe.each(Object.entries(METRIC_LABELS))('label %s', (name, label) => {
  it('is bounded, and not named like an id or a user', () => {
    expect(name).not.toMatch(FORBIDDEN);
    expect('values' in label || label.limit > 0).toBe(true);
  });
});

it('reaches past the slowest normal turn', () => {
  expect(METRICS.codex_http_latency_ms.buckets.at(-1)).toBe(600_000);
});
