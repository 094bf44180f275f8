import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { closedLoop } from '../client/closed-loop.ts';
import { HttpClient } from '../client/http-client.ts';
import type { TurnTimes } from '../client/turn.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { MODEL } from '../proxy-load/scenario.ts';
import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import { percentile } from '../statistics/percentile.ts';
import { fillAgentLogs } from './log-rows.ts';

const BYTES = 240e6;
const CLIENTS = 8;
/** A stream of about half a second: what is added to it shows, and the machine is not busy with it. */
const PACE = { deltas: 20, firstDeltaMs: 100, interDeltaMs: 20 };
const POLL_MS = 50;
const START_TIMEOUT_MS = 30_000;
const ARCHIVE_TIMEOUT_MS = 300_000;
const MOST_STREAMS = 400;
/** So many begin together, in each spell alike. */
const SLICE = CLIENTS;

type Spell = 'meanwhile' | 'afterwards' | 'still later';

/** What streaming clients feel of an archive of 240 MB: the same proxy, while it archives and when it has. */
export const archiveStreams: Benchmark = {
  name: 'archive-streams',
  about: 'first delta and length of streams while the proxy archives 240 MB of agent logs, against afterwards',
  async run(context) {
    const filled = join(context.folder, 'filled.sqlite');
    fillAgentLogs(filled, BYTES);
    const codexBin = await writeScriptedWorker(join(context.folder, 'worker-archive'), { ...PACE, models: [MODEL] });
    const times: Record<Spell, TurnTimes[]> = { meanwhile: [], afterwards: [], 'still later': [] };
    for (let round = 1; round <= context.options.repetitions; round += 1) await measure(context, round, { filled, codexBin, times });
    return { rows: [0.5, 0.95].flatMap((share) => rowsOf(times, share)) };
  },
};

interface Parts {
  readonly filled: string;
  readonly codexBin: string;
  readonly times: Readonly<Record<Spell, TurnTimes[]>>;
}

async function measure(context: BenchmarkContext, round: number, { filled, codexBin, times }: Parts): Promise<void> {
  const name = `archive-${round}`;
  const state = join(context.folder, name, 'state');
  mkdirSync(state, { recursive: true });
  copyFileSync(filled, join(state, 'state.sqlite'));
  const proxy = await startProxyFront(context, { name, codexBin, model: MODEL });
  const client = new HttpClient(proxy, { model: MODEL, prompt: 'Hello there, how are you?', deltas: PACE.deltas });
  const log = (): string => readFileSync(join(context.folder, name, 'stdout.log'), 'utf8');
  const slice = async (): Promise<TurnTimes[]> => closedLoop(SLICE, CLIENTS, async () => client.turn());
  for (const startedAtMs = performance.now(); !log().includes('"archive_started"'); await sleep(POLL_MS)) {
    await slice();
    if (performance.now() - startedAtMs > START_TIMEOUT_MS) throw new Error('the proxy does not begin to archive');
  }
  const meanwhile: TurnTimes[] = [];
  for (const startedAtMs = performance.now(); !log().includes('"archive_completed"');) {
    if (log().includes('"archive_failed"')) throw new Error('the proxy cannot archive');
    if (performance.now() - startedAtMs > ARCHIVE_TIMEOUT_MS) throw new Error('the archive is not completed');
    // A busy machine gives the archiver little: it lets others go first.
    if (meanwhile.length < MOST_STREAMS) meanwhile.push(...(await slice()));
    else await sleep(POLL_MS);
  }
  context.say(`round ${round}: ${numberText(meanwhile.length)} streams while the proxy archived`);
  times.meanwhile.push(...meanwhile);
  for (const spell of ['afterwards', 'still later'] as const) {
    for (let streams = 0; streams < meanwhile.length; streams += SLICE) times[spell].push(...(await slice()));
  }
  client.close();
  await proxy.stop();
}

function rowsOf(times: Readonly<Record<Spell, readonly TurnTimes[]>>, share: number): Row[] {
  const figures = { 'first delta': 'firstDeltaMs', 'whole stream': 'totalMs' } as const;
  return Object.entries(figures).flatMap(([what, key]) => {
    const of = (spell: Spell): number =>
      percentile(
        times[spell].map((one) => one[key]),
        share,
      );
    const reference = { name: 'afterwards', measured: of('afterwards') };
    return [
      {
        what: `${what} p${share * 100}, ${CLIENTS} clients, while it archives`,
        measured: of('meanwhile'),
        unit: 'ms',
        reference,
        target: { ratio: { op: '≤', value: 1.05 } },
      },
      { what: `${what} p${share * 100}, still later`, measured: of('still later'), unit: 'ms', reference },
    ] satisfies Row[];
  });
}
