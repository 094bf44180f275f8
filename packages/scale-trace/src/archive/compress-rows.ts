import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { GzipThread } from '../gzip/gzip-thread.ts';
import { framed } from '../gzip/frame.ts';
import type { Bytes } from '../gzip/memory.ts';
import { toPieces } from '../gzip/pieces.ts';
import { digestOf, type ArchiveDigest } from './digest.ts';
import { createMeasure } from './measure.ts';

export interface Compressed extends Omit<ArchiveDigest, 'rows'> {
  /** The length of each piece, in the order of the file. */
  readonly pieces: readonly number[];
}

/** Writes the text of rows into a file. */
export async function compressRows(
  rows: AsyncIterable<Bytes>,
  gzip: GzipThread,
  handle: FileHandle,
  signal: AbortSignal | undefined,
): Promise<Compressed> {
  const original = createMeasure();
  const compressed = createMeasure();
  const lengths: number[] = [];
  const noted = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
    for await (const piece of pieces) {
      lengths.push(piece.length);
      yield piece;
    }
    return undefined;
  };
  // A stream would close the file, or never let go of it.
  const write = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => handle.writeFile(noted(pieces));
  const pieces = (chunks: AsyncIterable<Bytes>): AsyncGenerator<Bytes, undefined> => gzip.deflate(toPieces(chunks));
  const frame = (deflated: AsyncIterable<Bytes>): AsyncGenerator<Bytes, undefined> => framed(deflated, original);
  await pipeline(rows, original.through, pieces, frame, compressed.through, write, { signal });
  return { original: digestOf(original), compressed: digestOf(compressed), pieces: lengths };
}
