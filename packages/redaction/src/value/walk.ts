import { CIRCULAR, TOO_DEEP } from '../placeholder.ts';

/** Of one object other things become in content, and in a list of headers. */
export type Role = 'plain' | 'content' | 'headers';

/** Where a value comes from. Any may answer otherwise when it is asked again; a `flat` one does not for its own fields, a `parsed` one nowhere. */
export type Source = 'any' | 'flat' | 'parsed';

/** Characters that JSON would write again for what is shared: an object that stands in two places is written twice, and so is all in it. */
const MOST_REPEATED = 4 * 1024 * 1024;
/** What takes no more than this may be written again as often as it stands somewhere. */
const SMALL = 64;
/** Objects that are looked at in one value, and those that are left out for lying too deep: what makes them as it is asked would never end. */
const MOST_OBJECTS = 4_000_000;
const MOST_LEFT_OUT = 10_000;
/** What is made while it is asked for, by getters, proxies and `toJSON`, as far as that shows. */
const MOST_MADE = 1_000_000;
/** What of that counts how much, by the time that each takes. */
export const FIELD = 10;
export const OBJECT = 10;
export const ERROR = 100;
/** Places of lists that hold nothing, and would be written as `null`. */
const MOST_HOLES = 10_000;

/** What a field takes in writing beside its name and its text: quotes, a colon, a comma, a number. */
export const FIELD_SIZE = 8;

/** One walk through a value: the objects met and what became of them, how much will be written, and how much more may be. */
export class Walk {
  readonly source: Source;
  /** Characters that JSON would write for what was walked through, roughly. */
  written = 0;
  readonly #root: object | undefined;
  #plain: Map<object, unknown> | undefined;
  #content: Map<object, unknown> | undefined;
  #headers: Map<object, unknown> | undefined;
  /** How much was written for what was met, where that is much. */
  #sizes: Map<object, number> | undefined;
  #objects = 0;
  #leftOut = 0;
  #repeated = 0;
  #made = 0;
  #holes = 0;

  constructor(root: object | undefined, source: Source) {
    this.#root = root;
    this.source = source;
  }

  /** Whether the fields of an object are what they were when they are read again. */
  trusts(object: object): boolean {
    return this.source === 'parsed' || (this.source === 'flat' && object === this.#root);
  }

  /** What became of the objects met in this role; while one is walked through, what encloses it leads back to it. */
  metAs(role: Role): Map<object, unknown> {
    switch (role) {
      case 'plain':
        return (this.#plain ??= startMap(this.#root));
      case 'content':
        return (this.#content ??= startMap(undefined));
      case 'headers':
        return (this.#headers ??= startMap(undefined));
    }
  }

  /** Whether an object may be walked through: not where it lies too deep, nor where there were too many. What is parsed has an end. */
  mayEnter(isTooDeep: boolean): boolean {
    this.#objects += 1;
    if (isTooDeep) this.#leftOut += 1;
    return !isTooDeep && ((this.#objects <= MOST_OBJECTS && this.#leftOut <= MOST_LEFT_OUT) || this.source === 'parsed');
  }

  /** Notes how much was written for an object. */
  note(object: object, written: number): void {
    if (written > SMALL) (this.#sizes ??= new Map<object, number>()).set(object, written);
  }

  /** What stands for an object in a second place: the same as in the first, until too much would be written again. */
  repeat(object: object, redacted: unknown): unknown {
    const written = this.#sizes?.get(object);
    if (written !== undefined && this.#repeated + written > MOST_REPEATED) return TOO_DEEP;
    this.#repeated += written ?? 0;
    this.written += written ?? SMALL;
    return redacted;
  }

  /** Whether there may be more of what an object makes. */
  mayMake(cost: number): boolean {
    if (this.#made >= MOST_MADE) return false;
    this.#made += cost;
    return true;
  }

  /** Whether there may be one more place that holds nothing. */
  mayHaveHole(): boolean {
    this.#holes += 1;
    return this.#holes <= MOST_HOLES;
  }
}

/** What leads back to the root is circular. */
function startMap(root: object | undefined): Map<object, unknown> {
  return new Map(root === undefined ? [] : [[root, CIRCULAR]]);
}
