import { isMachineId, isWord, ruleOf, type Rule } from './vocabulary.ts';

const MAX_NODES = 20_000;
const MAX_DEPTH = 64;
const MAX_ID_LENGTH = 256;
/** Stands for all keys of an object that the protocol does not have, and says how many there were. */
const HIDDEN_KEYS = '[redacted:content:keys]';

/** The payload is larger than an artifact could ever show. */
export const TOO_LARGE: unique symbol = Symbol('too large');

export interface ShapeOptions {
  /** Of the request; stays where the payload names it. */
  readonly model?: string | undefined;
  /** Takes known secrets out of what stays. */
  readonly hide: (text: string) => string;
}

/** Makes the shapes of the payloads of one request. */
export interface PayloadShaper {
  /**
   * A copy in which only keys, words, ids and figures of the protocol stand: of everything else, kind and size. What a client or a
   * model wrote leaves no trace of itself, whatever its key. Bounded, so that no request can make the serving thread walk for long.
   */
  shapeOf(payload: unknown): unknown;
}

export function createPayloadShaper({ model, hide }: ShapeOptions): PayloadShaper {
  /** Ids that anybody can have written, in order of appearance: the same id has the same number throughout the artifact. */
  const numbers = new Map<string, number>();

  function idShape(id: string): string {
    if (isMachineId(id)) return hide(id);
    if (id === '' || id.length > MAX_ID_LENGTH) return contentShape(id);
    const number = numbers.get(id) ?? numbers.size + 1;
    numbers.set(id, number);
    return `[redacted:id:${number}]`;
  }

  function textShape(text: string, rule: Rule): string {
    if (rule === 'id') return idShape(text);
    const stays = text === '' || (rule === 'word' && isWord(text)) || (rule === 'model' && text === model);
    return stays ? hide(text) : contentShape(text);
  }

  function leafShape(value: unknown, rule: Rule): unknown {
    if (typeof value === 'string') return textShape(value, rule);
    const stays = value === null || rule === 'figure' || (rule === 'word' && typeof value === 'boolean');
    return stays ? value : contentShape(value);
  }

  return {
    shapeOf(payload) {
      let left = MAX_NODES;

      function shapeOf(value: unknown, depth: number, rule: Rule): unknown {
        if (rule === 'closed') return contentShape(value);
        if (typeof value !== 'object' || value === null) return leafShape(value, rule);
        left -= 1;
        if (left < 0 || depth > MAX_DEPTH) return TOO_LARGE;
        return Array.isArray(value) ? arrayShape(value, depth, rule) : objectShape(value, depth);
      }

      function arrayShape(array: readonly unknown[], depth: number, rule: Rule): unknown {
        left -= array.length;
        if (left < 0) return TOO_LARGE;
        const copy = [];
        for (const value of array) {
          const shape = shapeOf(value, depth + 1, rule);
          if (shape === TOO_LARGE) return TOO_LARGE;
          copy.push(shape);
        }
        return copy;
      }

      function objectShape(object: object, depth: number): unknown {
        const fields: [string, unknown][] = [];
        let hidden = 0;
        for (const [key, value] of Object.entries(object)) {
          left -= 1;
          const rule = ruleOf(key);
          const shape = left < 0 ? TOO_LARGE : shapeOf(value, depth + 1, rule ?? 'closed');
          if (shape === TOO_LARGE) return TOO_LARGE;
          if (rule === undefined) hidden += 1;
          else fields.push([key, shape]);
        }
        if (hidden > 0) fields.push([HIDDEN_KEYS, hidden]);
        return Object.fromEntries(fields);
      }

      return shapeOf(payload, 0, 'part');
    },
  };
}

/** Kind and size of what stays out. */
function contentShape(value: unknown): string {
  if (typeof value === 'string') return `[redacted:content:string:${value.length}]`;
  return `[redacted:content:${Array.isArray(value) ? `array:${value.length}` : value === null ? 'null' : typeof value}]`;
}
