import type { Batch } from '../thread/messages.ts';

/** The id under which a row is kept, or a short code that says why it is not. */
export type Outcome = number | string;

export interface Entry {
  readonly channel: number;
  readonly row: unknown;
  /** What it is counted as: its payload and a little for the rest. */
  readonly bytes: number;
  readonly settle: (outcome: Outcome) => void;
}

export interface QueueOptions {
  /** Rows that wait or are being written, at most. Default 50,000. */
  readonly maxRows?: number;
  /** Bytes of theirs, at most. Default 32 MiB. */
  readonly maxBytes?: number;
  /**
   * From one transaction to the next: what comes after a pause is written at once, what comes meanwhile is collected. Default 25: a
   * transaction costs its thread a millisecond or two, however few rows it has.
   */
  readonly commitIntervalMs?: number;
}

const MAX_ROWS = 50_000;
const MAX_BYTES = 32 * 1_048_576;
const COMMIT_INTERVAL_MS = 25;
const ROW_BYTES = 256;
/** A transaction is no longer than that, so that nothing waits long for it. */
const BATCH_ROWS = 2_000;
/** One is written while the next is handed over. */
const BATCHES_IN_FLIGHT = 2;

/** Rows on their way to the writer thread: sent in batches, so many a second at most, bounded by number and by size. */
export class AppendQueue {
  readonly #send: (batch: Batch) => void;
  readonly #maxRows: number;
  readonly #maxBytes: number;
  readonly #intervalMs: number;
  readonly #inFlight = new Map<number, readonly Entry[]>();
  readonly #flushes: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #waiting: Entry[] = [];
  /** What was pushed in this turn of the event loop goes together. */
  #soon: NodeJS.Immediate | undefined;
  /** Runs for an interval after each batch. */
  #gap: NodeJS.Timeout | undefined;
  #paused = true;
  #rows = 0;
  #bytes = 0;
  #batches = 0;
  #pushed = 0;
  #settled = 0;

  constructor(send: (batch: Batch) => void, { maxRows, maxBytes, commitIntervalMs }: QueueOptions) {
    this.#send = send;
    this.#maxRows = maxRows ?? MAX_ROWS;
    this.#maxBytes = maxBytes ?? MAX_BYTES;
    this.#intervalMs = commitIntervalMs ?? COMMIT_INTERVAL_MS;
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False when there is no room. */
  push(entry: Entry): boolean {
    const bytes = entry.bytes + ROW_BYTES;
    if (this.#rows >= this.#maxRows || this.#bytes + bytes > this.#maxBytes) return false;
    this.#rows += 1;
    this.#bytes += bytes;
    this.#pushed += 1;
    this.#waiting.push(entry);
    if (!this.#paused && this.#gap === undefined) this.#soon ??= setImmediate(this.#advance);
    return true;
  }

  /** The writer takes rows from now on. */
  resume(): void {
    this.#paused = false;
    this.#advance();
  }

  /** The writer is gone: what it had is lost with `outcome`, what waits goes on waiting. */
  pause(outcome: Outcome): void {
    this.#paused = true;
    this.#stopTimers();
    for (const batch of [...this.#inFlight.keys()]) this.lose(batch, outcome);
  }

  /** A batch has come back, with the outcome of each of its rows. */
  settle(batch: number, outcomes: readonly Outcome[]): void {
    const entries = this.#inFlight.get(batch) ?? [];
    this.#inFlight.delete(batch);
    this.#release(entries, outcomes);
    if (this.#waiting.length > 0 && !this.#paused) this.#again();
  }

  /** A batch will not come back. */
  lose(batch: number, outcome: Outcome): void {
    const entries = this.#inFlight.get(batch) ?? [];
    this.settle(
      batch,
      entries.map(() => outcome),
    );
  }

  /** Resolves when all that was pushed before has been settled. */
  async flush(): Promise<void> {
    if (this.#settled === this.#pushed) return;
    const done = new Promise<void>((resolve) => this.#flushes.push({ upTo: this.#pushed, resolve }));
    if (!this.#paused) this.#advance();
    return done;
  }

  /** Settles all that is left. */
  abandon(outcome: Outcome): void {
    this.pause(outcome);
    const entries = this.#waiting;
    this.#waiting = [];
    this.#release(
      entries,
      entries.map(() => outcome),
    );
  }

  readonly #advance = (): void => {
    this.#stopTimers();
    while (this.#waiting.length > 0 && this.#inFlight.size < BATCHES_IN_FLIGHT) {
      const entries = this.#waiting.splice(0, BATCH_ROWS);
      this.#batches += 1;
      this.#inFlight.set(this.#batches, entries);
      const [channels, rows] = [entries.map(({ channel }) => channel), entries.map(({ row }) => row)];
      this.#send({ kind: 'batch', batch: this.#batches, channels, rows });
    }
    this.#gap = setTimeout(() => {
      this.#gap = undefined;
      if (this.#waiting.length > 0) this.#advance();
    }, this.#intervalMs);
  };

  #stopTimers(): void {
    clearImmediate(this.#soon);
    clearTimeout(this.#gap);
    this.#soon = undefined;
    this.#gap = undefined;
  }

  /** A full batch goes at once; what is less may grow until the interval is over. */
  #again(): void {
    if (this.#gap === undefined || this.#waiting.length >= BATCH_ROWS || this.#flushes.length > 0) this.#advance();
  }

  #release(entries: readonly Entry[], outcomes: readonly Outcome[]): void {
    this.#settled += entries.length;
    this.#rows -= entries.length;
    for (const { bytes } of entries) this.#bytes -= bytes + ROW_BYTES;
    for (const [at, outcome] of outcomes.entries()) entries[at]?.settle(outcome);
    while ((this.#flushes[0]?.upTo ?? Infinity) <= this.#settled) this.#flushes.shift()?.resolve();
  }
}
