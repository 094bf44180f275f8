import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeScriptedWorker, type ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { z } from 'zod';
import { Log, type LogLine } from './log.ts';

const APP = resolve(import.meta.dirname, '../../../apps/proxy');
const KEY = 'chaos-key';
const ADMIN = 'chaos-admin';

export interface ProxyOptions {
  /** Absent: the real worker with the demo provider. */
  readonly worker?: ScriptedWorkerOptions | undefined;
  readonly settings?: Readonly<Record<string, string>>;
  readonly onLine?: (line: LogLine) => void;
  /** The command that starts it elsewhere, by its own process id. */
  readonly enter?: (command: readonly string[]) => string[];
}

/** A proxy as a process of its own, as an operator runs it. */
export interface Proxy {
  readonly url: string;
  readonly pid: number;
  readonly key: string;
  readonly log: Log;
  readonly stateDir: string;
  /** Of the worker that serves or starts; undefined while there is none. */
  workerPid(): number | undefined;
  admin(method: 'GET' | 'POST', path: string): Promise<LogLine>;
  /** Value of a series without labels. */
  metric(name: string): Promise<number>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
  /** Processes that were started for this proxy and live on. */
  leftBehind(): string[];
  remove(): Promise<void>;
}

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const stateDir = join(folder, 'state');
  const worker = options.worker === undefined ? {} : { CODEX_BIN: await writeScriptedWorker(folder, options.worker) };
  let workerPid: number | undefined;
  const log = new Log((line) => {
    const pid = line.worker_pid;
    if (line.event === 'worker_started' || (line.event === 'worker_starting' && workerPid === undefined)) {
      workerPid = typeof pid === 'number' ? pid : undefined;
    } else if (line.event === 'worker_exited' && pid === workerPid) workerPid = undefined;
    options.onLine?.(line);
  });
  // As `npm start` does.
  const program = [process.execPath, '--max-semi-space-size=8', '-C', '@codex-proxy/source', 'src/main.ts'];
  const [command = '', ...args] = options.enter?.(program) ?? program;
  const child = spawn(command, args, {
    cwd: APP,
    env: {
      PATH: process.env.PATH,
      ...(process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      HOME: join(folder, 'home'),
      PORT: '0',
      PROXY_PROVIDER: 'demo',
      PROXY_API_KEY: KEY,
      PROXY_ADMIN_TOKEN: ADMIN,
      PROXY_STATE_DIR: stateDir,
      ...worker,
      ...options.settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    log.push(chunk.toString());
  });
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)));
  const ended = once(child, 'close').then(() => {
    log.end(`the proxy has ended: ${complaint}`);
    return child.exitCode;
  });
  const url = String((await log.waitFor({ event: 'proxy_listening' })).address);
  await log.waitFor({ event: 'worker_started' });
  return {
    url,
    pid: child.pid ?? 0,
    key: KEY,
    log,
    stateDir,
    workerPid: () => workerPid,
    admin: async (method, path) => {
      const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${ADMIN}` } });
      return { ...z.record(z.string(), z.unknown()).parse(await response.json()), http_status: response.status };
    },
    metric: async (name) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    },
    signal: (signal) => child.kill(signal),
    ended,
    leftBehind: () => {
      const pids = log.all({ event: 'worker_starting' }).map((line) => String(line.worker_pid));
      return commandLines().filter(
        (line) => line.includes(folder) || pids.some((pid) => line.startsWith('/bin/sh -c read') && line.endsWith(` ${pid}`)),
      );
    },
    remove: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
