/** Longer texts are rare, and get a buffer of their own size. */
const ROOM_BYTES = 98_304;
/** A UTF-16 unit has at most so many bytes in UTF-8. */
const BYTES_PER_UNIT = 3;

/** Collects short texts as bytes, without a string that holds them all. */
export class ChunkBuffer {
  #bytes = Buffer.allocUnsafeSlow(ROOM_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    if (text.length * BYTES_PER_UNIT > this.#bytes.length - this.#length) this.#grow(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** What was collected; the buffer is empty then. */
  take(): Buffer<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(ROOM_BYTES);
    this.#length = 0;
    return taken;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#bytes.length - this.#length) return;
    const larger = Buffer.allocUnsafeSlow(this.#length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
