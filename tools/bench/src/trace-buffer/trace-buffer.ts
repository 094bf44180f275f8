import type { Benchmark } from '../benchmark.ts';
import { ensureWrk } from '../load/find-wrk.ts';
import { SCENARIOS } from '../proxy-load/scenario.ts';
import type { Row } from '../report/row.ts';
import { captureLatency } from './capture-latency.ts';
import { captureLoad } from './capture-load.ts';
import { staleStart } from './stale-start.ts';

const LOADS: readonly string[] = ['whole-1', 'stream-20'];

/** What the trace buffer costs: in throughput, until the first delta, and at the start. */
export const traceBuffer: Benchmark = {
  name: 'trace-buffer',
  about: 'capture of traces on against off in one proxy: throughput, first delta; a start that finds 5,000 stale traces',
  async run(context) {
    await ensureWrk(context.say);
    const rows: Row[] = [];
    for (const scenario of SCENARIOS.filter(({ id }) => LOADS.includes(id))) rows.push(...(await captureLoad(context, scenario)));
    rows.push(...(await captureLatency(context)), ...(await staleStart(context)));
    return { rows };
  },
};
