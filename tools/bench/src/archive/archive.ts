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
const MB = 1e6;
const MIB = 1_048_576;

const measuredSchema = z.object({
  rssBytes: z.number(),
  cpuSeconds: z.number(),
  outcome: z
    .object({
      kind: z.literal('archived'),
      sizeBytes: z.number(),
      rowsArchived: z.number(),
      rowsPurged: z.number(),
      bytesReturned: z.number(),
    })
    .optional(),
});
interface Spent {
  readonly seconds: number;
  /** Of all processes. */
  readonly cpuSeconds: number;
}

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
    const shells: Spent[] = [];
    const exports: Measured[] = [];
    const runs: Measured[] = [];
    for (let round = 1; round <= context.options.repetitions; round += 1) {
      shells.push(await shellExport(context, path));
      exports.push(await inChild(context, 'export', path, join(context.folder, 'export.gz')));
      runs.push(await wholeRun(context, path));
      const seconds = [shells, exports, runs].map((all) => all.at(-1)?.seconds).map((value) => `${numberText(value ?? Number.NaN)} s`);
      context.say(`round ${round}: sqlite3 | gzip ${seconds[0]}, export ${seconds[1]}, the whole ${seconds[2]}`);
    }
    return { rows: resultRows(tableBytes, shells, exports, runs) };
  },
};

/** Of each the best round: what the others took on top is the machine's other work. */
function resultRows(tableBytes: number, shells: readonly Spent[], exports: readonly Measured[], runs: readonly Measured[]): Row[] {
  const best = <T>(all: readonly T[], value: (one: T) => number): number => Math.min(...all.map(value));
  const time = ({ seconds }: Spent): number => seconds;
  const cpuTime = ({ cpuSeconds }: Spent): number => cpuSeconds;
  const reference = { name: 'sqlite3 | gzip', measured: best(shells, time) };
  const cpuReference = { name: 'sqlite3 | gzip', measured: best(shells, cpuTime) };
  const returned = Math.min(...runs.map(({ outcome }) => (outcome?.bytesReturned ?? 0) / (tableBytes - (outcome?.sizeBytes ?? 0))));
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

async function shellExport({ folder }: BenchmarkContext, path: string): Promise<Spent> {
  const target = join(folder, 'shell.gz');
  const script = `sqlite3 -readonly "$1" '.mode json' 'SELECT * FROM agent_logs' | gzip -6 > "$2"; times`;
  const { seconds, output } = await timed('sh', ['-c', script, 'sh', path, target]);
  if (statSync(target).size < MB) throw new Error('sqlite3 exported nothing: are sqlite3 and gzip on this machine?');
  return { seconds, cpuSeconds: childSeconds(output) };
}

/** What `times` of a shell says of its children, in its second line: `0m11.07s 0m0.80s`. */
function childSeconds(times: string): number {
  const [, children = ''] = times.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

async function wholeRun(context: BenchmarkContext, path: string): Promise<Measured> {
  const copy = join(context.folder, 'copy.sqlite');
  for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  copyFileSync(path, copy);
  const measured = await inChild(context, 'run', copy, join(context.folder, 'archives'));
  if (measured.outcome?.rowsPurged !== measured.outcome?.rowsArchived) throw new Error('not all that was archived was purged');
  return measured;
}

async function inChild({ options }: BenchmarkContext, task: 'export' | 'run', path: string, target: string): Promise<Measured> {
  const args = [...options.proxyNodeOptions, '-C', '@codex-proxy/source', join(import.meta.dirname, 'child.ts'), task, path, target];
  const { seconds, output } = await timed(process.execPath, args);
  return { ...measuredSchema.parse(JSON.parse(output)), seconds };
}
