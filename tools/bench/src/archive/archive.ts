import { copyFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ScaleTrace } from '@codex-proxy/scale-trace';
import { z } from 'zod';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import { fillAgentLogs } from './log-rows.ts';
import { timed } from './timed.ts';

const BYTES = 240e6;
const FEW_BYTES = 2e6;
const MB = 1e6;
const MIB = 1_048_576;

interface Spent {
  readonly seconds: number;
  /** Of all processes. */
  readonly cpuSeconds: number;
}

interface ShellExport extends Spent {
  readonly bytes: number;
}

const measuredSchema = z.object({
  rssBytes: z.number(),
  cpuSeconds: z.number(),
  /** Up to the end of the export. */
  exported: z.object({ seconds: z.number(), cpuSeconds: z.number() }),
  outcome: z.object({
    kind: z.literal('archived'),
    sizeBytes: z.number(),
    rowsArchived: z.number(),
    rowsPurged: z.number(),
    compressedSizeBytes: z.number(),
    bytesReturned: z.number(),
  }),
});
type Measured = z.infer<typeof measuredSchema> & Spent;

/** What an archive of 240 MB costs, beside the shell's own way to it. */
export const archive: Benchmark = {
  name: 'archive',
  about: "240 MB of agent logs: exported, and archived as a whole, against sqlite3 '.mode json' | gzip -6",
  async run(context) {
    const path = join(context.folder, 'state.sqlite');
    const rows = fillAgentLogs(path, BYTES);
    const tableBytes = await ScaleTrace.getAgentLogsSize(path);
    context.say(`${numberText(rows)} rows, ${numberText(tableBytes / MB)} MB of agent_logs`);
    await warmUp(context);
    const shells: ShellExport[] = [];
    const runs: Measured[] = [];
    for (let round = 1; round <= context.options.repetitions; round += 1) {
      const [shell, run] = [await shellExport(context, path), await wholeRun(context, path)];
      shells.push(shell);
      runs.push(run);
      const [alone, exported, whole] = [shell, run.exported, run].map(({ seconds }) => `${numberText(seconds)} s`);
      context.say(`round ${round}: sqlite3 | gzip ${alone}, export ${exported}, the whole ${whole}`);
    }
    return { rows: resultRows(tableBytes, shells, runs) };
  },
};

/** Of each the best round: what the others took on top is the machine's other work. */
function resultRows(tableBytes: number, shells: readonly ShellExport[], runs: readonly Measured[]): Row[] {
  const exports = runs.map(({ exported }) => exported);
  const best = <T>(all: readonly T[], value: (one: T) => number): number => Math.min(...all.map(value));
  const time = ({ seconds }: Spent): number => seconds;
  const cpuTime = ({ cpuSeconds }: Spent): number => cpuSeconds;
  const reference = { name: 'sqlite3 | gzip', measured: best(shells, time) };
  const cpuReference = { name: 'sqlite3 | gzip', measured: best(shells, cpuTime) };
  const returned = Math.min(...runs.map(({ outcome }) => outcome.bytesReturned / (tableBytes - outcome.sizeBytes)));
  return [
    {
      what: 'export, redacted, and gzip',
      measured: best(exports, time),
      unit: 's',
      reference,
      target: { ratio: { op: '≤', value: 1 } },
    },
    {
      what: 'the whole: redacted, verified, purged, bytes returned',
      measured: best(runs, time),
      unit: 's',
      reference,
      target: { ratio: { op: '≤', value: 1.5 } },
    },
    { what: 'export: processor time', measured: best(exports, cpuTime), unit: 's', reference: cpuReference },
    { what: 'the whole: processor time', measured: best(runs, cpuTime), unit: 's', reference: cpuReference },
    {
      what: 'the archive',
      measured: best(runs, ({ outcome }) => outcome.compressedSizeBytes) / MB,
      unit: 'MB',
      reference: { name: 'sqlite3 | gzip', measured: best(shells, ({ bytes }) => bytes) / MB },
    },
    {
      what: 'its largest memory, in any round',
      measured: Math.max(...runs.map(({ rssBytes }) => rssBytes)) / MIB,
      unit: 'MB',
      target: { measured: { op: '<', value: 150 } },
    },
    {
      what: 'the file shrinks by, of what was purged',
      measured: returned * 100,
      unit: '%',
      target: { measured: { op: '≥', value: 95 } },
    },
  ];
}

async function shellExport({ folder }: BenchmarkContext, path: string): Promise<ShellExport> {
  const target = join(folder, 'shell.gz');
  const script = `sqlite3 -readonly "$1" '.mode json' 'SELECT * FROM agent_logs' | gzip -6 > "$2"; times`;
  const { seconds, output } = await timed('sh', ['-c', script, 'sh', path, target]);
  const { size: bytes } = statSync(target);
  if (bytes < MB) throw new Error('sqlite3 exported nothing: are sqlite3 and gzip on this machine?');
  return { seconds, cpuSeconds: childSeconds(output), bytes };
}

/** What `times` of a shell says of its children, in its second line: `0m11.07s 0m0.80s`. */
function childSeconds(times: string): number {
  const [, children = ''] = times.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** What is stripped of types and compiled once is kept: a fresh clone would measure that, in each thread, and not the archive. */
async function warmUp(context: BenchmarkContext): Promise<void> {
  const path = join(context.folder, 'few.sqlite');
  fillAgentLogs(path, FEW_BYTES);
  await wholeRun(context, path, 0);
}

async function wholeRun(context: BenchmarkContext, path: string, thresholdBytes?: number): Promise<Measured> {
  const copy = join(context.folder, 'copy.sqlite');
  for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  copyFileSync(path, copy);
  const args = [...context.options.proxyNodeOptions, '-C', '@codex-proxy/source', join(import.meta.dirname, 'child.ts')];
  const { seconds, output } = await timed(process.execPath, [
    ...args,
    copy,
    join(context.folder, 'archives'),
    ...(thresholdBytes === undefined ? [] : [String(thresholdBytes)]),
  ]);
  const measured = measuredSchema.parse(JSON.parse(output));
  if (measured.outcome.rowsPurged !== measured.outcome.rowsArchived) throw new Error('not all that was archived was purged');
  return { ...measured, seconds };
}
