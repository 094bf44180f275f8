/** How many pieces, or how much of them, is strung together before it is copied. */
const MOST_PIECES = 512;
const MOST_CHARS = 16_384;

/**
 * A text that grows by pieces of any size. To string a piece to what there is costs V8 tens of bytes, and keeps alive the text that the piece was
 * cut from; to look into the whole copies it. So pieces are strung together, copied into chunks once they are many, and the chunks strung together.
 */
export class HeldText {
  #chunks = '';
  #recent = '';
  #pieces = 0;

  get length(): number {
    return this.#chunks.length + this.#recent.length;
  }

  /** All of it; what is left is empty. */
  take(): string {
    const text = this.#chunks + this.#recent;
    this.#chunks = '';
    this.#recent = '';
    this.#pieces = 0;
    return text;
  }

  add(piece: string): void {
    if (this.#pieces < MOST_PIECES && this.#recent.length < MOST_CHARS) {
      this.#recent += piece;
      this.#pieces += 1;
      return;
    }
    // Of all ways to say it, `join` is the one that copies.
    this.#chunks += [this.#recent, piece].join('');
    this.#recent = '';
    this.#pieces = 0;
  }
}
