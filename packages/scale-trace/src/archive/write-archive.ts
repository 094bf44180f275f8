import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArchiveProgress } from '@codex-proxy/contracts';
import type { Database } from 'better-sqlite3';
import { toArchiveError } from '../errors.ts';
import type { RowRedaction } from '../export/redaction.ts';
import { createRowStream } from '../export/row-stream.ts';
import { readColumns } from '../table/columns.ts';
import { highestId, NO_ROW, rowsUpTo } from '../table/size.ts';
import type { ArchiveResult } from './archive-result.ts';
import { compare, unverified } from './compare.ts';
import { cutoffAfter } from './cutoff.ts';
import { digestOf, type ArchiveDigest } from './digest.ts';
import { createArchiveGzip } from './gzip.ts';
import { createMeasure } from './measure.ts';
import { createPartFile, discard, publish } from './part-file.ts';
import { IO_BYTES, readArchive } from './read-archive.ts';

export interface WriteOptions {
  readonly now: Date;
  readonly redaction: RowRedaction;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ArchiveProgress) => void) | undefined;
}

/** An archive that was read back, with what a purge needs to know of it. */
export interface WrittenArchive extends ArchiveResult {
  /** No row above it is in the archive. */
  readonly highId: bigint;
  /** Of the file. */
  readonly sha256: string;
}

const PROGRESS_ROWS = 1_000;

/**
 * Writes all rows that there are now into an archive: as a `.part`, which is synced, read back, compared, and then renamed.
 * @throws ArchiveError; the `.part` is gone then.
 */
export async function writeArchive(database: Database, folder: string, options: WriteOptions): Promise<WrittenArchive> {
  readColumns(database);
  const part = await createPartFile(folder, options.now);
  try {
    const highId = highestId(database) ?? NO_ROW;
    const total = rowsUpTo(database, highId);
    const onRows = (done: number): void => options.onProgress?.({ phase: 'export', done, total });
    const { stream, tally } = createRowStream(database, { highId, redaction: options.redaction, onRows });
    const written = { ...(await compress(stream, part.handle, options.signal)), rows: tally.rows };
    await part.handle.sync();
    compare(written, await readBack(part.handle, verifying(tally.rows, options), options.signal));
    await publish(part, folder);
    return {
      archivedFilePath: part.archivePath,
      originalSizeBytes: written.original.bytes,
      compressedSizeBytes: written.compressed.bytes,
      rowsArchived: tally.rows,
      cutoffTimestamp: cutoffAfter(tally.latestCreatedAt, options.now.getTime()),
      highId,
      sha256: written.compressed.sha256,
    };
  } catch (error) {
    throw toArchiveError(error);
  } finally {
    await discard(part);
  }
}

function verifying(total: number, { onProgress }: WriteOptions): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (done % PROGRESS_ROWS === 0 || done === total) onProgress?.({ phase: 'verify', done, total });
  };
}

async function compress(rows: Readable, handle: FileHandle, signal: AbortSignal | undefined): Promise<Omit<ArchiveDigest, 'rows'>> {
  const original = createMeasure();
  const compressed = createMeasure();
  // A stream would close the file, or never let go of it.
  const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => handle.writeFile(chunks);
  await pipeline(rows, original.through, createArchiveGzip(), compressed.through, write, { signal });
  return { original: digestOf(original), compressed: digestOf(compressed) };
}

/** @throws ArchiveError `archive_verification_failed` when it is no gzip file, or not a whole one. */
async function readBack(handle: FileHandle, onRow: () => void, signal: AbortSignal | undefined): Promise<ArchiveDigest> {
  try {
    return await readArchive(readAll(handle), onRow, signal);
  } catch (error) {
    const { code, message } = toArchiveError(error);
    throw code === 'archive_damaged' ? unverified(message) : error;
  }
}

/** From the beginning; a stream would close the file at the end. */
async function* readAll(handle: FileHandle): AsyncGenerator<Buffer, void> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(IO_BYTES), 0, IO_BYTES, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
