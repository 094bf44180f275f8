import { parseArgs } from 'node:util';
import { FAULT_GROUPS, FAULTS } from './faults/faults.ts';
import { renderFaults } from './faults/render.ts';
import { renderTrial } from './report.ts';
import type { Trial, TrialOptions } from './trial.ts';
import { fillDisk } from './trials/disk.ts';
import { killWorkers } from './trials/kills.ts';
import { disturbProvider } from './trials/provider.ts';
import { recycleWorkers } from './trials/recycles.ts';
import { terminateProxies } from './trials/terms.ts';

const EXIT_USAGE = 64;
const USAGE = `usage: npm run chaos -- [NAME…] [--share 0.1] [--real] [--json]
       npm run chaos -- --list

  kills      500 workers killed under load, spaced and in bursts
  recycles   1,000 requests over 20 planned recycles
  terms      100 proxies that get SIGTERM in the middle of their streams
  disk       a disk that is filled 20 times under load, and freed again
  provider   2,000 requests, most with a fault of the provider, always with the real worker

  --share    of these numbers; default 1
  --real     the real worker with the demo provider, instead of the scripted one
  --json     the results as JSON on stdout
  --list     all faults that the tests make, and what is seen of each, in Markdown; with --json as JSON`;

type Runner = (options: TrialOptions, share: number) => Promise<Trial>;
const of = (share: number, count: number): number => Math.max(1, Math.round(share * count));

const TRIALS: Readonly<Record<string, Runner>> = {
  kills: async (options, share) => killWorkers({ ...options, kills: of(share, 500) }),
  recycles: async (options, share) => recycleWorkers({ ...options, recycles: of(share, 20), requests: of(share, 1_000) }),
  terms: async (options, share) => terminateProxies({ ...options, terms: of(share, 100) }),
  disk: async (options, share) => fillDisk({ ...options, times: of(share, 20) }),
  provider: async ({ say: tell }, share) => disturbProvider({ say: tell, requests: of(share, 2_000) }),
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function usage(): never {
  say(USAGE);
  process.exit(EXIT_USAGE);
}

function readArguments() {
  try {
    const options = {
      share: { type: 'string', default: '1' },
      real: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ options, allowPositionals: true });
  } catch {
    return usage();
  }
}

const { values, positionals } = readArguments();
if (values.list) {
  process.stdout.write(values.json ? `${JSON.stringify(FAULTS, null, 2)}\n` : renderFaults(FAULT_GROUPS));
  process.exit(0);
}
const names = positionals.length === 0 ? Object.keys(TRIALS) : positionals;
const share = Number(values.share);
if (!(share > 0) || names.some((name) => !(name in TRIALS))) usage();

const trials: Trial[] = [];
for (const name of names) {
  const run = TRIALS[name];
  if (run === undefined) usage();
  const trial = await run({ real: values.real, say: (line) => say(`${name}: ${line}`) }, share);
  trials.push(trial);
  if (!values.json) process.stdout.write(`${renderTrial(trial)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify(trials, null, 2)}\n`);
if (trials.some(({ figures }) => figures.some(({ met }) => !met))) process.exitCode = 1;
