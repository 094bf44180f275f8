import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ArchiveOutcome, ArchiveProgress, ArchivePrune, ArchiveStart } from '@codex-proxy/contracts';
import { threadArguments } from '@codex-proxy/state-db';
import { ArchiveError } from '../errors.ts';
import type { ArchiveRedaction } from '../export/redaction.ts';
import type { FromThread, RunRequest, ToThread } from './messages.ts';

export interface ArchiveScheduleOptions {
  readonly dbPath: string;
  readonly outputDir: string;
  /** Default 100 MiB. */
  readonly thresholdBytes?: number;
  /** Archives older than that are removed after each run. Default: all are kept. */
  readonly retentionDays?: number;
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
  /** What is no run's outcome: the thread was lost, or old archives could not be removed. */
  readonly onFailure?: (error: { readonly code: string; readonly message: string }) => void;
}

const DEBOUNCE_MS = 60_000;
const INTERVAL_MS = 600_000;
const STOP_TIMEOUT_MS = 10_000;
const NURSERY_MB = 4;

/**
 * Runs ScaleTrace beside a server: on a thread of its own that ends with each run, so that it holds no memory between two, and lets other
 * threads go first. Reports by callbacks; nothing here rejects.
 */
export class ArchiveSchedule {
  readonly #options: ArchiveScheduleOptions;
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

  /** Ends the schedule. A run under way ends after its current step; the next one, of this process or another, goes on where it was. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#interval);
    clearTimeout(this.#soon);
    const thread = this.#thread;
    if (thread === undefined) return;
    thread.ref();
    post(thread, { kind: 'stop' });
    const timeout = setTimeout(() => void thread.terminate(), STOP_TIMEOUT_MS);
    await this.#running;
    clearTimeout(timeout);
  }

  async #run(): Promise<void> {
    this.#lastLookMs = performance.now();
    const loss = await this.#onThread().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
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
      loss = error instanceof Error ? error.message : String(error);
    });
    thread.on('exit', () => ended.resolve(undefined));
    this.#post(thread);
    await ended.promise;
    return loss;
  }

  #post(thread: Worker): void {
    const { dbPath, outputDir, thresholdBytes, retentionDays, redaction = {} } = this.#options;
    const request: RunRequest = { dbPath, outputDir, thresholdBytes, retentionDays, redaction };
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
      case 'prune':
        return this.#options.onPrune?.(message.prune);
      case 'failure':
        return this.#options.onFailure?.({ code: message.code, message: message.message });
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
