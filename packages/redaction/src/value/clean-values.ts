/** Values that nothing was found in, few enough to be cheap for whoever keeps them. */
export class CleanValues {
  readonly #slots: string[];

  /** @param count How many are kept at most: a power of two. */
  constructor(count: number) {
    this.#slots = Array.from({ length: count }, () => '');
  }

  has(value: string): boolean {
    return this.#slots[this.#slotOf(value)] === value;
  }

  /** Takes the place of what was there: of values that do not repeat only the latest stay. */
  add(value: string): void {
    if (value.length <= LONGEST) this.#slots[this.#slotOf(value)] = value;
  }

  /** A hash of the whole would take longer than to look at most values anew. */
  #slotOf(value: string): number {
    const { length } = value;
    return (length * 3 + value.charCodeAt(length - 1) + value.charCodeAt(length >> 1)) & (this.#slots.length - 1);
  }
}

const LONGEST = 64;
