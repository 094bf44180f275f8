import { read } from './exotic.ts';

/** A plain copy of the fields before one. */
export function copyUpTo(object: object, keys: readonly string[], end: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of keys) {
    if (key === end) break;
    define(copy, key, read(object, key));
  }
  return copy;
}

/** Sets a field, one called `__proto__` too. */
export function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
