import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import { STRUCTURAL_KEYS } from '../keys/key-words.ts';
import { CleanValues } from './clean-values.ts';

/** A key of a record: what it says of its value, and the name under which it may be written. */
export interface Field extends KeyVerdict {
  readonly name: string;
  /** Whether the key is `value` or the like, and what it holds is named beside it. */
  readonly isValue: boolean;
  /** Whether the value is a list of headers, each behind its name. */
  readonly isHeaders: boolean;
  /** Whether the key is that of a header as a text, and of an object says nothing: that has keys of its own. */
  readonly isAuthorization: boolean;
  /** Whether the value says how content is built. */
  readonly isStructural: boolean;
  /** Values that say nothing but themselves: a field with few of them has them all here. */
  readonly clean: CleanValues;
}

const VALUE_KEYS: ReadonlySet<string> = new Set(['value', 'parametervalue', 'val', 'data', 'stringdata']);

/** As Node gives what came over the wire. */
const HEADER_KEYS: ReadonlySet<string> = new Set(['rawheaders', 'rawtrailers', 'raw_headers', 'raw_trailers']);

/** What is known of who asks goes by these names as well. */
const AUTHORIZATION_KEYS: ReadonlySet<string> = new Set(['auth', 'authorization', 'bearerauth']);

const VALUES_OF_A_FIELD = 8;
const REMEMBERED_FIELDS = 4096;
const LONGEST_REMEMBERED_FIELD = 80;

export function createFields(keys: KeyPolicy, redact: (text: string) => string): (key: string) => Field {
  let remembered = new Map<string, Field>();
  return (key) => {
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const name = key.toLowerCase();
    const verdict = keys.judge(key);
    const field = {
      ...verdict,
      name: redact(key),
      isValue: VALUE_KEYS.has(name),
      isHeaders: HEADER_KEYS.has(name),
      isAuthorization: verdict.type === 'authorization' && AUTHORIZATION_KEYS.has(name),
      isStructural: STRUCTURAL_KEYS.has(key),
      clean: new CleanValues(VALUES_OF_A_FIELD),
    };
    if (key.length <= LONGEST_REMEMBERED_FIELD) {
      if (remembered.size >= REMEMBERED_FIELDS) remembered = new Map();
      remembered.set(key, field);
    }
    return field;
  };
}

/** A longer text names nothing. */
export const LONGEST_NAME = 64;

/** Whether a key says that its value is to be taken out, rather than only looked at. */
export function holdsMore({ kind }: Field): boolean {
  return kind === 'secret' || kind === 'content' || kind === 'trace-content';
}
