import { collectDefaultMetrics, Registry } from 'prom-client';

/** Gauges that end in `_total` as only counters may: `promtool check metrics` finds fault with them. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** prom-client's process, heap, garbage collection and event-loop metrics, in a registry of their own. */
export function createProcessMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
}
