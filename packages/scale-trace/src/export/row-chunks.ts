import type { Database } from 'better-sqlite3';
import { readColumns, type Column } from '../table/columns.ts';
import { highestId, NO_ROW } from '../table/size.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import type { RowRedaction } from './redaction.ts';
import { createRowEncoder } from './row-encoder.ts';

export interface RowChunksOptions {
  readonly redaction: RowRedaction;
  /** A chunk is complete with the row that makes it so long, or longer. */
  readonly chunkBytes: number;
  /** Rows above this id are left out. Default: the highest one at the first read. */
  readonly highId?: bigint | undefined;
  /** After each chunk, with all rows so far. */
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** What has gone through. */
export interface RowTally {
  rows: number;
  /** The latest `created_at`, as texts are compared. */
  latestCreatedAt: string;
}

export interface RowChunks {
  /** A chunk may be used until the one after the next is asked for: there are two buffers, in turn. */
  readonly chunks: Generator<Buffer, void>;
  readonly tally: RowTally;
}

/** The last row of a chunk goes beyond it; most are shorter than that. */
const ROW_BYTES = 32_768;

/**
 * One JSON array, a row a line. Rows are read one by one, and redacted; each chunk is a read transaction of its own, which goes on behind the
 * last key, so that no reader holds the write-ahead log back.
 */
export function createRowChunks(database: Database, options: RowChunksOptions): RowChunks {
  const tally: RowTally = { rows: 0, latestCreatedAt: '' };
  return { chunks: chunks(database, options, tally), tally };
}

function* chunks(database: Database, options: RowChunksOptions, tally: RowTally): Generator<Buffer, void> {
  yield Buffer.from('[\n');
  yield* rowChunks(database, options, tally);
  yield Buffer.from(tally.rows === 0 ? ']\n' : '\n]\n');
}

function* rowChunks(database: Database, options: RowChunksOptions, tally: RowTally): Generator<Buffer, void> {
  const { redaction, chunkBytes, onRows } = options;
  const columns = readColumns(database);
  const last = options.highId ?? highestId(database);
  if (last === undefined) return;
  const encode = createRowEncoder(columns, redaction);
  const createdAt = 1 + columns.findIndex(({ name }) => name === 'created_at');
  const page = database.prepare<[bigint, bigint], [bigint, ...unknown[]]>(selectOf(columns)).raw(true).safeIntegers(true);
  let after = NO_ROW;
  let [buffer, other] = [new ChunkBuffer(chunkBytes + ROW_BYTES), new ChunkBuffer(chunkBytes + ROW_BYTES)];
  for (;;) {
    for (const row of page.iterate(after, last)) {
      [after] = row;
      buffer.write((tally.rows === 0 ? '' : ',\n') + encode(row, 1));
      tally.rows += 1;
      const created = row[createdAt];
      if (typeof created === 'string' && created > tally.latestCreatedAt) tally.latestCreatedAt = created;
      if (buffer.length >= chunkBytes) break;
    }
    if (buffer.length === 0) return;
    yield buffer.view();
    onRows?.(tally.rows);
    [buffer, other] = [other, buffer];
    buffer.clear();
  }
}

function selectOf(columns: readonly Column[]): string {
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  return `SELECT _rowid_, ${names.join(', ')} FROM agent_logs WHERE _rowid_ > ? AND _rowid_ <= ? ORDER BY _rowid_`;
}
