import { Readable } from 'node:stream';
import type { Database } from 'better-sqlite3';
import { toArchiveError } from '../errors.ts';
import { createRowChunks, type RowChunksOptions } from './row-chunks.ts';

/** A write for every row would be half as fast. */
const CHUNK_BYTES = 65_536;
/** What is read ahead while others work on what came before. */
const HIGH_WATER_BYTES = 2 * CHUNK_BYTES;

/** All rows, as a stream for whomever. */
export function createRowStream(database: Database, options: Pick<RowChunksOptions, 'redaction' | 'onRows'>): Readable {
  const { chunks } = createRowChunks(database, { ...options, chunkBytes: CHUNK_BYTES });
  return new Readable({
    highWaterMark: HIGH_WATER_BYTES,
    read() {
      // Between two chunks everything else gets its turn: whoever compresses is waiting for the next piece.
      setImmediate(() => {
        if (!this.destroyed) pushNext(this, chunks);
      });
    },
  });
}

function pushNext(stream: Readable, chunks: Generator<Buffer, void>): void {
  try {
    const { value } = chunks.next();
    stream.push(value === undefined ? null : Buffer.from(value));
  } catch (error) {
    stream.destroy(toArchiveError(error, 'archive_database_unavailable'));
  }
}
