export interface Pace {
  /** Artifacts that may be written one after another at once. Default: `maxFiles`. */
  readonly burst?: number;
  /** Artifacts a second after that. Default 5: a file costs a millisecond of a processor, which is to stay below one in a hundred. */
  readonly perSecond?: number;
}

/** Lets through a burst, and then so many a second. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #monotonicMs: () => number;
  #tokens: number;
  #atMs: number;

  constructor(pace: Required<Pace>, monotonicMs: () => number) {
    this.#burst = Math.max(1, pace.burst);
    this.#perMs = Math.max(0.001, pace.perSecond) / 1_000;
    this.#monotonicMs = monotonicMs;
    this.#tokens = this.#burst;
    this.#atMs = monotonicMs();
  }

  /** Takes one. @returns 0, or how long to wait before there is one. */
  take(): number {
    this.#refill();
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#perMs;
    this.#tokens -= 1;
    return 0;
  }

  /** How many could be taken one after another now. */
  available(): number {
    this.#refill();
    return Math.floor(this.#tokens);
  }

  #refill(): void {
    const nowMs = this.#monotonicMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
