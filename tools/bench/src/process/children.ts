import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

export interface ChildOptions {
  readonly args: readonly string[];
  /** All that it gets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stderrFile: string;
}

/** A process that runs until it is stopped. */
export interface Child {
  readonly pid: number;
  /** False once it has ended. */
  readonly running: boolean;
  /** Why it may have ended: the end of its standard error. */
  complaint(): string;
  /** SIGTERM, and SIGKILL when that does not help in twelve seconds; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface PipedChild extends Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
}

const STOP_TIMEOUT_MS = 12_000;
const COMPLAINT_LENGTH = 600;

/** The processes of a benchmark, so that none is left behind. */
export class Children {
  readonly #running = new Set<Child>();

  /** Starts a program whose standard output goes where an operator would send it: to a file. */
  start(file: string, options: ChildOptions & { readonly stdoutFile: string }): Child {
    const [stdout, stderr] = [openSync(options.stdoutFile, 'w'), openSync(options.stderrFile, 'w')];
    const { args, cwd, environment: env, stderrFile } = options;
    const spawned = spawn(file, args, { cwd, env, stdio: ['ignore', stdout, stderr] });
    closeSync(stdout);
    closeSync(stderr);
    return this.#track(spawned, stderrFile);
  }

  /** Starts a program to talk with. */
  startPiped(file: string, options: ChildOptions): PipedChild {
    const stderr = openSync(options.stderrFile, 'w');
    const { args, cwd, environment: env, stderrFile } = options;
    const spawned = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', stderr] });
    closeSync(stderr);
    const { stdin, stdout } = spawned;
    if (stdin === null || stdout === null) throw new Error('a piped child has pipes');
    stdin.on('error', () => undefined);
    return Object.assign(this.#track(spawned, stderrFile), { stdin, stdout });
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map(async (child) => child.stop()));
  }

  #track(spawned: ChildProcess, stderrFile: string): Child {
    const child = new TrackedChild(spawned, stderrFile);
    this.#running.add(child);
    void child.ended.then(() => this.#running.delete(child));
    return child;
  }
}

class TrackedChild implements Child {
  readonly #spawned: ChildProcess;
  readonly #stderrFile: string;
  readonly ended: Promise<void>;
  #spawnError = '';
  #running = true;

  constructor(spawned: ChildProcess, stderrFile: string) {
    this.#spawned = spawned;
    this.#stderrFile = stderrFile;
    this.ended = new Promise((resolve) => {
      spawned.once('exit', () => resolve());
      spawned.once('error', (error) => {
        this.#spawnError = error.message;
        resolve();
      });
    });
    void this.ended.then(() => (this.#running = false));
  }

  get pid(): number {
    return this.#spawned.pid ?? 0;
  }

  get running(): boolean {
    return this.#running;
  }

  complaint(): string {
    return this.#spawnError + readFileSync(this.#stderrFile, 'utf8').slice(-COMPLAINT_LENGTH).trim();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#spawned.kill('SIGTERM');
    const timer = setTimeout(() => this.#spawned.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }
}
