import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Bytes } from '../gzip/memory.ts';

/** What has passed: how much, its CRC-32 so far, and its SHA-256 in the end. */
export interface Measure {
  readonly bytes: number;
  readonly crc32: number;
  sha256(): string;
  /** A step of a pipeline that lets everything through. */
  readonly through: (chunks: AsyncIterable<Bytes>) => AsyncGenerator<Bytes, undefined>;
}

export function createMeasure(): Measure {
  const hash = createHash('sha256');
  let [bytes, crc] = [0, 0];
  return {
    get bytes() {
      return bytes;
    },
    get crc32() {
      return crc;
    },
    sha256: () => hash.digest('hex'),
    through: async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        crc = crc32(chunk, crc);
        bytes += chunk.length;
        yield chunk;
      }
      return undefined;
    },
  };
}
