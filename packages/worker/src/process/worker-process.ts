import { spawn, type ChildProcess } from 'node:child_process';
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

/** What an ended process has written is still in its pipes. One who left its group may hold them open: they are not awaited for ever. */
const LAST_WORDS_MS = 500;

/** A process that closed its end of a pipe can serve no more; one that is ending gets this long to do so. */
const MUTE_GRACE_MS = 1_000;

/** One worker process in a process group of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  #guard: OrphanGuard | undefined;
  #muteTimer: NodeJS.Timeout | undefined;
  #ended = false;

  /** @throws when there are no pipes to be had. */
  constructor(command: WorkerCommand, events: WorkerProcessEvents) {
    this.#child = spawn(command.file, [...command.args], {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined && !this.#ended) {
        this.#ended = true;
        events.onSpawnError(error);
      }
    });
    const { stdin, stdout, stderr } = this.#child;
    if (!stdin || !stdout || !stderr) {
      this.#ended = true;
      throw new Error('no pipes to the worker could be made');
    }
    this.stdin = stdin;
    this.stdout = stdout;
    stderr.on('data', events.onStderr);
    stderr.on('error', () => undefined);
    stdin.on('error', () => {
      this.#muted();
    });
    stdout.on('end', () => {
      this.#muted();
    });
    this.#child.on('spawn', () => {
      const { pid } = this.#child;
      if (pid === undefined) return;
      this.#guard = guardAgainstOrphan(pid);
      events.onSpawn(pid);
    });
    this.#child.on('exit', (exitCode, signal) => {
      this.#ended = true;
      clearTimeout(this.#muteTimer);
      // Whatever it started goes with it.
      this.kill('SIGKILL');
      this.#guard?.release();
      let told = false;
      const tell = (): void => {
        clearTimeout(timer);
        if (!told) events.onExit({ exitCode, signal });
        told = true;
      };
      const timer = setTimeout(tell, LAST_WORDS_MS);
      this.#child.once('close', tell);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
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

  #muted(): void {
    if (!this.#ended)
      this.#muteTimer ??= setTimeout(() => {
        this.kill('SIGKILL');
      }, MUTE_GRACE_MS);
  }
}

/** Resident memory of process `pid` in bytes; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  try {
    // In kilobytes whatever the size of a page, unlike `statm`.
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
