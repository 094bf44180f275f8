/** Sets a field of a copy, one called `__proto__` too. */
export function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Two keys of which the same remains are two keys still. */
export function freeName(target: object, name: string): string {
  if (!Object.hasOwn(target, name)) return name;
  let count = 2;
  while (Object.hasOwn(target, `${name} (${count})`)) count += 1;
  return `${name} (${count})`;
}
