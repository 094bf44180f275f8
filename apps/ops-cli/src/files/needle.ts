/** Up to so many bytes Node finds by the first of them alone, as fast as memory is read where that one is rare: ten times as fast as a whole id. */
const PART_BYTES = 7;
/** What is read first tells which bytes are rare. */
const SAMPLE_BYTES = 64 * 1024;

/** Bytes that are looked for, by that part of them which begins with the rarest. */
export class Needle {
  readonly #whole: Buffer;
  #part: Buffer;
  /** How far the part lies in the whole. */
  #before = 0;

  constructor(text: string) {
    this.#whole = Buffer.from(text);
    this.#part = this.#whole.subarray(0, PART_BYTES);
  }

  /** Learns from the beginning of what will be searched which of its bytes are rare there. */
  learn(bytes: Uint8Array): void {
    const counts = new Uint32Array(256);
    for (const byte of bytes.subarray(0, SAMPLE_BYTES)) counts[byte] = (counts[byte] ?? 0) + 1;
    const last = Math.max(0, this.#whole.length - PART_BYTES);
    let best = 0;
    for (let at = 1; at <= last; at += 1) {
      if ((counts[this.#whole[at] ?? 0] ?? 0) < (counts[this.#whole[best] ?? 0] ?? 0)) best = at;
    }
    this.#before = best;
    this.#part = this.#whole.subarray(best, best + PART_BYTES);
  }

  /** Where it first stands at `from` or behind; -1 if nowhere. */
  indexIn(bytes: Buffer, from: number): number {
    const { length } = this.#whole;
    for (let at = bytes.indexOf(this.#part, from + this.#before); at !== -1; at = bytes.indexOf(this.#part, at + 1)) {
      const start = at - this.#before;
      if (start + length > bytes.length) return -1;
      if (this.#whole.compare(bytes, start, start + length) === 0) return start;
    }
    return -1;
  }

  isIn(bytes: Buffer): boolean {
    return bytes.includes(this.#whole);
  }
}
