import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { LogLines } from './log-lines.ts';
import { baseSettings, type Settings } from './proxy-under-test.ts';
import { makeFolder } from './temporary-folder.ts';

const FOLDER = join(import.meta.dirname, '..', '..');

/** The proxy as a process of its own. */
export interface ProxyProcess {
  readonly pid: number;
  /** Its standard output. */
  readonly log: LogLines;
  readonly stderr: () => string;
  readonly stateDir: string;
  /** Resolves when it has ended and all its output is read. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  signal(signal: NodeJS.Signals): void;
  /** Whether it would ignore SIGTERM, were it process 1. */
  ignoresSigterm(): boolean;
  /** The address, once it listens. */
  url(): Promise<string>;
}

export interface ProcessOptions {
  /** How many file descriptors it may have. Default: as many as the tests. */
  readonly openFiles?: number;
  /** Makes it process 1 of a namespace of its own, as it is in a container. */
  readonly isolated?: boolean;
  /** The command that starts it elsewhere, by its own process id. */
  readonly enter?: (command: readonly string[]) => readonly string[];
}

const ISOLATION = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** Starts `src/main.ts`; killed when the test has ended. */
export function startProcess(settings: Settings, options: ProcessOptions = {}): ProxyProcess {
  const { openFiles, isolated = false, enter = (command) => command } = options;
  const folder = makeFolder();
  // As `npm start` does.
  const program = [process.execPath, '--max-semi-space-size=8', '-C', '@codex-proxy/source', 'src/main.ts'];
  const limited = openFiles === undefined ? program : ['sh', '-c', `ulimit -n ${String(openFiles)}; exec "$@"`, 'sh', ...program];
  const [command = '', ...args] = enter(isolated ? [...ISOLATION, ...limited] : limited);
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(command, args, {
    cwd: FOLDER,
    env: { ...baseSettings(folder), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = new LogLines();
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => log.write(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(() => {
    log.end(`the process has ended: ${stderr}`);
    return { code: child.exitCode, signal: child.signalCode };
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const ownPid = (): number => (isolated ? onlyChild(child.pid ?? 0) : (child.pid ?? 0));
  return {
    pid: child.pid ?? 0,
    log,
    stderr: () => stderr,
    stateDir: join(folder, 'state'),
    ended,
    // What isolates it hands no signal on.
    signal: (signal) => void (isolated ? process.kill(ownPid(), signal) : child.kill(signal)),
    ignoresSigterm: () => !catchesSigterm(ownPid()),
    url: async () => String((await log.waitFor({ event: 'proxy_listening' })).address),
  };
}

function onlyChild(pid: number): number {
  return Number(readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8'));
}

const SIGTERM_BIT = 1n << 14n;

function catchesSigterm(pid: number): boolean {
  const caught = /^SigCgt:\s*([\da-f]+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & SIGTERM_BIT) !== 0n;
}

/** Whether this machine lets processes have namespaces of their own. */
export function canIsolate(): boolean {
  const [command, ...args] = ISOLATION;
  return spawnSync(command, [...args, 'true']).status === 0;
}
