import { binaryPlaceholder, FAILED } from '../placeholder.ts';

/** What an object is written as: itself, if JSON would write its own fields; else something that JSON can write. */
export function plainForm(object: object): unknown {
  if (object instanceof Error) return errorForm(object);
  if (object instanceof Map) return mapForm(object);
  if (object instanceof Set) return [...object];
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return binaryPlaceholder(object.byteLength);
  if (object instanceof Number || object instanceof String || object instanceof Boolean || object instanceof BigInt)
    return object.valueOf();
  if (object instanceof RegExp) return String(object);
  if ('toJSON' in object && typeof object.toJSON === 'function') return Reflect.apply(object.toJSON, object, []) as unknown;
  return object;
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
  for (const [key, value] of map) form[typeof key === 'object' && key !== null ? '[object]' : String(key)] = value;
  return form;
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
