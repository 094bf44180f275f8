import type { Logger } from '@codex-proxy/logging';
import type { MaintenanceOptions } from '@codex-proxy/maintenance';
import { observeMaintenance, type Metrics } from '@codex-proxy/metrics';

/** What is logged and counted of maintenance mode: the one place. */
export function createMaintenanceObserver(parts: {
  logger: Logger;
  metrics: Metrics;
}): Pick<MaintenanceOptions, 'onChange' | 'onFileFailure' | 'onFileRecovery'> {
  const { logger, metrics } = parts;
  return {
    onChange: ({ from, to, source, state }) => {
      observeMaintenance(metrics, state.enabled);
      const { enabled, reason, author, expires_at } = state;
      logger.event('maintenance_toggled', { from, to, source, reason, author, expires_at, maintenance_mode: enabled });
    },
    onFileFailure: ({ operation, error }) => {
      logger.event('maintenance_file_failed', { reason: operation, error_message: error.message });
    },
    onFileRecovery: () => {
      logger.event('maintenance_file_recovered');
    },
  };
}
