import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { guardAgainstOrphan, type OrphanGuard } from './orphan-guard.ts';

/** How to run the worker. `env` is all that it gets. */
export interface WorkerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface WorkerProcessEvents {
  readonly onSpawn: (pid: number) => void;
  /** The file could not be run at all; no exit follows. */
  readonly onSpawnError: (error: Error) => void;
  readonly onExit: (exit: ProcessExit) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** One worker process in a process group of its own. */
export class WorkerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #guard: OrphanGuard | undefined;
  #ended = false;

  constructor(command: WorkerCommand, events: WorkerProcessEvents) {
    this.#child = spawn(command.file, [...command.args], {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr.on('data', events.onStderr);
    this.#child.stderr.on('error', () => undefined);
    this.#child.on('spawn', () => {
      const { pid } = this.#child;
      if (pid === undefined) return;
      this.#guard = guardAgainstOrphan(pid);
      events.onSpawn(pid);
    });
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined && !this.#ended) {
        this.#ended = true;
        events.onSpawnError(error);
      }
    });
    this.#child.on('exit', (exitCode, signal) => {
      this.#ended = true;
      // Whatever it started goes with it.
      this.kill('SIGKILL');
      this.#guard?.release();
      events.onExit({ exitCode, signal });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdin(): Writable {
    return this.#child.stdin;
  }

  get stdout(): Readable {
    return this.#child.stdout;
  }

  /** Signals the whole process group. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }
}

/** Resident memory of process `pid` in bytes; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${String(pid)}/statm`, 'utf8').split(' ')[1]);
    return Number.isFinite(pages) ? pages * 4096 : 0;
  } catch {
    return 0;
  }
}
