import type { Measure } from './measure.ts';

export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** What an archive is, and what is in it. */
export interface ArchiveDigest {
  readonly rows: number;
  /** The file. */
  readonly compressed: Digest;
  /** The JSON. */
  readonly original: Digest;
}

export function digestOf(measure: Measure): Digest {
  return { bytes: measure.bytes, sha256: measure.sha256() };
}
