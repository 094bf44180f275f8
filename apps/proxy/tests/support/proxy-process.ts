import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
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
  /** The address, once it listens. */
  url(): Promise<string>;
}

/**
 * Starts `src/main.ts`; killed when the test has ended.
 * @param openFiles How many file descriptors it may have. Default: as many as the tests.
 */
export function startProcess(settings: Settings, openFiles?: number): ProxyProcess {
  const folder = makeFolder();
  const program = [process.execPath, '-C', '@codex-proxy/source', 'src/main.ts'];
  const [command = '', ...args] =
    openFiles === undefined ? program : ['sh', '-c', `ulimit -n ${String(openFiles)}; exec "$@"`, 'sh', ...program];
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
  return {
    pid: child.pid ?? 0,
    log,
    stderr: () => stderr,
    stateDir: join(folder, 'state'),
    ended,
    signal: (signal) => void child.kill(signal),
    url: async () => String((await log.waitFor({ event: 'proxy_listening' })).address),
  };
}
