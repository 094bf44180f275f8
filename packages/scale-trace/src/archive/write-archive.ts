import type { ArchiveProgress } from '@codex-proxy/contracts';
import type { Database } from 'better-sqlite3';
import { toArchiveError } from '../errors.ts';
import type { RowRedaction } from '../export/redaction.ts';
import { readRowChunks } from '../export/row-stream.ts';
import { GzipThread } from '../gzip/gzip-thread.ts';
import { readColumns } from '../table/columns.ts';
import { highestId, NO_ROW, rowsUpTo } from '../table/size.ts';
import type { ArchiveResult } from './archive-result.ts';
import { compare } from './compare.ts';
import { compressRows } from './compress-rows.ts';
import { cutoffAfter } from './cutoff.ts';
import { createPartFile, discard, publish } from './part-file.ts';
import { readBack } from './read-back.ts';

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
  const gzip = new GzipThread();
  try {
    return await writeBy(gzip, database, folder, options);
  } finally {
    await gzip.end();
  }
}

async function writeBy(gzip: GzipThread, database: Database, folder: string, options: WriteOptions): Promise<WrittenArchive> {
  const part = await createPartFile(folder, options.now);
  try {
    const highId = highestId(database) ?? NO_ROW;
    const total = rowsUpTo(database, highId);
    const onRows = (done: number): void => options.onProgress?.({ phase: 'export', done, total });
    const { chunks, tally } = readRowChunks(database, { highId, redaction: options.redaction, onRows });
    const written = { ...(await compressRows(chunks, gzip, part.handle, options.signal)), rows: tally.rows };
    await part.handle.sync();
    compare(written, await readBack(part.handle, written, gzip, verifying(tally.rows, options), options.signal));
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
