import { ArchiveError } from '../errors.ts';

/** The rows of an archive's text, which arrives in pieces: `[`, a row a line with commas between them, `]`. */
export interface RowReader {
  /** @throws ArchiveError `archive_damaged` */
  push(text: string): Generator<string, void>;
  /** @throws ArchiveError `archive_damaged` when the array has not ended. */
  end(): void;
}

/** What may come next. */
type Expected = '[' | 'first row' | 'row' | ']' | 'nothing';

export function createRowReader(): RowReader {
  let expected: Expected = '[';
  let begun: string[] = [];

  function* take(line: string): Generator<string, void> {
    if (expected === '[' && line === '[') expected = 'first row';
    else if ((expected === 'first row' || expected === ']') && line === ']') expected = 'nothing';
    else if ((expected === 'first row' || expected === 'row') && line.startsWith('{')) {
      const isLast = line.endsWith('}');
      expected = isLast ? ']' : 'row';
      yield isLast ? line : line.slice(0, -1);
    } else throw damaged();
  }

  return {
    *push(text) {
      let start = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        begun.push(text.slice(start, end));
        yield* take(begun.join(''));
        begun = [];
        start = end + 1;
      }
      if (start < text.length) begun.push(text.slice(start));
    },
    end() {
      if (expected !== 'nothing' || begun.length > 0) throw damaged();
    },
  };
}

/** A row as it was archived: values by columns. Integers are `bigint` where a number would not hold them. */
export type ArchivedRow = Readonly<Record<string, unknown>>;

const LARGE_INTEGER = /[:]-?\d{16}/;

/** @throws ArchiveError `archive_damaged` */
export function parseRow(line: string): ArchivedRow {
  try {
    const row: unknown = LARGE_INTEGER.test(line) ? JSON.parse(line, reviveInteger) : JSON.parse(line);
    if (isRow(row)) return row;
  } catch {
    // Its text is not for an error's message.
  }
  throw damaged();
}

/** The third argument came with ECMAScript 2026: how the number was written. */
function reviveInteger(...[, value, context]: readonly unknown[]): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || typeof context !== 'object' || context === null) return value;
  const source: unknown = Reflect.get(context, 'source');
  return typeof source === 'string' && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function isRow(value: unknown): value is ArchivedRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function damaged(what = 'it is not an array of rows'): ArchiveError {
  return new ArchiveError('archive_damaged', `the archive is damaged: ${what}`);
}
