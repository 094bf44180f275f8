import { CHAT_ROUTE, OBJECTIVES, THRESHOLDS } from '../../objectives.ts';
import { rate, type Counting } from '../../promql/series.ts';
import { recorded } from '../../rules/recording-rules.ts';
import type { Query, Row } from '../panel.ts';
import { chosen, chosenJob, chosenModel, WINDOW } from '../scope.ts';

const route = CHAT_ROUTE;

function quantiles(buckets: Counting): [Query, ...Query[]] {
  const of = (quantile: number): Query => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (${rate(buckets, WINDOW)}))`,
    legend: `p${quantile * 100}`,
  });
  return [of(0.5), of(0.95), of(0.99)];
}

export const LATENCY: Row = {
  title: 'Latency',
  perLine: 3,
  panels: [
    {
      title: 'Chat latency p50, p95, p99 (sliding 5 m)',
      description: `The alert compares p95 with the baseline, the usual p95, and fires ${Math.round((THRESHOLDS.latencyFactor - 1) * 100)} % above it.`,
      kind: 'timeseries',
      unit: 'ms',
      signal: 'latency',
      queries: [
        {
          expr: `max by (quantile) (${chosen.other('codex_http_latency_quantile_ms', { route })})`,
          legend: 'p{{quantile}}',
        },
        { expr: chosenJob.other(recorded.p95Baseline), legend: 'baseline of p95' },
        { expr: `${THRESHOLDS.latencyFactor} * ${chosenJob.other(recorded.p95Baseline)}`, legend: 'alert' },
      ],
    },
    {
      title: 'Chat p95 by how it ended',
      description: 'Failures that are fast and successes that are slow look alike in one line; here they are apart.',
      kind: 'timeseries',
      unit: 'ms',
      signal: 'latency',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le, route, method, status_family) (${rate(chosenModel.buckets('codex_http_latency_ms', { route }), WINDOW)}))`,
          legend: '{{status_family}}',
        },
      ],
    },
    {
      title: 'Chat p95 by model',
      description: 'Whether one model is slow, or all are.',
      kind: 'timeseries',
      unit: 'ms',
      signal: 'latency',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le, model) (${rate(chosenModel.buckets('codex_http_latency_ms', { route, status_family: '2xx' }), WINDOW)}))`,
          legend: '{{model}}',
        },
      ],
    },
    {
      title: 'First token',
      description: 'From the request line to the first content delta of a stream.',
      kind: 'timeseries',
      unit: 'ms',
      signal: 'firstTokenBurn',
      steps: [
        { from: 0, colour: 'green' },
        { from: OBJECTIVES.firstTokenMs, colour: 'red' },
      ],
      queries: quantiles(chosenModel.buckets('codex_stream_ttft_ms')),
    },
    {
      title: 'Between deltas',
      description: 'How evenly streams flow. Rising p99 with a steady first token: the provider stalls in mid-answer.',
      kind: 'timeseries',
      unit: 'ms',
      signal: 'latency',
      queries: quantiles(chosenModel.buckets('codex_stream_inter_delta_ms')),
    },
    {
      title: 'Worker handshake',
      description: 'From the start of a worker process to its answer.',
      kind: 'timeseries',
      unit: 'ms',
      signal: 'notReady',
      queries: [
        {
          expr: `sum(${chosen.total('codex_worker_handshake_ms').selector}) / sum(${chosen.observations('codex_worker_handshake_ms').selector})`,
          legend: 'mean since the start of the proxy',
        },
      ],
    },
  ],
};
