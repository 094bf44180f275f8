import { logRecordSchema } from '@codex-proxy/contracts';
import { expect } from 'vitest';

/** A record as it was written. */
export type Line = Readonly<Record<string, unknown>>;

export function parseLine(text: string): Line {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error(`not a record: ${text}`);
  return Object.fromEntries(Object.entries(value));
}

/** Fails unless every line is a record of the log schema. */
export function expectRecords(lines: readonly Line[]): void {
  for (const line of lines) expect(logRecordSchema.safeParse(line).error, JSON.stringify(line)).toBeUndefined();
}

function matches(line: Line, fields: Line): boolean {
  return Object.entries(fields).every(([name, value]) => line[name] === value);
}

interface Waiter {
  readonly fields: Line;
  readonly resolve: (line: Line) => void;
  readonly reject: (error: Error) => void;
}

/** Collects the lines of a log and lets tests wait for one. */
export class LogLines {
  readonly lines: Line[] = [];
  #rest = '';
  #waiters: Waiter[] = [];

  /** Takes any piece of the log. */
  write(text: string): void {
    const pieces = (this.#rest + text).split('\n');
    this.#rest = pieces.pop() ?? '';
    for (const piece of pieces) this.#take(parseLine(piece));
  }

  /** Records with these fields so far. */
  all(fields: Line): Line[] {
    return this.lines.filter((line) => matches(line, fields));
  }

  /** The first record with these fields, past or to come. */
  async waitFor(fields: Line): Promise<Line> {
    return this.all(fields)[0] ?? this.next(fields);
  }

  /** The next record with these fields. */
  async next(fields: Line): Promise<Line> {
    return new Promise((resolve, reject) => this.#waiters.push({ fields, resolve, reject }));
  }

  /** No line will come any more. */
  end(why: string): void {
    for (const { fields, reject } of this.#waiters) reject(new Error(`no record ${JSON.stringify(fields)}: ${why}`));
    this.#waiters = [];
  }

  #take(line: Line): void {
    this.lines.push(line);
    for (const waiter of this.#waiters.filter(({ fields }) => matches(line, fields))) {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      waiter.resolve(line);
    }
  }
}
