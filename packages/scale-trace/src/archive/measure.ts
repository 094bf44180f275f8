import { createHash } from 'node:crypto';

/** What has passed: how much, and its SHA-256 in the end. */
export interface Measure {
  readonly bytes: number;
  sha256(): string;
  /** A step of a pipeline that lets everything through. */
  readonly through: (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer, undefined>;
}

export function createMeasure(): Measure {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    sha256: () => hash.digest('hex'),
    through: async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
      return undefined;
    },
  };
}
