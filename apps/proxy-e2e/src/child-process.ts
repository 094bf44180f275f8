import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A TypeScript program of this workspace that runs on its own. */
export interface StartedProgram {
  /** Lines of its standard output so far. */
  readonly lines: readonly string[];
  /** The first line, past or to come, that `matches` accepts. Rejects when the program ends first. */
  waitForLine(matches: (line: string) => boolean): Promise<string>;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
}

interface Waiter {
  readonly matches: (line: string) => boolean;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** @param entry Path from the root of the workspace. */
export function startProgram(entry: string, args: readonly string[], environment: Readonly<Record<string, string>>): StartedProgram {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, ['-C', '@codex-proxy/source', entry, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      ...(process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let errors = '';
  let waiters: Waiter[] = [];
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const waiter of waiters.filter(({ matches }) => matches(line))) {
      waiters = waiters.filter((other) => other !== waiter);
      waiter.resolve(line);
    }
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', (code) => {
      for (const waiter of waiters) waiter.reject(new Error(`${entry} ended with ${String(code)}: ${errors}`));
      resolve();
    });
  });
  return {
    lines,
    waitForLine: async (matches) => {
      const past = lines.find(matches);
      if (past !== undefined) return past;
      return new Promise((resolve, reject) => {
        waiters.push({ matches, resolve, reject });
      });
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
