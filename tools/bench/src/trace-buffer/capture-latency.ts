import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import type { BenchmarkContext } from '../benchmark.ts';
import { closedLoop } from '../client/closed-loop.ts';
import { HttpClient } from '../client/http-client.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { MODEL } from '../proxy-load/scenario.ts';
import type { Row } from '../report/row.ts';
import { percentile } from '../statistics/percentile.ts';
import { inTurns, switchCapture, type Capture } from './switched.ts';

const DELTAS = 20;
const CLIENTS = 8;
const TURNS = 400;
const ROUNDS_A_REPETITION = 4;

/** What capture costs until the first delta: streams on a scripted worker that thinks for 10 ms and sends a delta a millisecond. */
export async function captureLatency(context: BenchmarkContext): Promise<Row[]> {
  const adminToken = randomBytes(12).toString('hex');
  const worker = { deltas: DELTAS, firstDeltaMs: 10, interDeltaMs: 1, models: [MODEL] };
  const codexBin = await writeScriptedWorker(join(context.folder, 'worker-trace-latency'), worker);
  const environment = { PROXY_ADMIN_TOKEN: adminToken };
  const front = await startProxyFront(context, { name: 'trace-latency', codexBin, model: MODEL, environment });
  const client = new HttpClient(front, { model: MODEL, prompt: 'Hello there, how are you?', deltas: DELTAS });
  const firstDeltasMs: Record<Capture, number[]> = { on: [], off: [] };
  for (let round = 0; round <= context.options.repetitions * ROUNDS_A_REPETITION; round += 1) {
    context.say(`first delta, ${round === 0 ? 'warming up' : `round ${round}`}`);
    for (const capture of inTurns(round)) {
      await switchCapture(front, adminToken, capture);
      const times = await closedLoop(TURNS, CLIENTS, async () => client.turn());
      if (round > 0) firstDeltasMs[capture].push(...times.map((one) => one.firstDeltaMs));
    }
  }
  client.close();
  await front.stop();
  return [0.5, 0.95].map((share) => ({
    what: `first delta p${share * 100}, ${CLIENTS} clients, capture on`,
    measured: percentile(firstDeltasMs.on, share),
    unit: 'ms',
    reference: { name: 'off', measured: percentile(firstDeltasMs.off, share) },
    target: { ratio: { op: '≤', value: 1.02 } },
  }));
}
