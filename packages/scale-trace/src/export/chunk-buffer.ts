/** A UTF-16 unit has at most so many bytes in UTF-8. */
const BYTES_PER_UNIT = 3;

/** Collects short texts as bytes, without a string that holds them all. */
export class ChunkBuffer {
  readonly #roomBytes: number;
  #bytes: Buffer;
  #length = 0;

  /** `roomBytes`: what most chunks take. Longer ones are rare, and get a buffer of their own size. */
  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes;
    this.#bytes = Buffer.allocUnsafeSlow(roomBytes);
  }

  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    if (text.length * BYTES_PER_UNIT > this.#bytes.length - this.#length) this.#grow(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** What was collected: as long as nothing more is. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    if (this.#bytes.length > this.#roomBytes) this.#bytes = Buffer.allocUnsafeSlow(this.#roomBytes);
    this.#length = 0;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#bytes.length - this.#length) return;
    const larger = Buffer.allocUnsafeSlow(this.#length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
