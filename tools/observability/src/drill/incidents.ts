import { setTimeout as sleep } from 'node:timers/promises';
import type { Field, Incident } from './incident.ts';

const PROVIDER_FAILED = { message: 'It is broken.', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 502 } } };
const SLOW_MS = 1_500;
const SLOW_CLIENTS = 6;
const STREAMING_CLIENTS = 4;
const KILL_EVERY_MS = 250;

async function during({ signal }: Field, everyMs: number, task: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await task();
    await sleep(everyMs);
  }
}

function clients(count: number, one: () => Promise<void>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, one));
}

/** Kills each worker as soon as it serves. */
async function killWorkers({ proxy, signal }: Field): Promise<void> {
  let killed: number | undefined;
  while (!signal.aborted) {
    const pid = proxy.workerPid();
    if (pid !== undefined && pid !== killed) {
      process.kill(pid, 'SIGKILL');
      killed = pid;
    }
    await sleep(KILL_EVERY_MS);
  }
}

/** In this order: what a later one does besides its own alert must not hide an earlier one. */
export const INCIDENTS: readonly Incident[] = [
  {
    name: 'tool-buffer',
    alert: 'CodexToolBufferAnomaly',
    trigger: 'One answer that opens a `<use_tool>` block and ends inside of it.',
    remedy: 'none; the gauge falls back two minutes after the last abort. This window is the proxy’s own, and not shortened.',
    inject: ({ proxy }) => proxy.chat({ deltas: ['<use_tool><name>read</name>', 'and no end'] }),
    request: { inLog: ({ proxy }) => proxy.lastAborted() },
    panels: ['Tool buffer', 'Tool buffer anomaly'],
    passes: true,
  },
  {
    name: 'latency',
    alert: 'CodexLatencyP95AboveBaseline',
    trigger: `${SLOW_CLIENTS} more clients whose first token takes ${SLOW_MS / 1_000} s each, on top of the usual load.`,
    remedy:
      'The slow clients stop. The p95 is that of a sliding five minutes, which are not shortened: it falls as fast requests outnumber the slow ones.',
    inject: (field) => clients(SLOW_CLIENTS, () => during(field, 0, () => field.proxy.chat({ firstDeltaMs: SLOW_MS, deltas: 2 }))),
    request: { inAccessLog: ({ latency_ms }) => (latency_ms ?? 0) >= SLOW_MS },
    panels: ['Chat latency p50, p95, p99 (sliding 5 m)', 'First token'],
  },
  {
    name: 'maintenance',
    alert: 'CodexMaintenanceTooLong',
    trigger: 'Maintenance mode is switched on with `codex-ops`, without an expiry, and forgotten.',
    remedy: 'It is switched off with `codex-ops`.',
    inject: ({ ops }) => ops('maintenance', 'on', '--reason', 'drill: forgotten', '--author', 'on call'),
    mend: ({ ops }) => ops('maintenance', 'off', '--author', 'on call'),
    request: { inAccessLog: ({ error_code }) => error_code === 'maintenance' },
    panels: ['Maintenance over time', 'Maintenance refusals'],
  },
  {
    name: 'errors',
    alert: 'CodexErrorRatioHigh',
    trigger: 'A client whose turns the provider answers with 502, about three a second, beside the usual load.',
    remedy: 'The failing requests stop, as when a provider recovers.',
    inject: (field) => clients(1, () => during(field, 250, () => field.proxy.chat({ fail: PROVIDER_FAILED }))),
    request: { inAccessLog: ({ error_code }) => error_code === 'provider_error' },
    panels: ['Error ratio', 'Errors by code'],
  },
  {
    name: 'restarts',
    alert: 'CodexWorkerRestartsFrequent',
    trigger: 'A loop that sends SIGKILL to every worker as soon as it serves, while clients stream.',
    remedy: 'The kill loop stops; the next worker stays.',
    inject: (field) => {
      const streaming = clients(STREAMING_CLIENTS, () => during(field, 50, () => field.proxy.chat({ deltas: 20, interDeltaMs: 100 })));
      return Promise.all([killWorkers(field), streaming]);
    },
    request: { inAccessLog: ({ error_code }) => error_code === 'worker_exited' },
    panels: ['Restarts and recycles', 'Backoff'],
  },
];
