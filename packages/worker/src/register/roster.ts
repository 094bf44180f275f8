import { Register } from './register.ts';

/** Something that nothing else shares its number with. */
export interface Numbered {
  readonly ordinal: number;
}

/** What those see of it who do not keep it. */
export type ReadonlyRoster<T extends Numbered> = Pick<Roster<T>, 'size' | 'has' | typeof Symbol.iterator>;

/** A set of what comes and goes, in order of arrival, for the reason that `Register` gives. */
export class Roster<T extends Numbered> {
  readonly #register = new Register<number, T>();

  get size(): number {
    return this.#register.size;
  }

  has(item: T): boolean {
    return this.#register.get(item.ordinal) !== undefined;
  }

  add(item: T): void {
    this.#register.set(item.ordinal, item);
  }

  /** @returns false when it was not there. */
  delete(item: T): boolean {
    return this.#register.delete(item.ordinal);
  }

  clear(): void {
    this.#register.clear();
  }

  /** Items may be deleted meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return this.#register.values();
  }
}
