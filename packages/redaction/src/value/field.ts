import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';

/** A key of a record: what it says of its value, and the name under which it may be written. */
export interface Field extends KeyVerdict {
  readonly name: string;
}

const REMEMBERED_FIELDS = 4096;
const LONGEST_REMEMBERED_FIELD = 80;

export function createFields(keys: KeyPolicy, redact: (text: string) => string): (key: string) => Field {
  let remembered = new Map<string, Field>();
  return (key) => {
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const field = { ...keys.judge(key), name: redact(key) };
    if (key.length <= LONGEST_REMEMBERED_FIELD) {
      if (remembered.size >= REMEMBERED_FIELDS) remembered = new Map();
      remembered.set(key, field);
    }
    return field;
  };
}
