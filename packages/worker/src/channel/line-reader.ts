const NEWLINE = 0x0a;

export interface LineReaderOptions {
  /** Longest line kept; a longer one is skipped whole. */
  readonly maxLineBytes: number;
  readonly onLine: (line: string, bytes: number) => void;
  readonly onTooLong: (bytes: number) => void;
}

/**
 * Cuts a byte stream into lines. Bytes are decoded only when a line is whole, so a character that is split over two reads
 * stays intact.
 */
export class LineReader {
  readonly #options: LineReaderOptions;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #skippedBytes = 0;

  constructor(options: LineReaderOptions) {
    this.#options = options;
  }

  /** Bytes of an unfinished line. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    if (this.#skippedBytes > 0) {
      const end = rest.indexOf(NEWLINE);
      this.#skippedBytes += end === -1 ? rest.length : end;
      if (end === -1) return;
      this.#options.onTooLong(this.#skippedBytes);
      this.#skippedBytes = 0;
      rest = rest.subarray(end + 1);
    }
    const last = rest.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#hold(rest);
      return;
    }
    const whole = this.#heldBytes === 0 ? rest.subarray(0, last) : Buffer.concat([...this.#held, rest.subarray(0, last)]);
    this.#held = [];
    this.#heldBytes = 0;
    this.#emit(whole);
    if (last + 1 < rest.length) this.#hold(rest.subarray(last + 1));
  }

  /** The stream has ended: an unfinished line is a line. */
  end(): void {
    const rest = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#skippedBytes > 0) this.#options.onTooLong(this.#skippedBytes);
    this.#skippedBytes = 0;
    this.#emit(rest);
  }

  #emit(whole: Buffer): void {
    const text = whole.toString('utf8');
    // When every character is one byte, lengths are sizes. If not, sizes are counted in the bytes: bad ones grow when decoded.
    const oneByte = text.length === whole.length;
    let start = 0;
    let startByte = 0;
    while (start <= text.length) {
      let end = text.indexOf('\n', start);
      if (end === -1) end = text.length;
      let bytes = end - start;
      if (!oneByte) {
        const endByte = whole.indexOf(NEWLINE, startByte);
        bytes = (endByte === -1 ? whole.length : endByte) - startByte;
        startByte += bytes + 1;
      }
      if (bytes > 0) {
        if (bytes > this.#options.maxLineBytes) this.#options.onTooLong(bytes);
        else this.#options.onLine(text.slice(start, end), bytes);
      }
      start = end + 1;
    }
  }

  #hold(bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > this.#options.maxLineBytes) {
      this.#skippedBytes = this.#heldBytes;
      this.#held = [];
      this.#heldBytes = 0;
      return;
    }
    this.#held.push(bytes);
  }
}
