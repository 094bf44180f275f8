import type { RunEventPayload } from '@codex-proxy/contracts';
import { encodePayload } from './encode-payload.ts';

/** Read before it is redacted and cut; more than both keep. */
const MESSAGE_CHARS = 16_384;
const STACK_CHARS = 32_768;
const MOST_CAUSES = 4;

/**
 * The payload of an `error` event for whatever was thrown: an `Error`, a text, an object of any shape, nothing at all. Never throws.
 * @example
 * errorPayload('no such thing').message; // → "no such thing"
 */
export function errorPayload(thrown: unknown): RunEventPayload<'error'> {
  const { name, message } = describe(thrown);
  const [code, stack] = [read(thrown, 'code'), read(thrown, 'stack')];
  const causes = causesOf(thrown);
  return {
    name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code).slice(0, 128) } : {}),
    ...(typeof stack === 'string' ? { stack: stack.slice(0, STACK_CHARS) } : {}),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

interface Described {
  readonly name: string;
  readonly message: string;
}

function describe(thrown: unknown): Described {
  const [name, message] = [read(thrown, 'name'), read(thrown, 'message')];
  return {
    name: (typeof name === 'string' && name !== '' ? name : typeof thrown).slice(0, 128),
    message: (typeof message === 'string' ? message : textOf(thrown)).slice(0, MESSAGE_CHARS),
  };
}

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  return thrown === undefined ? 'undefined' : encodePayload(thrown);
}

function causesOf(thrown: unknown): Described[] {
  const causes: Described[] = [];
  for (let cause = read(thrown, 'cause'); cause !== undefined && causes.length < MOST_CAUSES; cause = read(cause, 'cause')) {
    causes.push(describe(cause));
  }
  return causes;
}

function read(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  } catch {
    return undefined;
  }
}
