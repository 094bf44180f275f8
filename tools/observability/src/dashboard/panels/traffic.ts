import { BURN_RATES, CHAT_ROUTE, OBJECTIVES, THRESHOLDS, type Window } from '../../objectives.ts';
import { rate } from '../../promql/series.ts';
import { budget } from '../../rules/burn-alerts.ts';
import { recorded } from '../../rules/recording-rules.ts';
import type { Panel, Query, Row } from '../panel.ts';
import { chosen, chosenJob, chosenModel, WINDOW } from '../scope.ts';

const route = CHAT_ROUTE;

function burn(title: string, signal: 'availabilityBurn' | 'firstTokenBurn', objective: number, ratio: (window: Window) => string): Panel {
  const over = (window: Window): Query => ({ expr: `${chosenJob.other(ratio(window))} / ${budget(objective)}`, legend: window });
  return {
    title,
    description: `How many times as fast as it may the budget is spent; both windows of a pair must be above its line. ${BURN_RATES.Fast.factor} (1 h and 5 m) and ${BURN_RATES.Slow.factor} (6 h and 30 m) page, ${BURN_RATES.Creeping.factor} (3 d and 6 h) is for working hours.`,
    kind: 'timeseries',
    unit: 'short',
    signal,
    steps: [
      { from: 0, colour: 'green' },
      { from: BURN_RATES.Creeping.factor, colour: 'yellow' },
      { from: BURN_RATES.Slow.factor, colour: 'orange' },
      { from: BURN_RATES.Fast.factor, colour: 'red' },
    ],
    queries: [over('5m'), over('30m'), over('1h'), over('6h'), over('3d')],
  };
}

export const TRAFFIC: Row = {
  title: 'Traffic and errors',
  perLine: 3,
  panels: [
    {
      title: 'Throughput by route',
      description: 'Requests that ended, probes and scrapes too.',
      kind: 'timeseries',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: `sum by (route) (${rate(chosen.counter('codex_http_requests_total'), WINDOW)})`, legend: '{{route}}' }],
    },
    {
      title: 'Chat throughput by status',
      description: '4xx is for the client to mend; a client that left counts there too.',
      kind: 'timeseries',
      unit: 'reqps',
      stacked: true,
      signal: 'errors',
      queries: [
        {
          expr: `sum by (status_family) (${rate(chosen.counter('codex_http_requests_total', { route }), WINDOW)})`,
          legend: '{{status_family}}',
        },
      ],
    },
    {
      title: 'Tokens',
      description: 'As the provider reported them. Cached are part of prompt, reasoning of response.',
      kind: 'timeseries',
      unit: 'cps',
      queries: [
        { expr: `sum by (direction) (${rate(chosenModel.counter('codex_tokens_total'), WINDOW)})`, legend: '{{direction}} a second' },
      ],
    },
    {
      title: 'Error ratio',
      description: 'Share of chat requests that failed by fault of the service. The alert takes the five minutes.',
      kind: 'timeseries',
      unit: 'percentunit',
      signal: 'errors',
      steps: [
        { from: 0, colour: 'green' },
        { from: THRESHOLDS.errorRatio, colour: 'red' },
      ],
      queries: [
        { expr: chosenJob.other(recorded.errorRatio('5m')), legend: '5m' },
        { expr: chosenJob.other(recorded.errorRatio('1h')), legend: '1h' },
      ],
    },
    {
      title: 'Errors by code',
      description: 'What clients were told. docs/reference/errors.md has the codes.',
      kind: 'timeseries',
      unit: 'reqps',
      stacked: true,
      signal: 'errors',
      queries: [
        {
          expr: `sum by (error_code) (${rate(chosen.counter('codex_http_errors_total', { route }), WINDOW)})`,
          legend: '{{error_code}}',
        },
      ],
    },
    {
      title: 'Alerts',
      description: 'Those of this service that are pending or fire.',
      kind: 'states',
      unit: 'none',
      words: { 1: { text: 'on', colour: 'red' } },
      queries: [
        { expr: 'max by (alertname, alertstate) (ALERTS{page_service="codex-app", job="$job"})', legend: '{{alertname}} {{alertstate}}' },
      ],
    },
    burn('Availability: budget burn', 'availabilityBurn', OBJECTIVES.availability, recorded.errorRatio),
    burn('First token: budget burn', 'firstTokenBurn', OBJECTIVES.firstToken, recorded.lateRatio),
    {
      title: 'Streams',
      description: 'Those that are open, and those that ended, by outcome.',
      kind: 'timeseries',
      unit: 'cps',
      signal: 'errors',
      queries: [
        { expr: `sum by (outcome) (${rate(chosen.counter('codex_stream_end_total'), WINDOW)})`, legend: '{{outcome}} a second' },
        { expr: `sum(${chosen.gauge('codex_streams_active')})`, legend: 'open', rightUnit: 'short' },
      ],
    },
    {
      title: 'Connections',
      description: 'Those that are open, and those closed as they came because PROXY_MAX_CONNECTIONS were open.',
      kind: 'timeseries',
      unit: 'cps',
      queries: [
        { expr: `sum(${rate(chosen.counter('codex_http_connections_refused_total'), WINDOW)})`, legend: 'refused a second' },
        { expr: `sum(${chosen.gauge('codex_http_connections')})`, legend: 'open', rightUnit: 'short' },
      ],
    },
  ],
};
