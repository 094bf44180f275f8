import type { ValueRedactor } from './value-redactor.ts';

const LONG_NUMBER = /\d{16}/;

/**
 * One JSON text in, one out. It is given back as it was written unless something had to be taken out; numbers that JavaScript cannot
 * hold keep all their digits. What is not JSON is redacted as text; of a key that comes twice, only the last is kept.
 */
export function redactJson(line: string, redact: ValueRedactor, text: (text: string) => string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return text(line);
  }
  const redacted = redact(parsed, 'parsed');
  if (redacted === parsed) {
    const canonical = JSON.stringify(parsed);
    if (canonical === line) return line;
    return quotes(canonical) === quotes(line) ? text(line) : canonical;
  }
  return JSON.stringify(LONG_NUMBER.test(line) ? redact(parseExactly(line), 'parsed') : redacted);
}

/** Whether the parser showed all of a text: a key that comes twice is dropped, and what it held was not judged. */
export function hidesNothing(line: string, parsed: unknown): boolean {
  const canonical = JSON.stringify(parsed);
  return canonical === line || quotes(canonical) === quotes(line);
}

/** How many quotes begin and end the strings of a JSON text. */
function quotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = at;
    while (escapes > 0 && text.charCodeAt(escapes - 1) === BACKSLASH) escapes -= 1;
    if ((at - escapes) % 2 === 0) count += 1;
  }
  return count;
}

const BACKSLASH = 92;

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

/** What `JSON.rawJSON` made an object of; undefined for every other object. */
export function rawJson(object: object): string | undefined {
  if (!Object.isFrozen(object) || Object.getPrototypeOf(object) !== null || !Object.hasOwn(object, 'rawJSON')) return undefined;
  const raw: unknown = Reflect.get(object, 'rawJSON');
  return typeof raw === 'string' ? raw : undefined;
}
