/**
 * Which runs are kept when they come faster than a database can take them: so many a second, and a burst before. A run is kept whole or
 * not at all.
 */
export class RunAdmission {
  readonly #perSecond: number;
  readonly #monotonicMs: () => number;
  #left: number;
  #filledAtMs: number;

  constructor(perSecond: number, monotonicMs: () => number) {
    this.#perSecond = perSecond;
    this.#monotonicMs = monotonicMs;
    this.#left = 2 * perSecond;
    this.#filledAtMs = monotonicMs();
  }

  admit(): boolean {
    const nowMs = this.#monotonicMs();
    this.#left = Math.min(2 * this.#perSecond, this.#left + ((nowMs - this.#filledAtMs) * this.#perSecond) / 1_000);
    this.#filledAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
