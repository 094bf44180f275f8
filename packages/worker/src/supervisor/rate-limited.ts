/** Lets `perSecond` reports through each second and counts the rest, so that a flood costs nothing and is still seen. */
export class RateLimited {
  readonly #perSecond: number;
  readonly #monotonicMs: () => number;
  #windowStartMs = 0;
  #inWindow = 0;
  #suppressed = 0;

  constructor(perSecond: number, monotonicMs: () => number) {
    this.#perSecond = perSecond;
    this.#monotonicMs = monotonicMs;
  }

  /** @returns how many were suppressed since the last that passed, or undefined when this one is suppressed too. */
  admit(): number | undefined {
    const nowMs = this.#monotonicMs();
    if (nowMs - this.#windowStartMs >= 1_000) {
      this.#windowStartMs = nowMs;
      this.#inWindow = 0;
    }
    if (this.#inWindow >= this.#perSecond) {
      this.#suppressed += 1;
      return undefined;
    }
    this.#inWindow += 1;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
