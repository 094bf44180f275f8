/** Values that nothing was found in, few enough to be cheap for whoever keeps them. */
export class CleanValues {
  readonly #count: number;
  /** Of most keys of a table one value is all that comes: it needs no list. */
  #first = '';
  #slots: string[] | undefined;

  /** @param count How many are kept at most: a power of two. */
  constructor(count: number) {
    this.#count = count;
  }

  has(value: string): boolean {
    return this.#slots === undefined ? this.#first === value : this.#slots[this.#slotOf(value)] === value;
  }

  /** Takes the place of what was there: of values that do not repeat only the latest stay. */
  add(value: string): void {
    if (value.length > LONGEST) return;
    if (this.#slots !== undefined) this.#slots[this.#slotOf(value)] = value;
    else if (this.#first === '') this.#first = value;
    else {
      this.#slots = Array.from({ length: this.#count }, () => '');
      for (const known of [this.#first, value]) this.#slots[this.#slotOf(known)] = known;
    }
  }

  /** A hash of the whole would take longer than to look at most values anew. */
  #slotOf(value: string): number {
    const { length } = value;
    return (length * 3 + value.charCodeAt(length - 1) + value.charCodeAt(length >> 1)) & (this.#count - 1);
  }
}

const LONGEST = 64;
