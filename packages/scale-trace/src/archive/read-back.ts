import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { toArchiveError } from '../errors.ts';
import { unframed } from '../gzip/frame.ts';
import type { GzipThread } from '../gzip/gzip-thread.ts';
import type { Bytes } from '../gzip/memory.ts';
import { DIFFERS, unverified } from './compare.ts';
import type { Compressed } from './compress-rows.ts';
import type { ArchiveDigest } from './digest.ts';
import { readArchive } from './read-archive.ts';

/** @throws ArchiveError `archive_verification_failed` when it is no gzip file, or not a whole one. */
export async function readBack(
  handle: FileHandle,
  written: Compressed,
  gzip: GzipThread,
  onRow: () => void,
  signal: AbortSignal | undefined,
): Promise<ArchiveDigest> {
  const { size } = await handle.stat();
  if (size !== written.compressed.bytes) throw unverified(DIFFERS);
  try {
    return await readArchive(onRow, async ({ compressed, original, rows }) =>
      pipeline(readPieces(handle, written.pieces), compressed, unframed, gzip.inflate, original, rows, { signal }),
    );
  } catch (error) {
    const { code, message } = toArchiveError(error);
    throw code === 'archive_damaged' ? unverified(message) : error;
  }
}

/** From the beginning; a stream would close the file at the end. */
async function* readPieces(handle: FileHandle, lengths: readonly number[]): AsyncGenerator<Bytes, void> {
  let position = 0;
  for (const length of lengths) {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position);
    yield buffer.subarray(0, bytesRead);
    position += length;
  }
}
