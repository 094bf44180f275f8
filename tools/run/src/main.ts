import { resolve } from 'node:path';
import { COMMANDS } from './command.ts';
import { tallyLine, type Tally } from './tally/tally.ts';
import { runTests } from './test-run.ts';

const TESTING = /^(test|coverage$)/;
const EXIT_USAGE = 64;

const [name = '', ...args] = process.argv.slice(2);
const root = resolve(import.meta.dirname, '../../..');
const print = (text: string): void => void process.stdout.write(text);

const say = (line: string): void => void process.stderr.write(`codex-proxy: ${line}\n`);

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('SIGINT', () => stop.abort());
const context = { root, env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' }, signal: stop.signal, say };

async function run(): Promise<Tally | undefined> {
  if (name === 'test') return runTests(args, context, print);
  const command = COMMANDS[name];
  if (command === undefined) return undefined;
  const { tally, output } = await command({ ...context, output: 'live' }, args);
  print(output);
  return tally;
}

const tally = await run();
if (tally === undefined) {
  process.stderr.write(`There is no command ${JSON.stringify(name)}: test, ${Object.keys(COMMANDS).join(', ')}.\n`);
  process.exitCode = EXIT_USAGE;
} else {
  if (TESTING.test(name)) print(`\n${tallyLine(tally)}\n`);
  process.exitCode = tally.failed === 0 && !stop.signal.aborted ? 0 : 1;
}
