import { PIECE_BYTES, searchExtents, type ExtentsResult, type FoundLine, type PlainFile } from './search-extents.ts';
import { startSearchHelper, WORTH_A_HELPER_BYTES, type SearchHelper } from './search-helper.ts';
import { SHARED } from './search-shared.ts';

export interface SearchOptions {
  /** From here on a second thread searches as well. Default 256 MiB. */
  readonly helperFromBytes?: number;
  /** That thread, where it was started. Default: it is when it is needed. */
  readonly helper?: SearchHelper | undefined;
  /** How much a thread takes at a time. Default 16 MiB. */
  readonly pieceBytes?: number;
  /** What this thread does first where a second one searches as well. */
  readonly meanwhile?: (() => Promise<unknown>) | undefined;
}

/**
 * The lines of plain files that hold a needle, in the order in which they stand. This thread searches, and a second one with it where
 * there is much. Rejects only if that one breaks, or `meanwhile` does.
 * @param onRead So many bytes were read, by either.
 */
export async function searchPlainFiles(
  files: readonly PlainFile[],
  onRead: (bytes: number) => void,
  { helperFromBytes = WORTH_A_HELPER_BYTES, helper, pieceBytes = PIECE_BYTES, meanwhile }: SearchOptions = {},
): Promise<ExtentsResult> {
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const bytes = files.reduce((sum, { bytes: all, extent }) => sum + Math.min(extent?.to ?? all, all) - (extent?.from ?? 0), 0);
  const helped = bytes < helperFromBytes ? undefined : (helper ?? startSearchHelper()).search({ files, shared, pieceBytes });
  // Where this thread throws, nobody waits for that one.
  helped?.catch(() => undefined);
  if (helped !== undefined) await meanwhile?.();
  const onBothRead = (read: number): void => onRead(read + Atomics.exchange(shared, SHARED.readKiB, 0) * 1024);
  const own = searchExtents(files, () => Atomics.add(shared, SHARED.taken, 1), onBothRead, pieceBytes);
  if (helped === undefined) return own;
  return merge(own, await helped);
}

function merge(a: ExtentsResult, b: ExtentsResult): ExtentsResult {
  const lines: FoundLine[] = [...a.lines, ...b.lines].toSorted((x, y) => x.file - y.file || x.offset - y.offset);
  return {
    lines,
    skipped: a.skipped.map((count, index) => count + (b.skipped[index] ?? 0)),
    errors: a.errors.map((error, index) => error ?? b.errors[index]),
    isFull: a.isFull || b.isFull,
  };
}
