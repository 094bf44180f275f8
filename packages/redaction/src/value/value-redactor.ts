import { isSecretValue } from '../find/secret-value.ts';
import type { KeyPolicy } from '../keys/key-policy.ts';
import { binaryPlaceholder, CIRCULAR, contentPlaceholder, FAILED, isPlaceholder, secretPlaceholder, TOO_DEEP } from '../placeholder.ts';
import { words } from '../keys/words.ts';
import type { ContentPolicy } from '../profile.ts';
import { holdsFields } from './authorization.ts';
import { contentOf, isStructure, replaceContent } from './content.ts';
import { createArguments } from './argument.ts';
import { Copy } from './copy.ts';
import { createEmbeddedContent } from './embedded.ts';
import { bufferLength, isSteady, plainForm, read } from './exotic.ts';
import { hidesNothing, rawJson } from './json.ts';
import { createListRedactor } from './list-redactor.ts';
import { isNumeric, SMALLEST_CARD } from './shape.ts';
import { isOneName } from './name.ts';
import { jsonStart } from './nested-json.ts';
import { settled } from './settled.ts';
import { CleanValues } from './clean-values.ts';
import { holdsMore, LONGEST_NAME, type Field } from './field.ts';
import { FIELD, FIELD_SIZE, Walk, type Role, type Source } from './walk.ts';

export interface ValueRedactorOptions {
  readonly content: ContentPolicy;
  readonly text: (text: string) => string;
  /** For the values of keys that name things. */
  readonly identifier: (text: string) => string;
  readonly field: (key: string) => Field;
  readonly keys: KeyPolicy;
}

/**
 * Walks a value and gives back the same one where nothing had to be taken out, else a copy that JSON can write. The work is bounded by what is
 * there and not by what JSON would make of it: behind those bounds stands `[redacted:depth]`, see `Walk`.
 */
export type ValueRedactor = (value: unknown, source?: Source) => unknown;

const DEEPEST = 64;
const NAMING_KEYS: ReadonlySet<string> = words(`
  name key header Name Key id kind variable field parameter param option ParameterKey OptionName
`);

export function createValueRedactor({ content, text: redact, identifier: redactName, field, keys }: ValueRedactorOptions): ValueRedactor {
  const withoutContent = createEmbeddedContent(field);
  const redactList = createListRedactor({ field, redactAny, redactField, redactArgument: createArguments(keys, redact) });
  const text = content === 'keep' ? redact : (whole: string): string => redact(withoutContent(whole));
  // One id stands under several keys of a record, and few words under most: room for them is sooner asked than they are searched.
  const cleanIdentifiers = new CleanValues(128);
  const identifier = content === 'keep' ? redactName : (whole: string): string => redactName(withoutContent(whole));

  function redactAny(value: unknown, depth: number, isContent: boolean, walk: Walk): unknown {
    switch (typeof value) {
      case 'string':
        return isContent ? contentOf(value) : redactString(value, depth);
      case 'number':
        return redactNumber(value, isContent);
      case 'bigint':
        return isContent ? contentPlaceholder('number', String(value).length) : text(String(value));
      case 'object':
        return value === null ? null : redactObject(value, depth, isContent ? 'content' : 'plain', walk);
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
    return settled(value, (each) => redactText(each, depth, text));
  }

  /** @param redactOther What is no JSON. */
  function redactText(value: string, depth: number, redactOther: (value: string) => string): string {
    if (depth >= DEEPEST) return redactOther(value);
    const start = jsonStart(value);
    if (start === -1) return redactOther(value);
    const json = value.slice(start).trimEnd();
    let parsed: unknown;
    try {
      parsed = JSON.parse(json);
    } catch {
      return redactOther(value);
    }
    const redacted = redactAny(parsed, depth + 1, false, new Walk(undefined, 'parsed'));
    if (redacted === parsed && hidesNothing(json, parsed)) return text(value);
    return text(value.slice(0, start) + JSON.stringify(redacted) + value.slice(start + json.length));
  }

  function redactObject(object: object, depth: number, role: Role, walk: Walk): unknown {
    const met = walk.metAs(role);
    const known = met.get(object);
    if (known !== undefined) return walk.repeat(object, known);
    if (!walk.mayEnter(depth >= DEEPEST)) return TOO_DEEP;
    met.set(object, CIRCULAR);
    const before = walk.written;
    const redacted = redactForm(object, depth, role, walk);
    met.set(object, redacted);
    walk.note(object, walk.written - before);
    return redacted;
  }

  function redactForm(object: object, depth: number, role: Role, walk: Walk): unknown {
    const isContent = role === 'content';
    let form: unknown;
    try {
      const raw = rawJson(object);
      if (raw !== undefined) return redactRaw(object, raw, depth, isContent, walk);
      form = plainForm(object, walk);
    } catch {
      return FAILED;
    }
    if (typeof form === 'string') walk.written += form.length;
    if (typeof form !== 'object' || form === null) return redactAny(form, depth + 1, isContent, walk);
    // What an object has itself written as is no other's: it has been met when it comes again.
    if (form !== object) return redactObject(form, depth, role, walk);
    if (Array.isArray(form)) return redactList(form, depth, role, walk);
    return redactFields(form, depth, isContent, walk);
  }

  /** A number as it was written stays so; anything else that is raw JSON is read. */
  function redactRaw(object: object, raw: string, depth: number, isContent: boolean, walk: Walk): unknown {
    if (!/^-?\d/.test(raw)) return redactAny(JSON.parse(raw), depth + 1, isContent, walk);
    if (isContent) return contentPlaceholder('number', raw.length);
    const redacted = redact(raw);
    return redacted === raw ? object : redacted;
  }

  /** Most records of a log are: nothing is noted of their fields, which are there to be read again. */
  function isClean(record: object, walk: Walk): boolean {
    const names = Object.keys(record);
    if (plainForm(record, walk) !== record || Array.isArray(record) || bufferLength(record, names) !== undefined) return false;
    for (const key of names) {
      const value = read(record, key);
      const known = field(key);
      if (!Object.is(redactOne(known, value, 0, false, walk, record), value) || known.name !== key || value === FAILED) return false;
    }
    return true;
  }

  /** What is written into a copy is what was judged: no field is read twice for it. */
  function redactFields(object: object, depth: number, isContent: boolean, walk: Walk): unknown {
    const isTrusted = walk.trusts(object);
    const names = Object.keys(object);
    const bytes = bufferLength(object, names);
    if (bytes !== undefined) return binaryPlaceholder(bytes);
    const judged = new Array<unknown>(names.length);
    let copy: Copy | undefined;
    let written = names.length * FIELD_SIZE;
    let at = -1;
    for (const key of names) {
      at += 1;
      const value = read(object, key);
      const isKept = (isTrusted || isSteady(object, key, value)) && value !== FAILED;
      if (!isKept && !walk.mayMake(FIELD)) {
        copy = (copy ?? copyOf(names, judged, at)).add(TOO_DEEP, TOO_DEEP);
        break;
      }
      written += key.length + (typeof value === 'string' ? value.length : 0);
      const known = field(key);
      const redacted = redactOne(known, value, depth, isContent, walk, object);
      if (copy === undefined && isKept && Object.is(redacted, value) && known.name === key) judged[at] = value;
      else copy = (copy ?? copyOf(names, judged, at)).add(known.name, redacted);
    }
    walk.written += written;
    return copy?.fields ?? object;
  }

  /** Numbers and words under keys that say nothing are most of every record. */
  function redactOne(known: Field, value: unknown, depth: number, isContent: boolean, walk: Walk, object: object): unknown {
    if (!isContent && known.kind === 'plain') {
      const named = known.isValue ? namedField(object) : undefined;
      if (named !== undefined) return redactField(named, value, depth, false, walk);
      if (typeof value === 'string') return redactPlain(known, value, depth);
      if (typeof value === 'number') return value < SMALLEST_CARD ? value : redactNumber(value, false);
    }
    return redactField(known, value, depth, isContent, walk);
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

  function redactField(known: Field, value: unknown, depth: number, isContent: boolean, walk: Walk): unknown {
    if (value === null || value === undefined || typeof value === 'boolean') return value;
    if (isContent && isStructure(known, value)) return value;
    switch (known.kind) {
      case 'secret':
        if (known.isAuthorization && holdsFields(value)) return redactAny(value, depth + 1, isContent, walk);
        return typeof value === 'string' && (value === '' || isPlaceholder(value)) ? value : secretPlaceholder(known.type);
      case 'content':
        if (content === 'replace') return replaceContent(value);
        return redactAny(value, depth + 1, isContent || content === 'shape', walk);
      case 'trace-content':
        return redactAny(value, depth + 1, isContent || content === 'shape', walk);
      case 'identifier':
        return redactIdentifier(value, depth, isContent, walk);
      case 'weak':
      case 'vendor':
        if (typeof value === 'string' && !isContent && isSecretValue(value, known, 'quoted')) return secretPlaceholder(known.type);
        return redactAny(value, depth + 1, isContent, walk);
      default:
        if (known.isHeaders && !isContent && Array.isArray(value)) return redactObject(value, depth + 1, 'headers', walk);
        return redactAny(value, depth + 1, isContent, walk);
    }
  }

  /** What is one name is searched for secrets, not for the numbers of persons; a query or a sentence under such a key as any text is. */
  function redactIdentifier(value: unknown, depth: number, isContent: boolean, walk: Walk): unknown {
    if (isContent) return redactAny(value, depth + 1, true, walk);
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') return redactAny(value, depth + 1, false, walk);
    if (cleanIdentifiers.has(value) || isNumeric(value)) return value;
    const redactOther = isOneName(value) ? identifier : text;
    const redacted = settled(value, (each) => redactText(each, depth + 1, redactOther));
    if (redacted === value) cleanIdentifiers.add(value);
    return redacted;
  }

  return (value, source = 'any') => {
    if (typeof value !== 'object' || value === null) return redactAny(value, 0, false, new Walk(undefined, source));
    if (source === 'flat' && isClean(value, new Walk(value, source))) return value;
    return redactForm(value, 0, 'plain', new Walk(value, source));
  };
}

/** The first fields of an object, which were judged and stay. */
function copyOf(names: readonly string[], judged: readonly unknown[], count: number): Copy {
  const copy = new Copy();
  for (let at = 0; at < count; at += 1) copy.add(names[at] ?? '', judged[at]);
  return copy;
}
