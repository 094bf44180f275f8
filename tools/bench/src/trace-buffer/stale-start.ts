import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { BenchmarkContext } from '../benchmark.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { MODEL } from '../proxy-load/scenario.ts';
import type { Row } from '../report/row.ts';
import { median } from '../statistics/percentile.ts';

const STALE_FILES = 5_000;
const STALE_AGE_MS = 172_800_000;
const STARTS_A_REPETITION = 3;
const POLL_MS = 50;
const READY = /"timestamp":"([^"]*)"[^\n]*"worker_started"/;

interface Start {
  readonly readyMs: number;
  readonly sweptMs: number;
}

/** How much later a proxy is ready that finds thousands of traces of two days ago; by its own log, to the millisecond. */
export async function staleStart(context: BenchmarkContext): Promise<Row[]> {
  const kinds = ['clean', 'stale'] as const;
  const starts: Record<(typeof kinds)[number], Start[]> = { stale: [], clean: [] };
  for (let round = 0; round < context.options.repetitions * STARTS_A_REPETITION; round += 1) {
    for (const kind of round % 2 === 0 ? kinds : kinds.toReversed())
      starts[kind].push(await start(context, `${kind}-${round}`, kind === 'stale' ? STALE_FILES : 0));
    context.say(
      `start ${round + 1}: ready in ${starts.clean.at(-1)?.readyMs ?? 0} ms, with stale traces ${starts.stale.at(-1)?.readyMs ?? 0} ms`,
    );
  }
  const ready = (kind: 'stale' | 'clean'): number => median(starts[kind].map(({ readyMs }) => readyMs));
  // The two starts of a pair find the machine as busy; those of different pairs may not.
  const laterMs = median(
    starts.stale.flatMap((stale, round) => starts.clean.slice(round, round + 1).map((clean) => stale.readyMs - clean.readyMs)),
  );
  return [
    {
      what: `ready with ${STALE_FILES.toLocaleString('en')} stale traces`,
      measured: ready('stale'),
      unit: 'ms',
      reference: { name: 'none', measured: ready('clean') },
    },
    { what: 'ready later by, in pairs', measured: laterMs, unit: 'ms', target: { measured: { op: '≤', value: 100 } } },
    { what: 'until the last of them is gone', measured: median(starts.stale.map(({ sweptMs }) => sweptMs)), unit: 'ms' },
  ];
}

async function start(context: BenchmarkContext, name: string, staleFiles: number): Promise<Start> {
  const folder = join(context.folder, name);
  const traces = join(folder, 'state', 'trace-buffer');
  mkdirSync(traces, { recursive: true });
  for (let index = 0; index < staleFiles; index += 1) writeFileSync(join(traces, staleName(index)), '{}');
  const startedAtMs = Date.now();
  const front = await startProxyFront(context, { name, model: MODEL, environment: { PROXY_TRACE_BUFFER: 'true' } });
  while (readdirSync(traces).length > 0) await setTimeout(POLL_MS);
  const sweptMs = Date.now() - startedAtMs;
  await front.stop();
  const readyAt = READY.exec(readFileSync(join(folder, 'stdout.log'), 'utf8'))?.[1] ?? '';
  return { readyMs: Date.parse(readyAt) - startedAtMs, sweptMs };
}

function staleName(index: number): string {
  const endedAt = new Date(Date.now() - STALE_AGE_MS - index).toISOString().replaceAll(/[-:]/g, '');
  return `${endedAt}-req_stale${index}.json`;
}
