import { hasPayloads, keptBytes, type TraceCapture } from '../artifact/trace-capture.ts';

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

/**
 * Captures that wait to be written, oldest first. A ring: the newest win. Where more requests end than can be written, almost all of them
 * must cost almost nothing: then payloads are wanted only while there is a place to fill, and what comes without any takes none.
 */
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

  /** Whether what begins now has a chance to be written. */
  get hasPlace(): boolean {
    return this.#count < Math.min(this.#limits.maxCount, FEW) || this.#limits.available() > 0;
  }

  push(capture: TraceCapture): void {
    const available = this.#limits.available();
    const maxCount = Math.min(this.#limits.maxCount, Math.max(FEW, available));
    if ((available < 1 || this.#count >= maxCount) && !hasPayloads(capture)) {
      this.#onSuperseded();
      return;
    }
    const bytes = keptBytes(capture);
    while (this.#count > 0 && (this.#count >= maxCount || this.#bytes + bytes > this.#limits.maxBytes)) {
      this.shift();
      this.#onSuperseded();
    }
    this.#append({ capture, bytes });
  }

  shift(): TraceCapture | undefined {
    return this.#take()?.capture;
  }

  /** Lets go of those that ended before a time. @returns how many. */
  drop(beforeMs: number): number {
    let dropped = 0;
    for (let left = this.#count; left > 0; left -= 1) {
      const waiting = this.#take();
      if (waiting === undefined) break;
      if (waiting.capture.endedAtMs < beforeMs) dropped += 1;
      else this.#append(waiting);
    }
    return dropped;
  }

  #append(waiting: Waiting): void {
    this.#ring[(this.#first + this.#count) % this.#limits.maxCount] = waiting;
    this.#count += 1;
    this.#bytes += waiting.bytes;
  }

  #take(): Waiting | undefined {
    const waiting = this.#ring[this.#first];
    if (this.#count === 0 || waiting === undefined) return undefined;
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#limits.maxCount;
    this.#count -= 1;
    this.#bytes -= waiting.bytes;
    return waiting;
  }
}
