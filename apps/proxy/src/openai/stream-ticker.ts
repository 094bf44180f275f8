/** Something that wants to look at the clock now and then. */
export interface Ticking {
  tick(nowMs: number): void;
}

/** One timer for all streams, since a timer for each would cost more than the stream. */
export class StreamTicker {
  /** Each in an entry that is emptied when it goes: a set keeps its outgrown tables linked, and they would keep the streams. */
  readonly #entries = new Set<{ stream: Ticking | undefined }>();
  readonly #timer: NodeJS.Timeout;

  constructor(intervalMs: number, monotonicMs: () => number) {
    this.#timer = setInterval(() => {
      const nowMs = monotonicMs();
      for (const { stream } of this.#entries) stream?.tick(nowMs);
    }, intervalMs);
    this.#timer.unref();
  }

  /** @returns what ends the ticking. */
  add(stream: Ticking): () => void {
    const entry: { stream: Ticking | undefined } = { stream };
    this.#entries.add(entry);
    return () => {
      entry.stream = undefined;
      this.#entries.delete(entry);
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
