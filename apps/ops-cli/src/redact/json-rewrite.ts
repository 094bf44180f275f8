/**
 * Writes `redacted` in the form in which `parsed` was written: what stayed the same keeps its characters, and each line ending inside
 * of what was replaced follows the replacement, where JSON allows it. Undefined when the two do not correspond: a key comes twice, two
 * keys became one, a list became shorter.
 */
export function rewriteJson(source: string, parsed: unknown, redacted: unknown): string | undefined {
  const writer = createWriter(source);
  return writer.value(parsed, redacted) ? writer.end() : undefined;
}

const ENDING = /\r?\n/g;

/** All line endings of a text, in order. */
export function lineEndings(text: string): string {
  return text.match(ENDING)?.join('') ?? '';
}

function createWriter(source: string): { value(parsed: unknown, redacted: unknown): boolean; end(): string } {
  const parts: string[] = [];
  /** Everything before `sent` is written; everything before `at` is read. */
  let at = 0;
  let sent = 0;

  function value(parsed: unknown, redacted: unknown): boolean {
    skipSpace();
    if (isObject(parsed) && isObject(redacted)) {
      return (
        Array.isArray(parsed) === Array.isArray(redacted) && (Array.isArray(parsed) ? items(parsed, redacted) : fields(parsed, redacted))
      );
    }
    const start = at;
    at = valueEnd(source, at);
    if (!Object.is(parsed, redacted)) replace(start, JSON.stringify(redacted));
    return true;
  }

  function items(parsed: readonly unknown[], redacted: object): boolean {
    if (!Array.isArray(redacted) || redacted.length !== parsed.length) return false;
    at += 1;
    for (const [index, item] of parsed.entries()) {
      if (!value(item, redacted[index])) return false;
      skipPast(44);
    }
    return skipPast(93);
  }

  function fields(parsed: object, redacted: object): boolean {
    const names = renamed(parsed, redacted);
    if (names === undefined) return false;
    const left = new Set(Object.keys(parsed));
    at += 1;
    skipSpace();
    while (source.charCodeAt(at) === 34) {
      const start = at;
      at = stringEnd(source, at);
      const key: unknown = JSON.parse(source.slice(start, at));
      if (typeof key !== 'string' || !left.delete(key)) return false;
      const name = names.get(key) ?? key;
      if (name !== key) replace(start, JSON.stringify(name));
      if (!skipPast(58) || !value(Reflect.get(parsed, key), Reflect.get(redacted, name))) return false;
      skipPast(44);
      skipSpace();
    }
    return left.size === 0 && skipPast(125);
  }

  function replace(start: number, text: string): void {
    parts.push(source.slice(sent, start), text, lineEndings(source.slice(start, at)));
    sent = at;
  }

  function skipSpace(): void {
    while (source.charCodeAt(at) <= 32) at += 1;
  }

  function skipPast(code: number): boolean {
    skipSpace();
    if (source.charCodeAt(at) !== code) return false;
    at += 1;
    return true;
  }

  return { value, end: () => parts.join('') + source.slice(sent) };
}

/** The keys that are written under another name; undefined when not every field of one has its field in the other. */
function renamed(parsed: object, redacted: object): ReadonlyMap<string, string> | undefined {
  const before = Object.keys(parsed).filter((key) => !Object.hasOwn(redacted, key));
  const after = Object.keys(redacted).filter((key) => !Object.hasOwn(parsed, key));
  if (before.length !== after.length) return undefined;
  return new Map(before.map((key, index) => [key, after[index] ?? key]));
}

/** Where the value that starts at `from` ends, in a text that is JSON. */
function valueEnd(source: string, from: number): number {
  let at = from;
  let depth = 0;
  do {
    const code = source.charCodeAt(at);
    if (code === 34) at = stringEnd(source, at);
    else if (code === 91 || code === 123) {
      depth += 1;
      at += 1;
    } else if (code === 93 || code === 125) {
      depth -= 1;
      at += 1;
    } else if (depth > 0) at += 1;
    else at = wordEnd(source, at);
  } while (depth > 0);
  return at;
}

function wordEnd(source: string, from: number): number {
  let at = from;
  while (at < source.length && !' \t\r\n,]}'.includes(source.charAt(at))) at += 1;
  return at;
}

function stringEnd(source: string, from: number): number {
  let at = from + 1;
  while (source.charCodeAt(at) !== 34) at += source.charCodeAt(at) === 92 ? 2 : 1;
  return at + 1;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
