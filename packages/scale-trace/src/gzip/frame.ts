import type { Bytes } from './memory.ts';

/** What a gzip file says of what is in it. */
export interface Content {
  readonly bytes: number;
  readonly crc32: number;
}

/** Deflated, without a name or a time, by an unknown system: https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/** The last block, which is empty. */
const END = [3, 0];

/** Makes a gzip file of pieces that were deflated; `content` is asked for after the last of them. */
export async function* framed(pieces: AsyncIterable<Bytes>, content: Content): AsyncGenerator<Bytes, undefined> {
  yield new Uint8Array(HEADER);
  yield* pieces;
  yield trailerOf(content);
  return undefined;
}

/** The pieces alone. */
export async function* unframed(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes, undefined> {
  const waiting: Bytes[] = [];
  let isHeader = true;
  for await (const piece of pieces) {
    if (!isHeader) waiting.push(piece);
    isHeader = false;
    yield* waiting.splice(0, waiting.length - 1);
  }
  return undefined;
}

function trailerOf({ bytes, crc32 }: Content): Bytes {
  const trailer = new DataView(new ArrayBuffer(END.length + 8));
  for (const [at, byte] of END.entries()) trailer.setUint8(at, byte);
  trailer.setUint32(END.length, crc32, true);
  // Of a length above 4 GiB, its lower half.
  trailer.setUint32(END.length + 4, bytes % 2 ** 32, true);
  return new Uint8Array(trailer.buffer);
}
