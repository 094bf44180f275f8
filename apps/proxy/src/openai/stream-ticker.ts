/** Something that wants to look at the clock now and then. */
export interface Ticking {
  tick(nowMs: number): void;
}

/** One timer for all streams, since a timer for each would cost more than the stream. */
export class StreamTicker {
  readonly #streams = new Set<Ticking>();
  readonly #timer: NodeJS.Timeout;

  constructor(intervalMs: number, monotonicMs: () => number) {
    this.#timer = setInterval(() => {
      const nowMs = monotonicMs();
      for (const stream of this.#streams) stream.tick(nowMs);
    }, intervalMs);
    this.#timer.unref();
  }

  add(stream: Ticking): void {
    this.#streams.add(stream);
  }

  delete(stream: Ticking): void {
    this.#streams.delete(stream);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
