import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One text of a corpus. A positive one holds `secrets`; a negative one must stay as it is. */
export interface CorpusRecord {
  readonly source: string;
  /** The rule or the class that the text is a case of. */
  readonly rule: string;
  readonly kind: 'positive' | 'negative';
  readonly text: string;
  readonly secrets: readonly string[];
  /** An identifier, and its key: both must survive, in a text and in a record. */
  readonly identifier: { readonly key: string; readonly value: string } | undefined;
}

/**
 * Reads a corpus file: a JSON array, gzipped or not, of `{source, rule|class, kind, text, secrets?, key?, value?}`. Negatives that hold
 * a secret of another kind (`matched_by_other_rules`) are left out. Throws when the file cannot be read or is something else.
 */
export function readCorpus(path: string): readonly CorpusRecord[] {
  const bytes = readFileSync(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const parsed: unknown = JSON.parse((isGzip ? gunzipSync(bytes) : bytes).toString('utf8'));
  if (!Array.isArray(parsed)) throw new TypeError(`${path} is not a corpus: a JSON array was expected`);
  return parsed.flatMap((entry: unknown) => parseRecord(entry, path));
}

function parseRecord(entry: unknown, path: string): readonly CorpusRecord[] {
  if (typeof entry !== 'object' || entry === null) throw new TypeError(`${path} is not a corpus: an object was expected`);
  const field = (name: string): unknown => Reflect.get(entry, name) as unknown;
  const text = field('text');
  const kind = field('kind');
  if (typeof text !== 'string' || (kind !== 'positive' && kind !== 'negative'))
    throw new TypeError(`${path} has a record without text or kind`);
  const others = field('matched_by_other_rules');
  if (kind === 'negative' && Array.isArray(others) && others.length > 0) return [];
  const secrets = field('secrets');
  const key = field('key');
  const value = field('value');
  const identifier = typeof key === 'string' && typeof value === 'string' && kind === 'negative' ? { key, value } : undefined;
  return [
    {
      source: nameIn(field('source')),
      rule: nameIn(field('rule') ?? field('class')),
      kind,
      text,
      secrets: Array.isArray(secrets) ? secrets.map(String) : [],
      identifier,
    },
  ];
}

function nameIn(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}
