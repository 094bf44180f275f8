import type { BenchmarkContext, BenchmarkResult } from '../benchmark.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { ensureWrk } from '../load/find-wrk.ts';
import { failures, runWrk } from '../load/wrk.ts';
import { MODEL, requestBody, scenarioWorker } from '../proxy-load/scenario.ts';
import { growthKb, residentBytes, samplesTable, type Sample } from './growth.ts';
import { heapBytes } from './heap.ts';

const REQUESTS = 100_000;
const SLICE_S = 1;
const CONNECTIONS = 32;
const WARM_AFTER = 50_000;
/** 0.2 KB would be 20 MB over the whole run, and less than one line of the log. */
const FLAT_KB_A_REQUEST = 0.2;

/** Many requests in a short time on a scripted worker: does the proxy keep something of each? */
export async function soakScriptedWorker(context: BenchmarkContext): Promise<BenchmarkResult> {
  await ensureWrk(context.say);
  const codexBin = await scenarioWorker(context.folder, { id: 'soak', deltas: 1 });
  const proxy = await startProxyFront(context, { name: 'scripted', codexBin, model: MODEL });
  const load = { connections: CONNECTIONS, seconds: SLICE_S, body: requestBody({ stream: false }) };
  const sample = async (turns: number): Promise<Sample> => ({
    turns,
    bytes: { proxy: residentBytes(proxy.pid), 'proxy heap': await heapBytes(proxy) },
  });
  const samples = [await sample(0)];
  let [answered, failed] = [0, 0];
  while (answered < REQUESTS) {
    const summary = await runWrk(proxy, load);
    if (summary.requests === 0) throw new Error('no request was answered in a second');
    answered += summary.requests;
    failed += failures(summary);
    samples.push(await sample(answered));
  }
  context.say(`${answered} requests, ${failed} failed`);
  await proxy.stop();
  return {
    rows: [
      {
        what: `growth of the proxy, requests ${WARM_AFTER} to ${REQUESTS}`,
        measured: growthKb(samples, 'proxy', WARM_AFTER),
        unit: 'KB a request',
        target: { measured: { op: '≤', value: FLAT_KB_A_REQUEST } },
      },
      { what: `failed of ${answered} requests`, measured: failed, unit: '', target: { measured: { op: '≤', value: 0 } } },
    ],
    tables: [
      samplesTable(
        `soak-turns: memory of the proxy over ${REQUESTS} non-streamed requests, ${CONNECTIONS} connections`,
        'requests',
        samples,
      ),
    ],
  };
}
