import { binaryPlaceholder, FAILED, TOO_DEEP } from '../placeholder.ts';
import { ERROR, OBJECT, type Walk } from './walk.ts';

/** What an object is written as: itself, if JSON would write its own fields; else something that JSON can write, and makes nothing of itself. */
export function plainForm(object: object, walk: Walk): unknown {
  const form = builtInForm(object, walk);
  if (form !== object || !isAsked(object)) return form;
  const made: unknown = Reflect.apply(object.toJSON, object, []);
  if (typeof made !== 'object' || made === null) return made;
  return walk.mayMake(OBJECT) ? madeForm(made, walk) : TOO_DEEP;
}

function builtInForm(object: object, walk: Walk): unknown {
  if (object instanceof Error) return walk.mayMake(ERROR) ? errorForm(object) : TOO_DEEP;
  if (object instanceof Map) return mapForm(object);
  if (object instanceof Set) return setForm(object);
  if (object instanceof URLSearchParams || object instanceof Headers) return pairsForm(object);
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return binaryPlaceholder(object.byteLength);
  if (object instanceof Number) return Number.prototype.valueOf.call(object);
  if (object instanceof String) return String.prototype.valueOf.call(object);
  if (object instanceof Boolean) return Boolean.prototype.valueOf.call(object);
  if (object instanceof BigInt) return BigInt.prototype.valueOf.call(object);
  if (object instanceof RegExp) return String(object);
  return object;
}

/** What `toJSON` gives is written as it is. Where it stands in a copy, it would be asked in turn. */
function madeForm(made: object, walk: Walk): unknown {
  const form = builtInForm(made, walk);
  if (form !== made || !isAsked(made)) return form;
  if (Array.isArray(made)) {
    walk.mayMake(made.length);
    return Array.from<unknown>(made);
  }
  const { toJSON: _asked, ...copy } = made;
  walk.mayMake(Object.keys(copy).length);
  return copy;
}

/** Whether JSON asks an object what to write. */
function isAsked(object: object): object is { readonly toJSON: (...args: readonly unknown[]) => unknown } {
  return 'toJSON' in object && typeof object.toJSON === 'function';
}

function errorForm(error: Error): Record<string, unknown> {
  const form: Record<string, unknown> = { type: read(error, 'name'), message: read(error, 'message'), stack: read(error, 'stack') };
  for (const key of Object.keys(error)) form[key] = read(error, key);
  if (error.cause !== undefined) form['cause'] = error.cause;
  if (error instanceof AggregateError) form['errors'] = error.errors;
  return form;
}

function mapForm(map: ReadonlyMap<unknown, unknown>): Record<string, unknown> {
  const form: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  Map.prototype.forEach.call(map, (value, key: unknown) => {
    form[typeof key === 'object' && key !== null ? '[object]' : String(key)] = value;
  });
  return form;
}

/** What JSON would write as `{}`, and a console in full. A name that comes again has all its values. */
function pairsForm(pairs: URLSearchParams | Headers): Record<string, unknown> {
  const form: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  pairs.forEach((value, name) => {
    form[name] = name in form ? `${String(form[name])}, ${value}` : value;
  });
  return form;
}

/** A class of its own may never come to an end of what it goes through; what the set holds has one, as has a map. */
function setForm(set: ReadonlySet<unknown>): readonly unknown[] {
  const form: unknown[] = [];
  Set.prototype.forEach.call(set, (value) => form.push(value));
  return form;
}

const BUFFER_FIELDS = 2;

/** How many bytes a `Buffer` held that went through JSON: `{"type":"Buffer","data":[…]}`. */
export function bufferLength(object: object, keys: readonly string[]): number | undefined {
  if (keys.length !== BUFFER_FIELDS || !keys.includes('data') || read(object, 'type') !== 'Buffer') return undefined;
  const data = read(object, 'data');
  return Array.isArray(data) ? data.length : undefined;
}

/**
 * Whether fields that are read again give what they gave before: none is a getter, and no proxy answers for the object. Of a proxy only
 * its answers tell, which need not be those that its object holds.
 */
export function isSteady(object: object, key: string, value: unknown): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  return descriptor !== undefined && descriptor.get === undefined && Object.is(descriptor.value, value);
}

/** Reads a field; a getter that throws gives a placeholder. */
export function read(object: object, key: string): unknown {
  try {
    return isRecord(object) ? object[key] : undefined;
  } catch {
    return FAILED;
  }
}

/** Any object can be asked for its fields by name. */
function isRecord(object: object): object is Readonly<Record<string, unknown>> {
  return typeof object === 'object';
}
