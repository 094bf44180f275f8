export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** Doubling delays with a ceiling, and the length of the streak of failures that they answer. */
export class Backoff {
  readonly #options: BackoffOptions;
  #streak = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  get streak(): number {
    return this.#streak;
  }

  /** Counts a failure and gives the delay before the next try: initial, twice that, and so on up to the maximum. */
  next(): number {
    const delayMs = Math.min(this.#options.initialMs * 2 ** Math.min(this.#streak, 30), this.#options.maxMs);
    this.#streak += 1;
    return delayMs;
  }

  /** A stable period has passed. */
  reset(): void {
    this.#streak = 0;
  }
}
