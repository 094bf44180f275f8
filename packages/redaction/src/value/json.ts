import type { ValueRedactor } from './value-redactor.ts';

const LONG_NUMBER = /\d{16}/;

/**
 * One JSON text in, one out. It is given back as it was written unless something had to be taken out; numbers that JavaScript cannot
 * hold keep all their digits. What is not JSON, and what a parser would not show (a key that comes twice), is redacted as text.
 */
export function redactJson(line: string, redact: ValueRedactor, text: (text: string) => string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return text(line);
  }
  const redacted = redact(parsed);
  if (redacted === parsed) return JSON.stringify(parsed) === line ? line : text(line);
  return JSON.stringify(LONG_NUMBER.test(line) ? redact(parseExactly(line)) : redacted);
}

/** Numbers that would change by being parsed stay as they are written (`JSON.rawJSON`, ECMAScript 2026). */
function parseExactly(line: string): unknown {
  const raw: unknown = Reflect.get(JSON, 'rawJSON');
  if (typeof raw !== 'function') return JSON.parse(line);
  return JSON.parse(line, (...[, value, context]: readonly unknown[]): unknown => {
    if (typeof value !== 'number' || typeof context !== 'object' || context === null) return value;
    const source: unknown = Reflect.get(context, 'source');
    return typeof source === 'string' && source !== String(value) ? Reflect.apply(raw, JSON, [source]) : value;
  });
}

/** Whether an object stands for a number as it was written. */
export function isRawNumber(object: object): boolean {
  return Object.isFrozen(object) && Object.getPrototypeOf(object) === null && Object.hasOwn(object, 'rawJSON');
}
