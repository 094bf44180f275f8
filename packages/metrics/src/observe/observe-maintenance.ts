import type { Metrics } from '../metrics.ts';

/** Sets both series of `codex_maintenance_mode`. */
export function observeMaintenance(metrics: Metrics, enabled: boolean): void {
  const gauge = metrics.gauge('codex_maintenance_mode');
  gauge.set({ state: 'on' }, enabled ? 1 : 0);
  gauge.set({ state: 'off' }, enabled ? 0 : 1);
}
