import { textAt, type JsonRecord } from '../json/record.ts';
import { parseRecord } from '../json/record.ts';
import type { LogTail } from './log-tail.ts';

/** A record and the line that it was read from. */
export interface LineRecord {
  readonly record: JsonRecord;
  readonly line: string;
}

export interface MergeOptions {
  /** Lines that cannot be one of those that are asked for need not be parsed. */
  readonly mayMatch: (line: string) => boolean;
  readonly matches: (record: JsonRecord) => boolean;
  readonly onBadLine: () => void;
}

interface Cursor {
  readonly tail: LogTail;
  lines: string[];
  at: number;
  next: LineRecord | undefined;
}

/**
 * The records of several logs in the order of their times, as far as they are written. Each log is read a piece at a time. Ends where the
 * logs do; iterated again, it goes on with what was written since.
 */
export class MergedRecords {
  readonly #cursors: Cursor[];
  readonly #options: MergeOptions;

  constructor(tails: readonly LogTail[], options: MergeOptions) {
    this.#cursors = tails.map((tail) => ({ tail, lines: [], at: 0, next: undefined }));
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LineRecord> {
    for (const cursor of this.#cursors) await this.#advance(cursor);
    for (;;) {
      const ready = this.#cursors.filter(({ next }) => next !== undefined);
      const [first, ...others] = ready;
      if (first?.next === undefined) return;
      const earliest = others.reduce((best, cursor) => (stampOf(cursor) < stampOf(best) ? cursor : best), first);
      const found = earliest.next;
      earliest.next = undefined;
      // What was taken off a log is told before anything is awaited: whoever stops here loses nothing.
      if (found !== undefined) yield found;
      await this.#advance(earliest);
    }
  }

  async #advance(cursor: Cursor): Promise<void> {
    const { mayMatch, matches, onBadLine } = this.#options;
    while (cursor.next === undefined) {
      if (cursor.at >= cursor.lines.length) {
        cursor.lines = await cursor.tail.read();
        cursor.at = 0;
        if (cursor.lines.length === 0) return;
      }
      const line = cursor.lines[cursor.at] ?? '';
      cursor.at += 1;
      if (line.trim() === '' || !mayMatch(line)) continue;
      const record = parseRecord(line);
      if (record === undefined) onBadLine();
      else if (matches(record)) cursor.next = { record, line };
    }
  }
}

function stampOf({ next }: Cursor): string {
  return textAt(next?.record, 'timestamp') ?? '';
}
