import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { toArchiveError } from '../errors.ts';
import { readColumns, type Column } from '../table/columns.ts';
import { highestId, NO_ROW } from '../table/size.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import type { RowRedaction } from './redaction.ts';
import { createRowEncoder } from './row-encoder.ts';

export interface RowStreamOptions {
  /** Rows above this id are left out. Default: the highest one at the first read. */
  readonly highId?: bigint | undefined;
  readonly redaction: RowRedaction;
  /** After each chunk, with all rows so far. */
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** What has gone through a stream. */
export interface RowTally {
  rows: number;
  /** The latest `created_at`, as texts are compared. */
  latestCreatedAt: string;
}

/** A write for every row would be half as fast. */
const CHUNK_BYTES = 65_536;
const HIGH_WATER_BYTES = 2 * CHUNK_BYTES;

/** One JSON array, a row a line, as `readRowChunks` reads them. */
export function createRowStream(database: Database, options: RowStreamOptions): Readable {
  return Readable.from(readRowChunks(database, options).chunks, { objectMode: false, highWaterMark: HIGH_WATER_BYTES });
}

/**
 * The text of one JSON array, a row a line. Rows are read one by one, and redacted; each chunk is a read transaction of its own, which goes on
 * behind the last key, so that no reader holds the write-ahead log back.
 */
export function readRowChunks(
  database: Database,
  options: RowStreamOptions,
): { readonly chunks: AsyncGenerator<Buffer<ArrayBuffer>, undefined>; readonly tally: RowTally } {
  const tally: RowTally = { rows: 0, latestCreatedAt: '' };
  return { chunks: paced(chunks(database, options, tally)), tally };
}

/** Between two chunks everything else gets its turn: whoever compresses is waiting for the next piece. */
async function* paced(source: Generator<Buffer<ArrayBuffer>, void>): AsyncGenerator<Buffer<ArrayBuffer>, undefined> {
  try {
    for (const chunk of source) {
      yield chunk;
      await setImmediate();
    }
    return undefined;
  } catch (error) {
    throw toArchiveError(error, 'archive_database_unavailable');
  }
}

function* chunks(database: Database, options: RowStreamOptions, tally: RowTally): Generator<Buffer<ArrayBuffer>, void> {
  yield Buffer.from('[\n');
  yield* rowChunks(database, options, tally);
  yield Buffer.from(tally.rows === 0 ? ']\n' : '\n]\n');
}

function* rowChunks(
  database: Database,
  { highId, redaction, onRows }: RowStreamOptions,
  tally: RowTally,
): Generator<Buffer<ArrayBuffer>, void> {
  const columns = readColumns(database);
  const last = highId ?? highestId(database);
  if (last === undefined) return;
  const encode = createRowEncoder(columns, redaction);
  const createdAt = 1 + columns.findIndex(({ name }) => name === 'created_at');
  const page = database.prepare<[bigint, bigint], [bigint, ...unknown[]]>(selectOf(columns)).raw(true).safeIntegers(true);
  let after = NO_ROW;
  const buffer = new ChunkBuffer();
  for (;;) {
    const rowsBefore = tally.rows;
    for (const row of page.iterate(after, last)) {
      [after] = row;
      buffer.write((tally.rows === 0 ? '' : ',\n') + encode(row, 1));
      tally.rows += 1;
      const created = row[createdAt];
      if (typeof created === 'string' && created > tally.latestCreatedAt) tally.latestCreatedAt = created;
      if (buffer.length >= CHUNK_BYTES) break;
    }
    if (tally.rows === rowsBefore) return;
    yield buffer.take();
    onRows?.(tally.rows);
  }
}

function selectOf(columns: readonly Column[]): string {
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  return `SELECT _rowid_, ${names.join(', ')} FROM agent_logs WHERE _rowid_ > ? AND _rowid_ <= ? ORDER BY _rowid_`;
}
