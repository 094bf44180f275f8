import type { BenchmarkContext, BenchmarkResult } from '../benchmark.ts';
import { closedLoop } from '../client/closed-loop.ts';
import { HttpClient } from '../client/http-client.ts';
import { startProvider } from '../front/provider.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { childWithArgument } from '../process/proc.ts';
import { growthKb, residentBytes, samplesTable, type Sample } from './growth.ts';
import { heapBytes } from './heap.ts';

const TURNS = 1_000;
const SAMPLED_EVERY = 100;
const WARM_AFTER = 300;
const CLIENTS = 8;
const PACE = { firstTokenMs: 0, interTokenMs: 0, deltas: 20 };
const QUESTION = { model: 'demo-codex', prompt: 'Hello there, how are you?', deltas: PACE.deltas };
/** A thread that stays loaded costs the worker about 1,000 KB. */
const FLAT_KB_A_TURN = 20;

/** Turns on the real worker: does it, or the proxy, keep something of each? */
export async function soakRealWorker(context: BenchmarkContext): Promise<BenchmarkResult> {
  const provider = await startProvider(context, PACE);
  const proxy = await startProxyFront(context, { name: 'real', providerUrl: provider.url, model: QUESTION.model });
  const workerPid = childWithArgument(proxy.pid, 'app-server');
  if (workerPid === undefined) throw new Error('the proxy has no worker');
  const client = new HttpClient(proxy, QUESTION);
  const sample = async (turns: number): Promise<Sample> => ({
    turns,
    bytes: { worker: residentBytes(workerPid), proxy: residentBytes(proxy.pid), 'proxy heap': await heapBytes(proxy) },
  });
  const samples = [await sample(0)];
  for (let turns = SAMPLED_EVERY; turns <= TURNS; turns += SAMPLED_EVERY) {
    await closedLoop(SAMPLED_EVERY, CLIENTS, async () => client.turn());
    samples.push(await sample(turns));
    context.say(`${turns} of ${TURNS} turns`);
  }
  client.close();
  await proxy.stop();
  await provider.stop();
  const target = { measured: { op: '≤', value: FLAT_KB_A_TURN } } as const;
  return {
    rows: ['worker', 'proxy'].map((whose) => ({
      what: `growth of the ${whose}, turns ${WARM_AFTER} to ${TURNS}`,
      measured: growthKb(samples, whose, WARM_AFTER),
      unit: 'KB a turn',
      target,
    })),
    tables: [samplesTable(`soak-turns: resident memory over ${TURNS} turns on the real worker, ${CLIENTS} clients`, 'turns', samples)],
  };
}
