export { CatalogueError } from './errors.ts';
export { createMetrics, type Metrics, type MetricsOptions } from './metrics.ts';
export type { Counter, Gauge, Histogram, Summary } from './instruments/instruments.ts';
export { observeBuild } from './observe/observe-build.ts';
export { observeMaintenance } from './observe/observe-maintenance.ts';
export { observeTerminalRecord } from './observe/observe-terminal-record.ts';
export { observeWorker } from './observe/observe-worker.ts';
export { createMetricsRouter, type MetricsRouterOptions } from './exposition/metrics-router.ts';
