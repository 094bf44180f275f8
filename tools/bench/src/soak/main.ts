import { resolve } from 'node:path';
import { readCommandLine } from '../command-line.ts';
import { loadAverage, thisMachine } from '../machine.ts';
import { isMet } from '../report/row.ts';
import { findingsTable } from '../report/report.ts';
import { renderTable } from '../report/table.ts';
import { runBenchmark } from '../run.ts';
import { soak } from './soak.ts';

const DEFAULT_MINUTES = 10;
const EXIT_USAGE = 64;
const root = resolve(import.meta.dirname, '../../../..');
const [given = String(DEFAULT_MINUTES)] = process.argv.slice(2);
const minutes = Number(given);
const print = (text: string): void => void process.stdout.write(text);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (!(minutes > 0)) {
  say('usage: npm run soak -- [MINUTES]     10 if nothing is said');
  process.exitCode = EXIT_USAGE;
} else {
  const loadAtStart = loadAverage();
  const about = 'mixed load on the real worker';
  const benchmark = { name: 'soak', about, run: async (context: Parameters<typeof soak>[0]) => soak(context, minutes) };
  const finding = await runBenchmark(benchmark, { options: readCommandLine([], root).options, root, say, print, outputFd: 1 });
  const { node, processors, processor } = thisMachine();
  print(renderTable(findingsTable([finding])));
  print(
    `\n${String(minutes)} minutes, Node ${node}, ${String(processors)} × ${processor}, load average ${String(loadAtStart)} at the start\n`,
  );
  if (finding.failure !== undefined || finding.rows.some((row) => isMet(row) === false)) process.exitCode = 1;
}
