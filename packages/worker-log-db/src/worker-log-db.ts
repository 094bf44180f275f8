import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerLogDbReport } from '@codex-proxy/contracts';
import { threadArguments } from '@codex-proxy/state-db';
import type { CheckRequest, CheckResult } from './thread/check.ts';

export interface WorkerLogDbOptions {
  /** `CODEX_HOME` of the worker; nothing else in it is touched. */
  readonly codexHome: string;
  /** What the database may take on disk, its write-ahead log included; 0 keeps it empty. */
  readonly maxBytes: number;
  /** Between two looks. Default 10,000; below 64 MB 2,000, below 4 MB 500. */
  readonly intervalMs?: number;
  /** After each look that succeeded. */
  readonly onReport: (report: WorkerLogDbReport) => void;
  /** A look failed: once until one succeeds again. */
  readonly onFailure: (error: Error) => void;
  readonly onRecover: () => void;
}

/** Measured: a worker that warns of every turn, 35 a second, writes 0.6 MB a second. */
const INTERVALS: readonly (readonly [belowBytes: number, intervalMs: number])[] = [
  [1, 10_000],
  [4 * 1_048_576, 500],
  [64 * 1_048_576, 2_000],
  [Number.POSITIVE_INFINITY, 10_000],
];
const NURSERY_MB = 2;

/**
 * Keeps the worker's own log database bounded while the worker writes to it. Everything happens on a thread of its own; a look that
 * fails is repeated at the next interval.
 */
export class WorkerLogDb {
  readonly #options: WorkerLogDbOptions;
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | undefined;
  #settle: ((result: CheckResult) => void) | undefined;
  #failing = false;
  #closed = false;
  #bytes = 0;

  constructor(options: WorkerLogDbOptions) {
    this.#options = options;
  }

  /** Size on disk at the last look. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the last look failed, or left more than is allowed. */
  get failing(): boolean {
    return this.#failing || this.#bytes > Math.max(this.#options.maxBytes, EMPTY_BYTES);
  }

  /** Looks at once and from then on at each interval. To be called when the worker has answered its handshake: then it has its files. */
  start(): void {
    this.#timer ??= setInterval(
      () => {
        void this.check();
      },
      this.#options.intervalMs ?? intervalFor(this.#options.maxBytes),
    ).unref();
    void this.check();
  }

  /** Looks now; resolves when that is done, or joins the look that is under way. Never rejects. */
  async check(): Promise<void> {
    if (this.#closed) return;
    this.#checking ??= this.#look().finally(() => {
      this.#checking = undefined;
    });
    await this.#checking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#checking;
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #look(): Promise<void> {
    const { codexHome, maxBytes, onReport, onFailure, onRecover } = this.#options;
    const result = await this.#ask({ codexHome, maxBytes });
    if ('failure' in result) {
      if (!this.#failing) onFailure(new Error(result.failure));
      this.#failing = true;
      return;
    }
    if (this.#failing) onRecover();
    this.#failing = false;
    this.#bytes = result.report.bytes;
    onReport(result.report);
  }

  async #ask(request: CheckRequest): Promise<CheckResult> {
    try {
      const thread = (this.#thread ??= this.#startThread());
      return await new Promise((resolve) => {
        this.#settle = resolve;
        thread.postMessage(request);
      });
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  }

  #startThread(): Worker {
    // The sources run as they are, the built package as JavaScript.
    const thread = new Worker(new URL(`./thread/main${extname(import.meta.url)}`, import.meta.url), {
      execArgv: threadArguments(process.execArgv),
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
    });
    thread.unref();
    const lost = (reason: string): void => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#settle?.({ failure: reason });
    };
    thread.on('message', (result: CheckResult) => this.#settle?.(result));
    thread.on('error', (error) => {
      lost(error instanceof Error ? error.message : String(error));
    });
    thread.on('exit', () => {
      lost('the thread ended');
    });
    return thread;
  }
}

/** What a database without rows takes, with its indexes and a write-ahead log that was just written to. */
const EMPTY_BYTES = 4 * 1_048_576;

/** The less there is room for, the more often is looked; where nothing is kept nothing comes. */
function intervalFor(maxBytes: number): number | undefined {
  return INTERVALS.find(([belowBytes]) => maxBytes < belowBytes)?.[1];
}
