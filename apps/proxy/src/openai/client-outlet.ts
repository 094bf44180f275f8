import type { ServerResponse } from 'node:http';

/** What is handed over at a time of a text that is longer: between two, it shows whether the client reads. */
const PIECE_BYTES = 65_536;

/** How long more than the limit may stand unsent while nothing is read. */
const STALL_MS = 10_000;

const NOTHING = Buffer.alloc(0);

export interface ClientOutletOptions {
  readonly response: ServerResponse;
  /** How much may stand unsent, the longest of the texts not counted: what comes in one piece says nothing of the client. */
  readonly maxBufferBytes: number;
  readonly monotonicMs: () => number;
  /** The client reads too slowly: it is about to be cut off. Called once. */
  readonly onSlow: () => void;
}

/**
 * Writes to a client as fast as it reads, and cuts off one that does not: at once when what stands unsent is more than the limit and the longest
 * text in it, so that this bounds the memory; after ten seconds without progress when it is more than the limit alone.
 */
export class ClientOutlet {
  readonly #options: ClientOutletOptions;
  /** Texts that wait for the client, in order, before which `#rest` goes. */
  #waiting: string[] = [];
  #waitingBytes = 0;
  #rest: Buffer = NOTHING;
  #longestBytes = 0;
  #progressAtMs = 0;
  #listens = false;
  #ended = false;
  #cut = false;

  constructor(options: ClientOutletOptions) {
    this.#options = options;
  }

  write(text: string): void {
    const { response } = this.#options;
    if (this.#cut) return;
    if (!this.#isBusy && text.length < PIECE_BYTES) {
      response.write(text);
      return;
    }
    this.#queue(text);
    this.#pump();
    if (this.#unsentBytes > this.#options.maxBufferBytes + this.#longestBytes) this.#cutOff();
  }

  /** The last text. What waits comes before it. */
  end(text: string): void {
    const { response } = this.#options;
    if (this.#cut || this.#ended) return;
    this.#ended = true;
    if (!this.#isBusy && text.length < PIECE_BYTES) {
      response.end(text);
      return;
    }
    this.#queue(text);
    this.#pump();
  }

  /** Looks at the clock, now and then. */
  tick(nowMs: number): void {
    if (this.#cut || !this.#isQueuing) return;
    if (this.#unsentBytes > this.#options.maxBufferBytes && nowMs - this.#progressAtMs >= STALL_MS) this.#cutOff();
  }

  /** The connection is closed. */
  close(): void {
    this.#cut = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#rest = NOTHING;
  }

  get #isQueuing(): boolean {
    return this.#rest.length > 0 || this.#waiting.length > 0;
  }

  get #isBusy(): boolean {
    return this.#isQueuing || this.#options.response.writableNeedDrain;
  }

  get #unsentBytes(): number {
    return this.#options.response.writableLength + this.#rest.length + this.#waitingBytes;
  }

  #queue(text: string): void {
    if (!this.#isQueuing) {
      this.#progressAtMs = this.#options.monotonicMs();
      this.#longestBytes = 0;
    }
    const bytes = Buffer.byteLength(text);
    this.#waiting.push(text);
    this.#waitingBytes += bytes;
    if (bytes > this.#longestBytes) this.#longestBytes = bytes;
    if (this.#listens) return;
    this.#listens = true;
    this.#options.response.on('drain', () => {
      this.#progressAtMs = this.#options.monotonicMs();
      this.#pump();
    });
  }

  #pump(): void {
    const { response } = this.#options;
    while (!this.#cut && this.#isQueuing && !response.writableNeedDrain) {
      if (this.#rest.length === 0) this.#encode();
      const piece = this.#rest.subarray(0, PIECE_BYTES);
      this.#rest = piece.length === this.#rest.length ? NOTHING : this.#rest.subarray(PIECE_BYTES);
      response.write(piece);
    }
    if (this.#ended && !this.#cut && !this.#isQueuing) response.end();
  }

  /** Bytes, for a text cannot be cut just anywhere. */
  #encode(): void {
    let text = '';
    let count = 0;
    for (; count < this.#waiting.length && text.length < PIECE_BYTES; count += 1) text += this.#waiting[count] ?? '';
    this.#waiting.splice(0, count);
    this.#rest = Buffer.from(text);
    this.#waitingBytes -= this.#rest.length;
  }

  #cutOff(): void {
    this.close();
    this.#options.onSlow();
    this.#options.response.destroy();
  }
}
