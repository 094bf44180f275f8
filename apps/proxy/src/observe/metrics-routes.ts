import { createMetricsRouter, observeWorker, type Metrics } from '@codex-proxy/metrics';
import type { ToolBufferAnomaly } from '@codex-proxy/tool-buffer';
import type { Supervisor } from '@codex-proxy/worker';
import { Router } from 'express';

export interface MetricsRoutesOptions {
  readonly metrics: Metrics;
  readonly supervisor: Supervisor;
  readonly anomaly: ToolBufferAnomaly;
  readonly token: string | undefined;
  readonly allowsLoopback: boolean;
  readonly onRefused: () => void;
}

/** `/metrics`, with the worker's gauges read at each scrape. */
export function createMetricsRoutes(options: MetricsRoutesOptions): Router {
  const { metrics, supervisor, anomaly, token, allowsLoopback, onRefused } = options;
  const routes = Router();
  routes.use('/metrics', (_request, _response, next) => {
    observeWorker(metrics, supervisor.snapshot());
    metrics.gauge('codex_worker_rss_bytes').set({}, supervisor.residentBytes());
    metrics.gauge('codex_tool_buffer_anomaly').set({}, anomaly.active ? 1 : 0);
    next();
  });
  routes.use(createMetricsRouter({ metrics, enabled: true, token, allowsLoopback, onRefused }));
  return routes;
}
