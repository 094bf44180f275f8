/** What cannot be content of a customer: names, ids, addresses, times, states. Prose has spaces. */
const TOKEN = /^[\x21-\x7e]{0,256}$/;
const KEY = /^[A-Za-z0-9_$@.:/-]{1,64}$/;
/** Keys of the protocol whose texts quote the provider or the user, single words too. */
const QUOTING_KEYS: ReadonlySet<string> = new Set([
  'message',
  'title',
  'header',
  'label',
  'details',
  'additionalDetails',
  'data',
  'explanation',
  'stack',
  'cause',
  'objective',
]);
const MAX_NODES = 20_000;
const MAX_DEPTH = 64;

/** The payload is larger than an artifact could ever show. */
export const TOO_LARGE: unique symbol = Symbol('too large');

/**
 * A copy without anything that could be prose, so that what the redactor then looks at is short: long and spaced texts become their
 * length, whatever their key. Bounded, so that no request can make the serving thread walk for long.
 * @param hide Takes known secrets out of what stays.
 */
export function payloadShape(payload: unknown, hide: (text: string) => string): unknown {
  let left = MAX_NODES;

  function shapeOf(value: unknown, depth: number, quotes: boolean): unknown {
    if (typeof value === 'string') return quotes || !TOKEN.test(value) ? textShape(value) : hide(value);
    if (typeof value !== 'object' || value === null) return value;
    left -= 1;
    if (left < 0 || depth > MAX_DEPTH) return TOO_LARGE;
    return Array.isArray(value) ? arrayShape(value, depth, quotes) : objectShape(value, depth, quotes);
  }

  function arrayShape(array: readonly unknown[], depth: number, quotes: boolean): unknown {
    left -= array.length;
    if (left < 0) return TOO_LARGE;
    const copy = [];
    for (const value of array) {
      const shape = shapeOf(value, depth + 1, quotes);
      if (shape === TOO_LARGE) return TOO_LARGE;
      copy.push(shape);
    }
    return copy;
  }

  function objectShape(object: object, depth: number, quotes: boolean): unknown {
    const fields: [string, unknown][] = [];
    for (const [key, value] of Object.entries(object)) {
      left -= 1;
      const shape = left < 0 ? TOO_LARGE : shapeOf(value, depth + 1, quotes || QUOTING_KEYS.has(key));
      if (shape === TOO_LARGE) return TOO_LARGE;
      fields.push([KEY.test(key) ? hide(key) : `[redacted:content:key:${fields.length}]`, shape]);
    }
    return Object.fromEntries(fields);
  }

  return shapeOf(payload, 0, false);
}

function textShape(text: string): string {
  return text === '' ? text : `[redacted:content:string:${text.length}]`;
}
