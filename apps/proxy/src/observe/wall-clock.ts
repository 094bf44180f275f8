/** What is a step, and not the adjustment of a clock that runs a little fast or slow. */
const STEP_MS = 1_000;
/** By so much a clock may be set without anything being older or younger than it seems. */
const TOLERANCE_MS = 300_000;
/** A clock that was set further, and then left alone for so long, is right. */
const PROBATION_MS = 3_600_000;
const LOOK_MS = 1_000;

export interface WallClockOptions {
  /** Milliseconds since 1970, by a clock that can be set. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** It was set by a second or more: from what it would have shown to what it shows. */
  readonly onStep: (step: { readonly fromMs: number; readonly toMs: number }) => void;
}

/**
 * Tells whether the time of day can be believed when it says that something is old. For an hour after it was set by more than five minutes it
 * is not, so that a clock which jumps and is put right takes nothing with it that had not outlived its time. What it was at the start is
 * believed: nobody can tell.
 */
export class WallClock {
  readonly #options: WallClockOptions;
  readonly #timer: NodeJS.Timeout;
  /** Of the time of day over the monotonic clock. */
  #leadMs: number;
  #doubtedSinceMs = Number.NEGATIVE_INFINITY;

  constructor(options: WallClockOptions) {
    this.#options = options;
    this.#leadMs = options.nowMs() - options.monotonicMs();
    this.#timer = setInterval(() => {
      this.#look();
    }, LOOK_MS).unref();
  }

  /** Whether what is too old by it may go. */
  readonly isBelieved = (): boolean => {
    this.#look();
    return this.#options.monotonicMs() - this.#doubtedSinceMs >= PROBATION_MS;
  };

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const monotonicMs = this.#options.monotonicMs();
    const nowMs = this.#options.nowMs();
    const changeMs = nowMs - monotonicMs - this.#leadMs;
    this.#leadMs += changeMs;
    if (Math.abs(changeMs) > TOLERANCE_MS) this.#doubtedSinceMs = monotonicMs;
    if (Math.abs(changeMs) >= STEP_MS) this.#options.onStep({ fromMs: nowMs - changeMs, toMs: nowMs });
  }
}
