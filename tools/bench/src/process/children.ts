import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ChildOptions {
  readonly args: readonly string[];
  /** All that it gets beside `PATH`. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where its standard output goes, as an operator would send it. */
  readonly stdoutFile: string;
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

const STOP_TIMEOUT_MS = 12_000;
const COMPLAINT_LENGTH = 600;

/** The processes of a benchmark, so that none is left behind. */
export class Children {
  readonly #running = new Set<Child>();

  start(file: string, options: ChildOptions): Child {
    const [stdout, stderr] = [openSync(options.stdoutFile, 'w'), openSync(options.stderrFile, 'w')];
    const spawned = spawn(file, [...options.args], {
      cwd: options.cwd,
      env: { PATH: process.env.PATH, ...options.environment },
      stdio: ['ignore', stdout, stderr],
    });
    closeSync(stdout);
    closeSync(stderr);
    let spawnError = '';
    const ended = new Promise<void>((resolve) => {
      spawned.once('exit', () => resolve());
      spawned.once('error', (error) => {
        spawnError = error.message;
        resolve();
      });
    });
    const child: Child = {
      pid: spawned.pid ?? 0,
      get running() {
        return spawnError === '' && spawned.exitCode === null && spawned.signalCode === null;
      },
      complaint: () => spawnError + readFileSync(options.stderrFile, 'utf8').slice(-COMPLAINT_LENGTH).trim(),
      stop: async () => {
        spawned.kill('SIGTERM');
        const timer = setTimeout(() => spawned.kill('SIGKILL'), STOP_TIMEOUT_MS);
        await ended;
        clearTimeout(timer);
      },
    };
    this.#running.add(child);
    void ended.then(() => this.#running.delete(child));
    return child;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map(async (child) => child.stop()));
  }
}
