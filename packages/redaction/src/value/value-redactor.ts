import { isSecretValue } from '../find/secret-value.ts';
import { CIRCULAR, contentPlaceholder, FAILED, isPlaceholder, secretPlaceholder, TOO_DEEP } from '../placeholder.ts';
import { words } from '../keys/words.ts';
import type { ContentPolicy } from '../profile.ts';
import { contentOf, isStructure, replaceContent } from './content.ts';
import { define, freeName } from './copy.ts';
import { createEmbeddedContent } from './embedded.ts';
import { isSteady, plainForm, read } from './exotic.ts';
import { hidesNothing, rawJson } from './json.ts';
import { jsonStart } from './nested-json.ts';
import { CleanValues } from './clean-values.ts';
import type { Field } from './field.ts';

export interface ValueRedactorOptions {
  readonly content: ContentPolicy;
  readonly text: (text: string) => string;
  /** For the values of keys that name things. */
  readonly identifier: (text: string) => string;
  readonly field: (key: string) => Field;
}

/**
 * Walks a value and gives back the same one where nothing had to be taken out, else a copy that JSON can write. A value that is trusted has
 * no getters of its own: what is read of it again is what was judged.
 */
export type ValueRedactor = (value: unknown, isTrusted?: boolean) => unknown;

const DEEPEST = 64;
const MOST_OBJECTS = 1_000_000;
const LONGEST_NAME = 64;
const NAMING_KEYS: ReadonlySet<string> = words(`
  name key header Name Key id kind variable field parameter param option ParameterKey OptionName
`);
/** No identifier of fewer digits can be a card number. */
const SMALLEST_CARD = 1e11;

/** Objects met on this walk and what became of them: shared ones are done once, enclosing ones are circular. */
interface Walk {
  readonly met: Map<object, unknown>;
  /** Those met inside content, of which other things become. */
  readonly metInContent: Map<object, unknown>;
  /** How many more objects are looked at. What makes objects as it is asked for them would never end. */
  left: number;
}

export function createValueRedactor({ content, text: redact, identifier: redactName, field }: ValueRedactorOptions): ValueRedactor {
  const withoutContent = createEmbeddedContent(field);
  const text = content === 'keep' ? redact : (whole: string): string => redact(withoutContent(whole));
  // One id stands under several keys of a record.
  const cleanIdentifiers = new CleanValues(32);
  const identifier = content === 'keep' ? redactName : (whole: string): string => redactName(withoutContent(whole));

  function redactAny(value: unknown, depth: number, isContent: boolean, walk: Walk | undefined, root: object | undefined): unknown {
    switch (typeof value) {
      case 'string':
        return isContent ? contentOf(value) : redactString(value, depth);
      case 'number':
        return redactNumber(value, isContent);
      case 'bigint':
        return isContent ? contentPlaceholder('number', String(value).length) : text(String(value));
      case 'object':
        return value === null ? null : redactObject(value, depth, isContent, walk ?? startWalk(root));
      case 'function':
      case 'symbol':
        return undefined;
      default:
        return value;
    }
  }

  function redactNumber(value: number, isContent: boolean): unknown {
    if (isContent) return contentPlaceholder('number', String(value).length);
    if (value < SMALLEST_CARD || !Number.isSafeInteger(value)) return value;
    const written = String(value);
    const redacted = text(written);
    return redacted === written ? value : redacted;
  }

  function redactString(value: string, depth: number): string {
    if (depth >= DEEPEST) return text(value);
    const start = jsonStart(value);
    if (start === -1) return text(value);
    const json = value.slice(start).trimEnd();
    let parsed: unknown;
    try {
      parsed = JSON.parse(json);
    } catch {
      return text(value);
    }
    const redacted = redactAny(parsed, depth + 1, false, undefined, undefined);
    if (redacted === parsed && hidesNothing(json, parsed)) return text(value);
    return text(value.slice(0, start) + JSON.stringify(redacted) + value.slice(start + json.length));
  }

  function redactObject(object: object, depth: number, isContent: boolean, walk: Walk): unknown {
    const met = isContent ? walk.metInContent : walk.met;
    if (met.has(object)) return met.get(object);
    walk.left -= 1;
    if (depth >= DEEPEST || walk.left < 0) return TOO_DEEP;
    met.set(object, CIRCULAR);
    const redacted = redactForm(object, depth, isContent, walk);
    met.set(object, redacted);
    return redacted;
  }

  function redactForm(object: object, depth: number, isContent: boolean, walk: Walk | undefined, isTrusted = false): unknown {
    let form: unknown;
    try {
      const raw = rawJson(object);
      if (raw !== undefined) return redactRaw(object, raw, depth, isContent, walk);
      form = plainForm(object);
    } catch {
      return FAILED;
    }
    if (typeof form !== 'object' || form === null) return redactAny(form, depth + 1, isContent, walk, object);
    if (Array.isArray(form)) return redactArray(form, depth, isContent, walk, object);
    if (form !== object && (isContent ? walk?.metInContent : walk?.met)?.has(form) === true) return CIRCULAR;
    return redactFields(form, depth, isContent, walk, object, isTrusted);
  }

  /** A number as it was written stays so; anything else that is raw JSON is read. */
  function redactRaw(object: object, raw: string, depth: number, isContent: boolean, walk: Walk | undefined): unknown {
    if (!/^-?\d/.test(raw)) return redactAny(JSON.parse(raw), depth + 1, isContent, walk, object);
    if (isContent) return contentPlaceholder('number', raw.length);
    const redacted = redact(raw);
    return redacted === raw ? object : redacted;
  }

  function redactArray(array: readonly unknown[], depth: number, isContent: boolean, walk: Walk | undefined, root: object): unknown {
    let copy: unknown[] | undefined;
    const isEntries = !isContent && array.length > 0 && array.every(isEntry);
    for (let at = 0; at < array.length; at += 1) {
      const value = array[at];
      const redacted = isEntries ? redactEntry(value, depth, walk, root) : redactAny(value, depth + 1, isContent, walk, root);
      if (copy === undefined && !Object.is(redacted, value)) copy = array.slice(0, at);
      copy?.push(redacted);
    }
    return copy ?? array;
  }

  /** `["messages", …]` in a list of such: what the first says holds for the second. */
  function redactEntry(entry: unknown, depth: number, walk: Walk | undefined, root: object): unknown {
    const [key, value]: readonly unknown[] = isEntry(entry) ? entry : [];
    const known = typeof key === 'string' && key.length <= LONGEST_NAME ? field(key) : undefined;
    if (known === undefined || !holdsMore(known)) return redactAny(entry, depth + 1, false, walk, root);
    const redacted = redactField(known, value, depth + 1, false, walk, root);
    return Object.is(redacted, value) ? entry : [known.name, redacted];
  }

  function redactFields(
    object: object,
    depth: number,
    isContent: boolean,
    walk: Walk | undefined,
    root: object,
    isTrusted: boolean,
  ): object {
    const keys = Object.keys(object);
    for (const key of keys) {
      const value = read(object, key);
      const known = field(key);
      const redacted = redactOne(known, value, depth, isContent, walk, root, object);
      const isSame = Object.is(redacted, value) && known.name === key && value !== FAILED && (isTrusted || isSteady(object, key, value));
      if (!isSame) return copyFields(keys, object, depth, isContent, walk, root);
    }
    return object;
  }

  /** What is written into a copy is what was judged: no field is read twice for it. */
  function copyFields(
    keys: readonly string[],
    object: object,
    depth: number,
    isContent: boolean,
    walk: Walk | undefined,
    root: object,
  ): object {
    const copy: Record<string, unknown> = {};
    for (const key of keys) {
      const known = field(key);
      define(copy, freeName(copy, known.name), redactOne(known, read(object, key), depth, isContent, walk, root, object));
    }
    return copy;
  }

  /** Numbers and words under keys that say nothing are most of every record. */
  function redactOne(
    known: Field,
    value: unknown,
    depth: number,
    isContent: boolean,
    walk: Walk | undefined,
    root: object,
    object: object,
  ): unknown {
    if (!isContent && known.kind === 'plain') {
      const named = known.isValue ? namedField(object) : undefined;
      if (named !== undefined) return redactField(named, value, depth, false, walk, root);
      if (typeof value === 'string') return redactPlain(known, value, depth);
      if (typeof value === 'number') return value < SMALLEST_CARD ? value : redactNumber(value, false);
    }
    return redactField(known, value, depth, isContent, walk, root);
  }

  /** The commonest field by far: its values repeat, and what was clean need not be looked at again. */
  function redactPlain(known: Field, value: string, depth: number): string {
    if (known.clean.has(value)) return value;
    const redacted = redactString(value, depth);
    if (redacted === value && !known.isValue) known.clean.add(value);
    return redacted;
  }

  /** `{"name": "DB_PASSWORD", "value": "…"}`: the key stands beside the value. */
  function namedField(object: object): Field | undefined {
    for (const key of NAMING_KEYS) {
      const name: unknown = Object.hasOwn(object, key) ? read(object, key) : undefined;
      if (typeof name !== 'string' || name.length > LONGEST_NAME) continue;
      const named = field(name);
      if (named.kind === 'secret') return { ...named, type: 'secret' };
      if (holdsMore(named)) return named;
    }
    return undefined;
  }

  function redactField(known: Field, value: unknown, depth: number, isContent: boolean, walk: Walk | undefined, root: object): unknown {
    if (value === null || value === undefined || typeof value === 'boolean') return value;
    if (isContent && isStructure(known, value)) return value;
    switch (known.kind) {
      case 'secret':
        return typeof value === 'string' && (value === '' || isPlaceholder(value)) ? value : secretPlaceholder(known.type);
      case 'content':
        if (content === 'replace') return replaceContent(value);
        return redactAny(value, depth + 1, isContent || content === 'shape', walk, root);
      case 'trace-content':
        return redactAny(value, depth + 1, isContent || content === 'shape', walk, root);
      case 'identifier':
        return redactIdentifier(value, depth, isContent, walk, root);
      case 'weak':
      case 'vendor':
        if (typeof value === 'string' && !isContent && isSecretValue(value, known, 'quoted')) return secretPlaceholder(known.type);
        return redactAny(value, depth + 1, isContent, walk, root);
      default:
        return redactAny(value, depth + 1, isContent, walk, root);
    }
  }

  /** What names something is searched for secrets, not for the numbers of persons. */
  function redactIdentifier(value: unknown, depth: number, isContent: boolean, walk: Walk | undefined, root: object): unknown {
    if (isContent) return redactAny(value, depth + 1, true, walk, root);
    if (typeof value === 'number') return value;
    if (typeof value !== 'string' || jsonStart(value) !== -1) return redactAny(value, depth + 1, false, walk, root);
    if (cleanIdentifiers.has(value) || isNumeric(value)) return value;
    const redacted = identifier(value);
    if (redacted === value) cleanIdentifiers.add(value);
    return redacted;
  }

  return (value, isTrusted) => {
    if (typeof value !== 'object' || value === null) return redactAny(value, 0, false, undefined, undefined);
    return redactForm(value, 0, false, undefined, isTrusted);
  };
}

/** Whether a key says that its value is to be taken out, rather than only looked at. */
function holdsMore({ kind }: Field): boolean {
  return kind === 'secret' || kind === 'content' || kind === 'trace-content';
}

function isEntry(value: unknown): value is readonly [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}

function startWalk(root: object | undefined): Walk {
  return { met: new Map(root === undefined ? [] : [[root, CIRCULAR]]), metInContent: new Map(), left: MOST_OBJECTS };
}

/** A time, a number, a version, an address: digits and what stands between them. */
function isNumeric(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const isDigit = code >= 48 && code <= 58;
    if (!isDigit && code !== 45 && code !== 46 && code !== 43 && code !== 84 && code !== 90) return false;
  }
  return true;
}
