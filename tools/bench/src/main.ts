import { resolve } from 'node:path';
import { benchmarks } from './catalogue.ts';
import { readCommandLine, type CommandLine } from './command-line.ts';
import { loadAverage, thisMachine } from './machine.ts';
import { findingsJson, findingsTable, type Finding } from './report/report.ts';
import { renderTable } from './report/table.ts';
import { runBenchmark } from './run.ts';
import { select } from './selection.ts';

const EXIT_USAGE = 64;
const root = resolve(import.meta.dirname, '../../..');
const print = (text: string): void => void process.stdout.write(text);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function run({ names, json, list, options }: CommandLine): Promise<void> {
  const chosen = select(benchmarks(root), names);
  if (list) {
    for (const { name, about } of chosen) print(`${name.padEnd(16)}${about}\n`);
    return;
  }
  const machine = { ...thisMachine(), proxyNodeOptions: options.proxyNodeOptions, loadAtStart: loadAverage() };
  const findings: Finding[] = [];
  for (const benchmark of chosen) {
    say(`── ${benchmark.name} (load average ${loadAverage()})`);
    const surroundings = { options, root, say, print: json ? say : print, outputFd: json ? 2 : 1 } as const;
    findings.push(await runBenchmark(benchmark, surroundings));
  }
  if (json) print(`${JSON.stringify({ machine, findings: findingsJson(findings) }, null, 2)}\n`);
  else {
    const { node, processors, processor, proxyNodeOptions, loadAtStart } = machine;
    print(renderTable(findingsTable(findings)));
    print(`\nNode ${node} ${proxyNodeOptions.join(' ')}\n${processors} × ${processor}, load average ${loadAtStart} at the start\n`);
  }
  if (findings.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}

try {
  await run(readCommandLine(process.argv.slice(2), root));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = EXIT_USAGE;
}
