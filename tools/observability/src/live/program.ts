import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

export const REPOSITORY = join(import.meta.dirname, '../../../..');

/** Where Prometheus stands: named by `PROMETHEUS`, beside promtool, which `npm test` provides with it, or on the path. */
export function findPrometheus(): string | undefined {
  const { PROMETHEUS, PROMTOOL, PATH = '' } = process.env;
  const folders = [
    ...(PROMTOOL === undefined ? [] : [dirname(PROMTOOL)]),
    join(REPOSITORY, '.cache/promtool/usr/bin'),
    ...PATH.split(delimiter),
  ];
  return [...(PROMETHEUS === undefined ? [] : [PROMETHEUS]), ...folders.map((folder) => join(folder, 'prometheus'))].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A child process whose output is read. */
export interface Program {
  readonly child: ChildProcess;
  /** All of its output so far. */
  readonly output: () => string;
  stop(): Promise<void>;
}

export function startProgram(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Program {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = once(child, 'close');
  return {
    child,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
