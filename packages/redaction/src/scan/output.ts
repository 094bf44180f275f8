/** What comes of a text, piece by piece. */
export class Output {
  #before = '';
  #piece = '';

  get length(): number {
    return this.#before.length + this.#piece.length;
  }

  add(text: string): void {
    this.#piece += text;
  }

  /** What was added since the last time; what follows is another piece. */
  cut(): string {
    const piece = this.#piece;
    this.#before += piece;
    this.#piece = '';
    return piece;
  }

  toString(): string {
    return this.#before + this.#piece;
  }
}
