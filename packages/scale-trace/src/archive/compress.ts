import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Gzip } from 'node:zlib';
import { toArchiveError } from '../errors.ts';
import { digestOf, type ArchiveDigest } from './digest.ts';
import { createArchiveGzip } from './gzip.ts';
import { createMeasure, type Measure } from './measure.ts';

/**
 * Compresses chunks into a file. While one is compressed, which the system's pool of threads does, the next is made: of each, its maker may
 * use the memory again when the one after the next is asked for.
 * @throws ArchiveError, and what the file system throws
 */
export async function compress(
  chunks: Iterable<Buffer>,
  handle: FileHandle,
  signal: AbortSignal | undefined,
): Promise<Omit<ArchiveDigest, 'rows'>> {
  const [original, compressed] = [createMeasure(), createMeasure()];
  const gzip = createArchiveGzip();
  // A stream would close the file, or never let go of it.
  const write = async (pieces: AsyncIterable<Buffer>): Promise<void> => handle.writeFile(pieces);
  const written = pipeline(gzip, compressed.through, write, { signal });
  const fed = feed(chunks, gzip, original).catch((error: unknown) => {
    gzip.destroy(toArchiveError(error, 'archive_database_unavailable'));
  });
  try {
    await written;
  } finally {
    // The database is closed after this.
    await fed;
  }
  return { original: digestOf(original), compressed: digestOf(compressed) };
}

async function feed(chunks: Iterable<Buffer>, gzip: Gzip, original: Measure): Promise<void> {
  let compressed = Promise.resolve();
  try {
    for (const chunk of chunks) {
      original.add(chunk);
      await compressed;
      compressed = compressChunk(gzip, chunk);
    }
  } finally {
    await compressed;
  }
  gzip.end();
}

async function compressChunk(gzip: Gzip, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    gzip.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}
