import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ArchiveOutcome, ArchiveProgress, ArchivePrune, ArchiveStart } from '@codex-proxy/contracts';
import { threadArguments } from '@codex-proxy/state-db';
import { listParts, pruneArchives } from '../archive/folder.ts';
import { ArchiveError, toArchiveError } from '../errors.ts';
import type { ArchiveRedaction } from '../export/redaction.ts';
import type { Look } from '../run/look.ts';
import { THRESHOLD_BYTES } from '../run/run-options.ts';
import type { FromThread, RunRequest, ToThread } from './messages.ts';

export interface ArchiveScheduleOptions {
  readonly dbPath: string;
  readonly outputDir: string;
  /** Default 100 MiB. */
  readonly thresholdBytes?: number;
  /**
   * Looks at the table, as `AgentLogStore.look` does: only where it finds something to do, or fails, is a thread started. Default: each look has a
   * thread.
   */
  readonly look?: (thresholdBytes: number) => Promise<Look>;
  /** Archives older than that are removed after each look. Default: all are kept. */
  readonly retentionDays?: number;
  /** Whether the time of day can be believed that an archive is too old. Default: always. */
  readonly mayPrune?: () => boolean;
  /** An operator's rules, beside the built-in ones. They go to a thread: no functions. */
  readonly redaction?: ArchiveRedaction;
  /** Between two looks that completed runs lead to. Default 60,000. */
  readonly debounceMs?: number;
  /** Between two looks without any. Default 600,000. */
  readonly intervalMs?: number;
  readonly onStart?: (start: ArchiveStart) => void;
  readonly onOutcome?: (outcome: ArchiveOutcome) => void;
  readonly onProgress?: (progress: ArchiveProgress) => void;
  readonly onPrune?: (prune: ArchivePrune) => void;
  /** What a run under way is given to end its step when the schedule is stopped. Default 10,000. */
  readonly stopTimeoutMs?: number;
  /** What is no run's outcome: the thread was lost, or old archives could not be removed. */
  readonly onFailure?: (error: { readonly code: string; readonly message: string }) => void;
}

const DEBOUNCE_MS = 60_000;
const INTERVAL_MS = 600_000;
const STOP_TIMEOUT_MS = 10_000;
const NURSERY_MB = 4;

/**
 * Runs ScaleTrace beside a server: on a thread of its own that is there only while there is something to do, so that it holds no memory
 * between two runs, and lets other threads go first. Reports by callbacks; nothing here rejects.
 */
export class ArchiveSchedule {
  readonly #options: ArchiveScheduleOptions;
  readonly #thresholdBytes: number;
  #interval: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #lastLookMs = -Infinity;
  #thread: Worker | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  /** Throws where `redaction` cannot be given to a thread. */
  constructor(options: ArchiveScheduleOptions) {
    structuredClone(options.redaction);
    this.#options = options;
    this.#thresholdBytes = options.thresholdBytes ?? THRESHOLD_BYTES;
  }

  /** Looks at once, which resumes what was cut, and from then on at each interval. */
  start(): void {
    if (this.#isStopped) return;
    this.#interval ??= setInterval(() => void this.runNow(), this.#options.intervalMs ?? INTERVAL_MS).unref();
    void this.runNow();
  }

  /** To be called after each completed run: a look follows, but no more than one in `debounceMs`. */
  runCompleted(): void {
    if (this.#isStopped || this.#soon !== undefined) return;
    const waitMs = Math.max(0, this.#lastLookMs + (this.#options.debounceMs ?? DEBOUNCE_MS) - performance.now());
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.runNow();
    }, waitMs).unref();
  }

  /** Looks now, or joins the run that is under way; resolves at its end. */
  async runNow(): Promise<void> {
    if (this.#isStopped) return this.#running;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /**
   * Ends the schedule. A run under way ends after its current step; the next one, of this process or another, goes on where it was. A look
   * is not waited for.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#interval);
    clearTimeout(this.#soon);
    const thread = this.#thread;
    if (thread === undefined) return;
    thread.ref();
    post(thread, { kind: 'stop' });
    const timeout = setTimeout(() => void thread.terminate(), this.#options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    await this.#running;
    clearTimeout(timeout);
  }

  async #run(): Promise<void> {
    this.#lastLookMs = performance.now();
    const idle = await this.#lookForNothing();
    if (this.#isStopped) return;
    if (idle === undefined) await this.#runOnThread();
    else this.#report(idle);
    await this.#prune();
  }

  /** @returns what was seen, where there is nothing to do. What keeps the look from seeing is for a run to report. */
  async #lookForNothing(): Promise<Look | undefined> {
    const { look, outputDir } = this.#options;
    try {
      const found = await look?.(this.#thresholdBytes);
      if (found === undefined || found.hasWork || (await listParts(outputDir)).length > 0) return undefined;
      return found;
    } catch {
      return undefined;
    }
  }

  #report({ sizeBytes, lastArchivedAt }: Look): void {
    this.#options.onOutcome?.({
      kind: 'below_threshold',
      sizeBytes,
      thresholdBytes: this.#thresholdBytes,
      ...(lastArchivedAt === undefined ? {} : { lastArchivedAt }),
      rowsArchived: 0,
      rowsPurged: 0,
      originalSizeBytes: 0,
      compressedSizeBytes: 0,
      bytesReturned: 0,
      durationMs: performance.now() - this.#lastLookMs,
    });
  }

  async #prune(): Promise<void> {
    const { outputDir, retentionDays, mayPrune, onPrune, onFailure } = this.#options;
    if (retentionDays === undefined || this.#isStopped || mayPrune?.() === false) return;
    try {
      const prune = await pruneArchives(outputDir, { olderThanDays: retentionDays });
      if (prune.files > 0) onPrune?.(prune);
    } catch (error) {
      const { code, message } = toArchiveError(error);
      onFailure?.({ code, message });
    }
  }

  async #runOnThread(): Promise<void> {
    const loss = await this.#onThread().catch(String);
    this.#thread = undefined;
    if (loss !== undefined) this.#options.onFailure?.(new ArchiveError('archive_thread_lost', `the archive thread ended: ${loss}`));
  }

  /** @returns why the thread was lost, if it was. */
  async #onThread(): Promise<string | undefined> {
    const thread = startThread();
    this.#thread = thread;
    const ended = Promise.withResolvers<undefined>();
    let loss: string | undefined;
    thread.on('message', (message: FromThread) => this.#receive(message));
    thread.on('error', (error: unknown) => {
      loss = String(error);
    });
    thread.on('exit', () => ended.resolve(undefined));
    this.#post(thread);
    await ended.promise;
    return loss;
  }

  #post(thread: Worker): void {
    const { dbPath, outputDir, redaction = {} } = this.#options;
    const request: RunRequest = { dbPath, outputDir, thresholdBytes: this.#thresholdBytes, redaction };
    post(thread, { kind: 'run', request });
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'start':
        return this.#options.onStart?.(message.start);
      case 'outcome':
        return this.#options.onOutcome?.(message.outcome);
      case 'progress':
        return this.#options.onProgress?.(message.progress);
    }
  }
}

function startThread(): Worker {
  // The sources run as they are, the built package as JavaScript.
  const thread = new Worker(new URL(`./main${extname(import.meta.url)}`, import.meta.url), {
    execArgv: threadArguments(process.execArgv),
    // Short-lived rows are most of what it makes: a small nursery costs little, and holds little.
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
  });
  thread.unref();
  return thread;
}

function post(thread: Worker, message: ToThread): void {
  thread.postMessage(message);
}
