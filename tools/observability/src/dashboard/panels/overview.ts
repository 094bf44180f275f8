import { BURN_RATES, OBJECTIVES, THRESHOLDS } from '../../objectives.ts';
import { increase } from '../../promql/series.ts';
import { recorded } from '../../rules/recording-rules.ts';
import { budget } from '../../rules/burn-alerts.ts';
import type { Row } from '../panel.ts';
import { chosen, chosenJob } from '../scope.ts';

const YES_NO = { 0: { text: 'no', colour: 'red' }, 1: { text: 'yes', colour: 'green' } } as const;

const BURN_STEPS = [
  { from: 0, colour: 'green' },
  { from: BURN_RATES.Creeping.factor, colour: 'yellow' },
  { from: BURN_RATES.Slow.factor, colour: 'orange' },
  { from: BURN_RATES.Fast.factor, colour: 'red' },
] as const;

export const OVERVIEW: Row = {
  title: 'At a glance',
  perLine: 8,
  panels: [
    {
      title: 'Scraped',
      description: 'Whether Prometheus gets an answer from every chosen instance. Where it does not, all other panels show the past.',
      kind: 'stat',
      unit: 'none',
      signal: 'proxyDown',
      words: YES_NO,
      queries: [{ expr: `min(${chosen.other('up')})`, legend: 'scraped' }],
    },
    {
      title: 'Worker ready',
      description: 'Whether every chosen instance has a worker that serves.',
      kind: 'stat',
      unit: 'none',
      signal: 'notReady',
      words: YES_NO,
      queries: [{ expr: `min(${chosen.gauge('codex_worker_ready')})`, legend: 'ready' }],
    },
    {
      title: 'Maintenance',
      description: 'Whether clients are turned away.',
      kind: 'stat',
      unit: 'none',
      signal: 'maintenance',
      words: { 0: { text: 'off', colour: 'green' }, 1: { text: 'on', colour: 'orange' } },
      queries: [{ expr: `max(${chosen.gauge('codex_maintenance_mode', { state: 'on' })})`, legend: 'on' }],
    },
    {
      title: 'Error ratio, 5 m',
      description: 'Share of chat requests that failed by fault of the service. Clients that left and maintenance refusals do not count.',
      kind: 'stat',
      unit: 'percentunit',
      signal: 'errors',
      steps: [
        { from: 0, colour: 'green' },
        { from: THRESHOLDS.errorRatio / 2, colour: 'yellow' },
        { from: THRESHOLDS.errorRatio, colour: 'red' },
      ],
      queries: [{ expr: chosenJob.other(recorded.errorRatio('5m')), legend: 'failed' }],
    },
    {
      title: 'p95 over baseline',
      description:
        'The p95 of the last five minutes as a share of the usual one: 105 % is where the alert begins. Empty until an hour of baseline is there.',
      kind: 'stat',
      unit: 'percentunit',
      signal: 'latency',
      steps: [
        { from: 0, colour: 'green' },
        { from: 1, colour: 'yellow' },
        { from: THRESHOLDS.latencyFactor, colour: 'red' },
      ],
      queries: [{ expr: `${chosenJob.other(recorded.p95)} / ${chosenJob.other(recorded.p95Baseline)}`, legend: 'of baseline' }],
    },
    {
      title: 'Restarts, 10 m',
      description: 'Workers started to replace one that ended, over ten minutes.',
      kind: 'stat',
      unit: 'short',
      signal: 'restarts',
      steps: [
        { from: 0, colour: 'green' },
        { from: 1, colour: 'yellow' },
        { from: THRESHOLDS.restarts + 1, colour: 'red' },
      ],
      queries: [
        {
          expr: `sum(round(${increase(chosen.counter('codex_worker_restarts_total'), '10m')}))`,
          legend: 'restarts',
        },
      ],
    },
    {
      title: 'Budget burn, 1 h',
      description: `How many times as fast as it may the availability budget is spent, over an hour. ${BURN_RATES.Fast.factor} pages.`,
      kind: 'stat',
      unit: 'short',
      signal: 'availabilityBurn',
      steps: BURN_STEPS,
      queries: [{ expr: `${chosenJob.other(recorded.errorRatio('1h'))} / ${budget(OBJECTIVES.availability)}`, legend: 'times' }],
    },
    {
      title: 'First token burn, 1 h',
      description: `How many times as fast as it may the first-token budget is spent, over an hour. ${BURN_RATES.Fast.factor} pages.`,
      kind: 'stat',
      unit: 'short',
      signal: 'firstTokenBurn',
      steps: BURN_STEPS,
      queries: [{ expr: `${chosenJob.other(recorded.lateRatio('1h'))} / ${budget(OBJECTIVES.firstToken)}`, legend: 'times' }],
    },
  ],
};
