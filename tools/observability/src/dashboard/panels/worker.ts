import { WORKER_RECYCLE_REASONS, WORKER_STATES } from '@codex-proxy/contracts';
import { increase, rate } from '../../promql/series.ts';
import type { Panel, Row } from '../panel.ts';
import { chosen, WINDOW } from '../scope.ts';

/** One number for each state, so that a state timeline shows which it is. */
const STATES = WORKER_STATES.map((state, index) => `${index} * max by (instance) (${chosen.gauge('codex_worker_state', { state })} == 1)`);
const STATE_COLOURS = {
  starting: 'yellow',
  handshake: 'yellow',
  ready: 'green',
  draining: 'blue',
  exited: 'red',
  backoff: 'orange',
  stopped: 'red',
} as const;

const STATE: Panel = {
  title: 'Worker state',
  description: 'The state of the serving worker of each instance.',
  kind: 'states',
  unit: 'none',
  signal: 'notReady',
  words: Object.fromEntries(WORKER_STATES.map((state, index) => [index, { text: state, colour: STATE_COLOURS[state] }])),
  queries: [{ expr: STATES.join('\nor\n'), legend: '{{instance}}' }],
};

export const WORKER: Row = {
  title: 'Worker',
  perLine: 3,
  panels: [
    {
      title: 'Restarts and recycles',
      description:
        'Restarts replace a worker that ended; recycles are planned, and no request fails by them. Counted over ten minutes; more than three restarts page.',
      kind: 'timeseries',
      unit: 'short',
      signal: 'restarts',
      steps: [
        { from: 0, colour: 'green' },
        { from: 3.5, colour: 'red' },
      ],
      queries: [
        { expr: `round(${increase(chosen.counter('codex_worker_restarts_total'), '10m')})`, legend: 'restarts {{instance}}' },
        {
          expr: `sum by (reason) (round(${increase(chosen.counter('codex_worker_recycles_total', { reason: WORKER_RECYCLE_REASONS }), '10m')}))`,
          legend: 'recycles {{reason}}',
        },
      ],
    },
    {
      title: 'Backoff',
      description: 'The restart delay that runs: 250 ms, doubling to 5 s. 0 when none does.',
      kind: 'timeseries',
      unit: 'ms',
      signal: 'restarts',
      queries: [{ expr: chosen.gauge('codex_worker_backoff_ms'), legend: '{{instance}}' }],
    },
    STATE,
    {
      title: 'In flight and queue',
      description: 'Turns that occupy a slot of the worker, and requests that wait for one.',
      kind: 'timeseries',
      unit: 'short',
      signal: 'queue',
      queries: [
        { expr: `sum(${chosen.gauge('codex_worker_inflight')})`, legend: 'in flight' },
        { expr: `sum(${chosen.gauge('codex_worker_queue_depth')})`, legend: 'waiting' },
      ],
    },
    {
      title: 'Memory',
      description: 'Resident memory of the worker and of the proxy.',
      kind: 'timeseries',
      unit: 'bytes',
      signal: 'restarts',
      queries: [
        { expr: chosen.gauge('codex_worker_rss_bytes'), legend: 'worker {{instance}}' },
        { expr: chosen.other('process_resident_memory_bytes'), legend: 'proxy {{instance}}' },
      ],
    },
    {
      title: 'Proxy: event loop and CPU',
      description: 'p99 of the delay of the event loop, and cores in use. Both high: the proxy itself is the bottleneck.',
      kind: 'timeseries',
      unit: 's',
      signal: 'latency',
      queries: [
        { expr: chosen.other('nodejs_eventloop_lag_p99_seconds'), legend: 'loop delay {{instance}}' },
        { expr: `rate(${chosen.other('process_cpu_seconds_total')}[${WINDOW}])`, legend: 'cores {{instance}}', rightUnit: 'short' },
      ],
    },
    {
      title: 'Maintenance over time',
      description: 'When clients were turned away.',
      kind: 'states',
      unit: 'none',
      signal: 'maintenance',
      words: { 0: { text: 'off', colour: 'green' }, 1: { text: 'on', colour: 'orange' } },
      queries: [{ expr: chosen.gauge('codex_maintenance_mode', { state: 'on' }), legend: '{{instance}}' }],
    },
    {
      title: 'Maintenance refusals',
      description: 'Clients that were turned away. They count in no ratio.',
      kind: 'timeseries',
      unit: 'reqps',
      signal: 'maintenance',
      queries: [
        {
          expr: `sum by (route) (${rate(chosen.counter('codex_http_errors_total', { error_code: 'maintenance' }), WINDOW)})`,
          legend: '{{route}}',
        },
      ],
    },
    {
      title: 'Versions',
      description: 'Of proxy and worker: a change is a deployment.',
      kind: 'states',
      unit: 'none',
      words: { 1: { text: 'running', colour: 'blue' } },
      queries: [{ expr: chosen.gauge('codex_build_info'), legend: '{{version}}, Codex {{codex_version}}' }],
    },
  ],
};
