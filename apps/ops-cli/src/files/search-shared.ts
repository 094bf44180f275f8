import type { PlainFile } from './search-extents.ts';

/** What the second thread is given. */
export interface SearchThreadData {
  readonly files: readonly PlainFile[];
  /** Numbers that both threads count: see `SHARED`. */
  readonly shared: Int32Array;
  readonly pieceBytes: number;
}

/** Places in the shared numbers: pieces that were taken by either thread; what the second one has read and the first not yet told. */
export const SHARED = { taken: 0, readKiB: 1 } as const;
