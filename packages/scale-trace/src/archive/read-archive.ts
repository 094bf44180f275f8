import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ArchiveError, codeOf, toArchiveError } from '../errors.ts';
import { createRowReader, damaged } from './archive-lines.ts';
import { digestOf, type ArchiveDigest } from './digest.ts';
import { createMeasure } from './measure.ts';

/**
 * Buffers of that size, which only a collection frees, come with rows as texts, which bring collections about: so what waits for one stays
 * small.
 */
export const IO_BYTES = 65_536;

/**
 * Reads what is in an archive, as a stream, row by row: each the text of a JSON object.
 * @throws ArchiveError `archive_missing`, `archive_damaged`, and what `onRow` throws
 */
export async function readArchiveFile(file: string, onRow: (line: string) => void, signal?: AbortSignal): Promise<ArchiveDigest> {
  return readArchive(createReadStream(file, { highWaterMark: IO_BYTES }), onRow, signal);
}

export async function readArchive(
  source: AsyncIterable<Buffer>,
  onRow: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<ArchiveDigest> {
  const compressed = createMeasure();
  const original = createMeasure();
  let rows = 0;
  const readRows = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    const reader = createRowReader();
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const chunk of chunks) {
      for (const line of reader.push(decode(decoder, chunk))) {
        rows += 1;
        onRow(line);
      }
    }
    reader.end();
  };
  try {
    await pipeline(source, compressed.through, createGunzip({ chunkSize: IO_BYTES }), original.through, readRows, { signal });
  } catch (error) {
    throw readError(error);
  }
  return { rows, compressed: digestOf(compressed), original: digestOf(original) };
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw damaged('it is not UTF-8');
  }
}

function readError(error: unknown): ArchiveError {
  switch (codeOf(error)) {
    case 'ENOENT':
      return new ArchiveError('archive_missing', 'there is no such archive');
    case 'EISDIR':
      return damaged('it is a folder');
    default:
      return toArchiveError(error, 'archive_database_unavailable');
  }
}
