import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { closedLoop } from '../client/closed-loop.ts';
import { HttpClient } from '../client/http-client.ts';
import { recordDialogue } from '../client/recording.ts';
import { RpcClient } from '../client/rpc-client.ts';
import type { TurnClient, TurnTimes } from '../client/turn.ts';
import { startProvider } from '../front/provider.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import type { Row } from '../report/row.ts';
import { percentile } from '../statistics/percentile.ts';

const PACE = { firstTokenMs: 300, interTokenMs: 20, deltas: 20 };
const ROUNDS = 5;
const LOADS = [
  { clients: 1, turnsPerRound: 12 },
  { clients: 8, turnsPerRound: 32 },
  { clients: 32, turnsPerRound: 64 },
] as const;
const RATIO_TARGET = { op: '≤', value: 1.05 } as const;
const MODEL = 'demo-codex';
const PROMPT = 'Hello there, how are you?';

/** Ours against a bare JSON-RPC client, each with a real worker of its own, on a provider that takes its time. */
export const proxyLatency: Benchmark = {
  name: 'proxy-latency',
  about: 'time to first delta and total on the real worker at 1, 8 and 32 clients, against a bare JSON-RPC client',
  async run(context) {
    const provider = await startProvider(context, PACE);
    const question = { providerUrl: provider.url, model: MODEL, prompt: PROMPT };
    const bare = await RpcClient.start(context, await recordDialogue(context, question), PACE.deltas);
    const proxy = await startProxyFront(context, { name: 'proxy', providerUrl: provider.url, model: MODEL });
    const ours = new HttpClient(proxy, { model: MODEL, prompt: PROMPT, deltas: PACE.deltas });
    const rows: Row[] = [];
    for (const { clients, turnsPerRound } of LOADS) {
      const times = await alternate(context, clients, turnsPerRound, ours, bare);
      rows.push(...compare(clients, times.ours, times.bare));
    }
    ours.close();
    await Promise.all([proxy.stop(), bare.stop(), provider.stop()]);
    return { rows };
  },
};

interface Times {
  readonly ours: TurnTimes[];
  readonly bare: TurnTimes[];
}

/** Both are up all the time, and take turns; the first round is for warming up and counts for nothing. */
async function alternate(context: BenchmarkContext, clients: number, turns: number, ours: TurnClient, bare: TurnClient): Promise<Times> {
  const times: Times = { ours: [], bare: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    context.say(`${clients} client${clients === 1 ? '' : 's'}, ${round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`}`);
    const [fromOurs, fromBare] = [
      await closedLoop(turns, clients, async () => ours.turn()),
      await closedLoop(turns, clients, async () => bare.turn()),
    ];
    if (round === 0) continue;
    times.ours.push(...fromOurs);
    times.bare.push(...fromBare);
  }
  return times;
}

function compare(clients: number, ours: readonly TurnTimes[], bare: readonly TurnTimes[]): Row[] {
  const kinds = [
    ['first delta', (times: TurnTimes) => times.firstDeltaMs],
    ['total', (times: TurnTimes) => times.totalMs],
  ] as const;
  return kinds.flatMap(([kind, of]) =>
    [50, 95].map((share) => ({
      what: `${kind} p${share}, ${clients} client${clients === 1 ? '' : 's'}`,
      measured: percentile(ours.map(of), share / 100),
      unit: 'ms',
      reference: { name: 'bare', measured: percentile(bare.map(of), share / 100) },
      target: { ratio: RATIO_TARGET },
    })),
  );
}
