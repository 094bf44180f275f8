import type { Benchmark } from './benchmark.ts';
import { proxyLoad } from './proxy-load/proxy-load.ts';

/** Every benchmark of this tool, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [proxyLoad];
