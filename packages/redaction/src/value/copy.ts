/** A copy of an object, field by field. */
export class Copy {
  readonly fields: Record<string, unknown> = {};
  /** How many fields have come to have one name. */
  #counts: Map<string, number> | undefined;

  /** Two keys of which the same remains are two keys still. */
  add(name: string, value: unknown): this {
    if (!Object.hasOwn(this.fields, name)) {
      define(this.fields, name, value);
      return this;
    }
    this.#counts ??= new Map();
    let count = (this.#counts.get(name) ?? 1) + 1;
    while (Object.hasOwn(this.fields, `${name} (${count})`)) count += 1;
    this.#counts.set(name, count);
    define(this.fields, `${name} (${count})`, value);
    return this;
  }
}

/** Sets a field of a copy, one called `__proto__` too. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
