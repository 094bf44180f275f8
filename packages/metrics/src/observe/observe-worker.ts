import { WORKER_STATES, type WorkerSnapshot } from '@codex-proxy/contracts';
import type { Metrics } from '../metrics.ts';

/** Sets the gauges of the worker from what is known of it now. */
export function observeWorker(metrics: Metrics, snapshot: WorkerSnapshot): void {
  metrics.gauge('codex_worker_ready').set({}, snapshot.state === 'ready' ? 1 : 0);
  const states = metrics.gauge('codex_worker_state');
  for (const state of WORKER_STATES) states.set({ state }, state === snapshot.state ? 1 : 0);
  metrics.gauge('codex_worker_backoff_ms').set({}, snapshot.backoffMs);
  metrics.gauge('codex_worker_inflight').set({}, snapshot.inflight);
  metrics.gauge('codex_worker_queue_depth').set({}, snapshot.queueDepth);
}
