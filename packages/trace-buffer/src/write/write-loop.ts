import { TokenBucket, type Pace } from './token-bucket.ts';

export interface WriteLoopOptions {
  readonly pace: Required<Pace>;
  readonly monotonicMs: () => number;
  /** Writes the next one. @returns false when there is none. Never rejects. */
  readonly writeNext: () => Promise<boolean>;
}

/** Writes one after another, at its pace, and never in the event-loop turn of those who ask for it. */
export class WriteLoop {
  readonly #bucket: TokenBucket;
  readonly #writeNext: () => Promise<boolean>;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #exhausted = false;

  constructor({ pace, monotonicMs, writeNext }: WriteLoopOptions) {
    this.#bucket = new TokenBucket(pace, monotonicMs);
    this.#writeNext = writeNext;
  }

  /** How many could be written one after another now. */
  available(): number {
    // Asked with each request: no clock is read for what is known.
    return this.#exhausted ? 0 : this.#bucket.available();
  }

  /** There is something to write. */
  wake(): void {
    if (this.#timer === undefined) this.#later(0);
  }

  /** Writes all that waits now, whatever the pace. */
  async drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#exhausted = false;
    return this.#run(async () => {
      while (await this.#writeNext());
    });
  }

  /** Resolves when what is being written now is written. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #step(): Promise<void> {
    const waitMs = this.#bucket.take();
    this.#exhausted = waitMs > 0;
    if (waitMs > 0) this.#later(waitMs);
    else if (await this.#writeNext()) this.wake();
  }

  #later(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#run(async () => this.#step());
    }, delayMs).unref();
  }

  /** After what runs already. */
  async #run(work: () => Promise<void>): Promise<void> {
    const done = (this.#running ?? Promise.resolve()).then(work);
    this.#running = done;
    await done;
    if (this.#running === done) this.#running = undefined;
  }
}
