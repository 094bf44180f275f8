/** Beyond this nothing of a payload is kept but its size: cutting it before it is redacted could cut a secret in two. */
export const MAX_ENCODED_CHARS = 4 * 1_048_576;

const DEEPEST = 64;
const MOST_VALUES = 100_000;
const LONGEST_TEXT = 1_048_576;

/** The JSON of anything. Never throws: what JSON cannot write is named in its place. */
export function encodePayload(payload: unknown): string {
  if (payload === undefined) return '{}';
  try {
    const text: unknown = JSON.stringify(payload);
    if (typeof text === 'string') return text;
  } catch {
    // A cycle, a BigInt, a `toJSON` or a getter that throws, too deep, too long.
  }
  return JSON.stringify(plainOf(payload, { enclosing: new Set(), left: MOST_VALUES }, 0));
}

interface Walk {
  readonly enclosing: Set<object>;
  left: number;
}

function plainOf(value: unknown, walk: Walk, depth: number): unknown {
  walk.left -= 1;
  if (walk.left < 0) return '[too many]';
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'string':
      return value.length > LONGEST_TEXT ? `[${value.length} characters]` : value;
    case 'object':
      return value === null ? null : objectOf(value, walk, depth);
    default:
      return value;
  }
}

function objectOf(value: object, walk: Walk, depth: number): unknown {
  if (walk.enclosing.has(value)) return '[circular]';
  if (depth >= DEEPEST) return '[too deep]';
  walk.enclosing.add(value);
  try {
    if ('toJSON' in value && typeof value.toJSON === 'function') return plainOf(Reflect.apply(value.toJSON, value, []), walk, depth + 1);
    if (Array.isArray(value)) return value.slice(0, MOST_VALUES).map((item) => plainOf(item, walk, depth + 1));
    return Object.fromEntries(keysOf(value, walk).map((key) => [key, fieldOf(value, key, walk, depth)]));
  } catch {
    return '[unreadable]';
  } finally {
    walk.enclosing.delete(value);
  }
}

function keysOf(value: object, { left }: Walk): string[] {
  return Object.keys(value).slice(0, left);
}

function fieldOf(value: object, key: string, walk: Walk, depth: number): unknown {
  try {
    return plainOf(Reflect.get(value, key), walk, depth + 1);
  } catch {
    return '[unreadable]';
  }
}
