import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveOutcome } from '@codex-proxy/contracts';
import { ScaleTrace } from '@codex-proxy/scale-trace';
import { has, timed } from './program.ts';
import { fill } from './rows.ts';
import { renderTable } from './table.ts';

const BYTES = 240e6;
/** Of each pair; the best counts, for what one takes on top is the machine's other work. */
const ROUNDS = 3;
/** As `npm start` starts the proxy. */
const CHILD = ['--max-semi-space-size=8', '-C', '@codex-proxy/source', join(import.meta.dirname, 'child.ts')];

interface Measured {
  readonly seconds: number;
  readonly rssMb: number;
  readonly cpuSeconds: number;
  readonly outcome?: ArchiveOutcome;
}

const folder = mkdtempSync(join(tmpdir(), 'archive-bench-'));
try {
  await bench(join(folder, 'state.sqlite'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench(path: string): Promise<void> {
  const rows = fill(path, BYTES);
  const tableBytes = await ScaleTrace.getAgentLogsSize(path);
  const canCompare = (await has('sqlite3')) && (await has('gzip'));
  if (!canCompare) process.stdout.write('sqlite3 or gzip is not on this machine: there is nothing to compare with\n');
  const [shell, exported, whole]: [number[], Measured[], Measured[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    if (canCompare) shell.push(await shellExport(path));
    exported.push(await inChild('export', path, join(folder, 'export.gz')));
    whole.push(await wholeRun(path));
  }
  const [exportBest, wholeBest] = [best(exported), best(whole)];
  const base = Math.min(...shell);
  const ratio = (seconds: number): string => (canCompare ? (seconds / base).toFixed(2) : 'nothing to compare with');
  const rss = Math.max(...whole.map(({ rssMb }) => rssMb));
  const returned = Math.min(...whole.map(({ outcome }) => (outcome?.bytesReturned ?? 0) / (tableBytes - (outcome?.sizeBytes ?? 0))));
  const seconds = (value: number): string => `${value.toFixed(1)} s`;
  process.stdout.write(
    renderTable([
      [`${String(rows)} rows, ${(tableBytes / 1e6).toFixed(0)} MB of agent_logs`, 'measured', 'of sqlite3 | gzip', 'target'],
      [`sqlite3 '.mode json' | gzip -6`, canCompare ? seconds(base) : 'not here', '', ''],
      ['export, redacted, gzip level 6', seconds(exportBest.seconds), ratio(exportBest.seconds), '≤ 1'],
      ['whole run: redacted, verified, purged, returned', seconds(wholeBest.seconds), ratio(wholeBest.seconds), '≤ 1.5'],
      ['its processor time', seconds(wholeBest.cpuSeconds), '', ''],
      ['its largest memory', `${rss.toFixed(0)} MB`, '', '< 150 MB'],
      ['bytes returned of those purged', `${(returned * 100).toFixed(1)} %`, '', '≥ 95 %'],
    ]),
  );
}

async function shellExport(path: string): Promise<number> {
  const script = `sqlite3 -readonly "$1" '.mode json' 'SELECT * FROM agent_logs' | gzip -6 > "$2"`;
  const { seconds } = await timed('sh', ['-c', script, 'sh', path, join(folder, 'shell.gz')]);
  if (statSync(join(folder, 'shell.gz')).size < 1e6) throw new Error('sqlite3 exported nothing');
  return seconds;
}

async function wholeRun(path: string): Promise<Measured> {
  const copy = join(folder, 'copy.sqlite');
  for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  copyFileSync(path, copy);
  const measured = await inChild('run', copy, join(folder, 'archives'));
  if (measured.outcome?.kind !== 'archived' || measured.outcome.rowsPurged !== measured.outcome.rowsArchived)
    throw new Error('nothing was archived');
  return measured;
}

async function inChild(task: 'export' | 'run', path: string, target: string): Promise<Measured> {
  const { seconds, output } = await timed(process.execPath, [...CHILD, task, path, target]);
  return { ...(JSON.parse(output) as Omit<Measured, 'seconds'>), seconds };
}

function best(all: readonly Measured[]): Measured {
  return all.toSorted((a, b) => a.seconds - b.seconds)[0]!;
}
