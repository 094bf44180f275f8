/** A token bucket: `perMinute` requests a minute, as many at once. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #monotonicMs: () => number;
  #tokens: number;
  #filledAtMs: number;

  constructor(perMinute: number, monotonicMs: () => number) {
    this.#perMinute = perMinute;
    this.#monotonicMs = monotonicMs;
    this.#tokens = perMinute;
    this.#filledAtMs = monotonicMs();
  }

  /** @returns undefined when the request may pass, else the whole seconds until the next may. */
  take(): number | undefined {
    if (this.#perMinute === 0) return undefined;
    const nowMs = this.#monotonicMs();
    this.#tokens = Math.min(this.#perMinute, this.#tokens + ((nowMs - this.#filledAtMs) * this.#perMinute) / 60_000);
    this.#filledAtMs = nowMs;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return undefined;
    }
    return Math.max(1, Math.ceil(((1 - this.#tokens) * 60) / this.#perMinute));
  }
}
