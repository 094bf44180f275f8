import type { Logger } from '@codex-proxy/logging';
import type { Metrics } from '@codex-proxy/metrics';
import type { WorkerLogDbOptions } from '@codex-proxy/worker-log-db';

/** What is logged and counted of the worker's own log database: the one place. */
export function createWorkerLogObserver(parts: {
  logger: Logger;
  metrics: Metrics;
}): Pick<WorkerLogDbOptions, 'onReport' | 'onFailure' | 'onRecover'> {
  const { logger, metrics } = parts;
  return {
    onReport: ({ bytes, reclaimedBytes, deletedRows, durationMs }) => {
      metrics.gauge('codex_worker_log_db_bytes').set({}, bytes);
      if (deletedRows === 0) return;
      logger.event('worker_log_db_reclaimed', { bytes: reclaimedBytes, count: deletedRows, duration_ms: Math.round(durationMs) });
    },
    onFailure: (error) => {
      logger.event('worker_log_db_failed', { error_message: error.message });
    },
    onRecover: () => {
      logger.event('worker_log_db_recovered', {});
    },
  };
}
