import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { parseScript } from './options.ts';
import { ScriptedWorker } from './scripted-worker.ts';

const GARBAGE = 'Welcome! {"this": "is not" the protocol\n\u0000\u0001\n[1,2,3]\n42\n';
const HALF_LINE_PAUSE_MS = 5;

const [optionsFile = '', subcommand] = process.argv.slice(2);
// `codex debug models` and the like: nothing but the app server is scripted.
if (subcommand !== 'app-server') process.exit(64);

const options = parseScript(readFileSync(optionsFile, 'utf8'));

function countStart(): number {
  const file = `${optionsFile}.starts`;
  appendFileSync(file, '.');
  return statSync(file).size;
}

function exit(code: number, signal?: NodeJS.Signals): void {
  if (signal === undefined) process.exit(code);
  process.kill(process.pid, signal);
}

let halves = Promise.resolve();
function write(text: string): void {
  if (options.halfLines !== true) {
    process.stdout.write(text);
    return;
  }
  // Cut through the middle of each write, characters of several bytes included.
  const bytes = Buffer.from(text);
  const middle = bytes.length >> 1;
  halves = halves.then(async () => {
    process.stdout.write(bytes.subarray(0, middle));
    await new Promise((resolve) => setTimeout(resolve, HALF_LINE_PAUSE_MS));
    process.stdout.write(bytes.subarray(middle));
  });
}

for (let line = 0; line < (options.stderrLines ?? 0); line += 1) process.stderr.write(`scripted complaint ${String(line)}\n`);
if (options.garbageOnStart === true) process.stdout.write(GARBAGE);
if (options.exitOnStart !== undefined) process.exit(options.exitOnStart);
if (options.failedStarts !== undefined && countStart() <= options.failedStarts) process.exit(3);
if (options.ignoreSigterm === true) process.on('SIGTERM', () => undefined);
if (options.ignoreStdinEnd === true) setInterval(() => undefined, 60_000);
else process.stdin.on('end', () => process.exit(0));

// Pages count as resident when they were written to.
const ballast = Buffer.alloc((options.ballastMb ?? 0) * 1_048_576, 1);
const worker = new ScriptedWorker(options, {
  write,
  exit,
  blockInput: () => process.stdin.pause(),
  counterFile: optionsFile,
});
process.on('exit', () => ballast.length);

let held: string[] = [];
process.stdin.setEncoding('utf8').on('data', (text: string) => {
  held.push(text);
  // A long line comes in a thousand pieces: they are joined once.
  if (!text.includes('\n')) return;
  const lines = held.join('').split('\n');
  held = [lines.pop() ?? ''];
  worker.receive(lines);
});
