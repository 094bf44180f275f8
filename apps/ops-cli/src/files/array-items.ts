const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];
/** Longer items are skipped and counted. */
const MAX_ITEM_BYTES = 8 * 1024 * 1024;

/** Cuts one JSON array, in pieces of any size, into its objects, in constant memory. It does not judge whether the JSON is valid. */
export class ArrayItems {
  readonly #onItem: (item: Buffer) => void;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Items that were too long. */
  skipped = 0;

  constructor(onItem: (item: Buffer) => void) {
    this.#onItem = onItem;
  }

  push(chunk: Buffer): void {
    let start = this.#depth > 1 ? 0 : -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInString = false;
      } else if (byte === QUOTE) this.#isInString = true;
      else if (OPEN.includes(byte)) {
        this.#depth += 1;
        if (this.#depth === 2) start = at;
      } else if (CLOSE.includes(byte)) {
        this.#depth -= 1;
        if (this.#depth === 1) {
          this.#keep(chunk.subarray(start, at + 1));
          this.#finish();
          start = -1;
        }
      }
    }
    if (start !== -1) this.#keep(chunk.subarray(start));
  }

  /** Whether the array was closed. */
  get isComplete(): boolean {
    return this.#depth === 0;
  }

  #keep(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes <= MAX_ITEM_BYTES) this.#pieces.push(Buffer.from(piece));
    else this.#pieces = [];
  }

  #finish(): void {
    if (this.#bytes <= MAX_ITEM_BYTES) this.#onItem(Buffer.concat(this.#pieces));
    else this.skipped += 1;
    this.#pieces = [];
    this.#bytes = 0;
  }
}
