import type { RunEventDropReason, RunEventTypeName } from '@codex-proxy/contracts';
import type { Logger } from '@codex-proxy/logging';
import type { Metrics } from '@codex-proxy/metrics';
import type { Pruned } from '@codex-proxy/run-events';
import type { StateDbError } from '@codex-proxy/state-db';

/** What is logged and counted of the durable record. */
export interface RunEventsObserver {
  onFailure(error: StateDbError): void;
  onRecover(recovery: { readonly dropped: number }): void;
  onAppended(type: RunEventTypeName, count: number): void;
  onDropped(reason: RunEventDropReason): void;
  onPruned(pruned: Pruned): void;
}

/** The one place. */
export function createRunEventsObserver({ logger, metrics }: { logger: Logger; metrics: Metrics }): RunEventsObserver {
  const appended = metrics.counter('codex_run_events_appended_total');
  const dropped = metrics.counter('codex_run_events_dropped_total');
  return {
    onFailure: ({ code, message }) => {
      logger.event('run_events_failed', { reason: code, error_message: message });
    },
    onRecover: (recovery) => {
      logger.event('run_events_recovered', { count: recovery.dropped });
    },
    onAppended: (type, count) => {
      appended.inc({ type }, count);
    },
    onDropped: (reason) => {
      dropped.inc({ reason });
    },
    onPruned: ({ events, bytes, durationMs }) => {
      if (events > 0) logger.event('run_events_retention', { count: events, bytes, duration_ms: Math.round(durationMs) });
    },
  };
}
