import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ArchiveError, codeOf, toArchiveError } from '../errors.ts';
import { createRowReader, damaged } from './archive-lines.ts';
import { digestOf, type ArchiveDigest } from './digest.ts';
import { createMeasure, type Measure } from './measure.ts';

/**
 * Buffers of that size, which only a collection frees, come with rows as texts, which bring collections about: so what waits for one stays
 * small.
 */
export const IO_BYTES = 65_536;

/** What lies along the way of an archive that is read: a pipeline leads through the first, a decompression, the second, and to the rows. */
export interface ReadingSteps {
  readonly compressed: Measure['through'];
  readonly original: Measure['through'];
  readonly rows: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
}

/**
 * Reads what is in an archive, as a stream, row by row: each the text of a JSON object.
 * @throws ArchiveError `archive_missing`, `archive_damaged`, and what `onRow` throws
 */
export async function readArchiveFile(file: string, onRow: (line: string) => void, signal?: AbortSignal): Promise<ArchiveDigest> {
  return readArchive(onRow, async ({ compressed, original, rows }) => {
    const source = createReadStream(file, { highWaterMark: IO_BYTES });
    await pipeline(source, compressed, createGunzip({ chunkSize: IO_BYTES }), original, rows, { signal });
  });
}

/** The same, by whatever way. */
export async function readArchive(onRow: (line: string) => void, lead: (steps: ReadingSteps) => Promise<void>): Promise<ArchiveDigest> {
  const compressed = createMeasure();
  const original = createMeasure();
  let count = 0;
  const rows = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    const reader = createRowReader();
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += IO_BYTES) {
        for (const line of reader.push(decode(decoder, chunk.subarray(at, at + IO_BYTES)))) {
          count += 1;
          onRow(line);
        }
      }
    }
    reader.end();
  };
  try {
    await lead({ compressed: compressed.through, original: original.through, rows });
  } catch (error) {
    throw readError(error);
  }
  return { rows: count, compressed: digestOf(compressed), original: digestOf(original) };
}

/**
 * The SHA-256 of an archive, without a look at what is in it.
 * @throws ArchiveError `archive_missing`, `archive_damaged`
 */
export async function digestFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256').setEncoding('hex');
  try {
    await pipeline(createReadStream(file, { highWaterMark: IO_BYTES }), hash, { signal });
  } catch (error) {
    throw readError(error);
  }
  return String(hash.read());
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
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
