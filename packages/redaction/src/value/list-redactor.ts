import { TOO_DEEP } from '../placeholder.ts';
import { isSteady } from './exotic.ts';
import { holdsMore, LONGEST_NAME, type Field } from './field.ts';
import { isEntry, isHeaderList, isListOfEntries } from './list.ts';
import { SMALLEST_CARD } from './shape.ts';
import { FIELD, FIELD_SIZE, type Role, type Walk } from './walk.ts';

export interface ListParts {
  readonly field: (key: string) => Field;
  readonly redactAny: (value: unknown, depth: number, isContent: boolean, walk: Walk) => unknown;
  readonly redactField: (known: Field, value: unknown, depth: number, isContent: boolean, walk: Walk) => unknown;
  /** Of a text that was redacted already, by the one before it. */
  readonly redactArgument: (before: string, redacted: string) => unknown;
}

export type ListRedactor = (array: readonly unknown[], depth: number, role: Role, walk: Walk) => unknown;

/** Of one item of a list, by what stands before it. */
type RedactItem = (value: unknown, before: unknown, depth: number, walk: Walk) => unknown;

/** Of a long list one item in so many is read twice. */
const READ_TWICE = 256;

/** Lists of items, of names and values in turn, and of pairs of both: the same list where nothing had to be taken out. */
export function createListRedactor({ field, redactAny, redactField, redactArgument }: ListParts): ListRedactor {
  function redactList(array: readonly unknown[], depth: number, role: Role, walk: Walk): unknown {
    if (role !== 'content') {
      if (isHeaderList(array, role === 'headers')) return redactHeaders(array, depth, walk);
      if (isListOfEntries(array)) return redactItems(array, walk, redactEntry, depth);
    }
    return redactItems(array, walk, role === 'content' ? redactContentItem : redactItem, depth);
  }

  function redactItems(array: readonly unknown[], walk: Walk, redactOneItem: RedactItem, depth: number): readonly unknown[] {
    let copy: unknown[] | undefined;
    let before: unknown;
    for (let at = 0; at < array.length; at += 1) {
      const value = array[at];
      if (isEndless(array, at, value, walk)) return [...(copy ?? array.slice(0, at)), TOO_DEEP];
      walk.written += typeof value === 'string' ? value.length + FIELD_SIZE : FIELD_SIZE;
      const redacted = redactOneItem(value, before, depth, walk);
      if (copy === undefined && !Object.is(redacted, value)) copy = array.slice(0, at);
      copy?.push(redacted);
      before = value;
    }
    return copy ?? array;
  }

  function redactItem(value: unknown, before: unknown, depth: number, walk: Walk): unknown {
    if (typeof value === 'number' && value < SMALLEST_CARD) return value;
    const redacted = redactAny(value, depth + 1, false, walk);
    return typeof redacted === 'string' && typeof before === 'string' ? redactArgument(before, redacted) : redacted;
  }

  function redactContentItem(value: unknown, _before: unknown, depth: number, walk: Walk): unknown {
    return redactAny(value, depth + 1, true, walk);
  }

  /** Names and values in turn: a value is judged by its name as that of a field. */
  function redactHeaders(list: readonly unknown[], depth: number, walk: Walk): unknown {
    let isValue = true;
    const redactHeader: RedactItem = (value, name) => {
      isValue = !isValue;
      return isValue && typeof name === 'string'
        ? redactField(field(name), value, depth, false, walk)
        : redactAny(value, depth + 1, false, walk);
    };
    return redactItems(list, walk, redactHeader, depth);
  }

  /** `["messages", …]` in a list of such: what the first says holds for the second. */
  function redactEntry(entry: unknown, _before: unknown, depth: number, walk: Walk): unknown {
    const [key, value]: readonly unknown[] = isEntry(entry) ? entry : [];
    const known = typeof key === 'string' && key.length <= LONGEST_NAME ? field(key) : undefined;
    if (known === undefined || !holdsMore(known)) return redactAny(entry, depth + 1, false, walk);
    const redacted = redactField(known, value, depth + 1, false, walk);
    return Object.is(redacted, value) ? entry : [known.name, redacted];
  }

  return redactList;
}

/** Whether a list goes on without end from here: over places that hold nothing, or making its items as it is asked for them. */
function isEndless(array: readonly unknown[], at: number, value: unknown, walk: Walk): boolean {
  if (value === undefined && !(at in array)) return !walk.mayHaveHole();
  if (at % READ_TWICE !== READ_TWICE - 1 || walk.source === 'parsed' || isSteady(array, String(at), value)) return false;
  return !walk.mayMake(READ_TWICE * FIELD);
}
