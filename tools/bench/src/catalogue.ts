import { archive } from './archive/archive.ts';
import { archiveStreams } from './archive/archive-streams.ts';
import type { Benchmark } from './benchmark.ts';
import { proxyAbort } from './proxy-abort/proxy-abort.ts';
import { proxyLatency } from './proxy-latency/proxy-latency.ts';
import { proxyLoad } from './proxy-load/proxy-load.ts';
import { scriptBenchmarks } from './script-benchmark/script-benchmark.ts';
import { soakTurns } from './soak-turns/soak-turns.ts';
import { traceBuffer } from './trace-buffer/trace-buffer.ts';
import { workerLogDb } from './worker-log-db/worker-log-db.ts';

/** Every benchmark, in the order in which they run. */
export function benchmarks(root: string): Benchmark[] {
  return [proxyLatency, proxyLoad, proxyAbort, soakTurns, traceBuffer, archive, archiveStreams, workerLogDb, ...scriptBenchmarks(root)];
}
