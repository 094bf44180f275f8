import { keptBytes, type TraceCapture } from '../artifact/trace-capture.ts';

export interface PendingLimits {
  readonly maxCount: number;
  /** How many could be written now. Beyond these a few more may wait: what waits long keeps its memory from being collected young. */
  readonly available: () => number;
  /** Of the payloads that they keep alive, by their size on the wire. */
  readonly maxBytes: number;
}

const FEW = 8;

interface Waiting {
  readonly capture: TraceCapture;
  readonly bytes: number;
}

/** Captures that wait to be written, oldest first. A ring: the newest win. */
export class PendingCaptures {
  readonly #limits: PendingLimits;
  readonly #ring: (Waiting | undefined)[];
  readonly #onSuperseded: () => void;
  #first = 0;
  #count = 0;
  #bytes = 0;

  constructor(limits: PendingLimits, onSuperseded: () => void) {
    this.#limits = limits;
    this.#ring = new Array<Waiting | undefined>(limits.maxCount);
    this.#onSuperseded = onSuperseded;
  }

  get size(): number {
    return this.#count;
  }

  push(capture: TraceCapture): void {
    const bytes = keptBytes(capture);
    const maxCount = Math.min(this.#limits.maxCount, Math.max(FEW, this.#limits.available()));
    while (this.#count > 0 && (this.#count >= maxCount || this.#bytes + bytes > this.#limits.maxBytes)) {
      this.shift();
      this.#onSuperseded();
    }
    this.#ring[(this.#first + this.#count) % this.#limits.maxCount] = { capture, bytes };
    this.#count += 1;
    this.#bytes += bytes;
  }

  shift(): TraceCapture | undefined {
    const waiting = this.#ring[this.#first];
    if (this.#count === 0 || waiting === undefined) return undefined;
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#limits.maxCount;
    this.#count -= 1;
    this.#bytes -= waiting.bytes;
    return waiting.capture;
  }

  /** Lets go of those that ended before a time. @returns how many. */
  drop(beforeMs: number): number {
    let dropped = 0;
    for (let left = this.#count; left > 0; left -= 1) {
      const capture = this.shift();
      if (capture === undefined) break;
      if (capture.endedAtMs < beforeMs) dropped += 1;
      else this.push(capture);
    }
    return dropped;
  }
}
