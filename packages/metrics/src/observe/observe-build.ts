import type { Metrics } from '../metrics.ts';

/**
 * Sets `codex_build_info`, of which there is one series at a time.
 * @param codexVersion Of the worker's handshake; `unknown` before the first.
 */
export function observeBuild(metrics: Metrics, version: string, codexVersion = 'unknown'): void {
  const gauge = metrics.gauge('codex_build_info');
  gauge.reset();
  gauge.set({ version, codex_version: codexVersion }, 1);
}
