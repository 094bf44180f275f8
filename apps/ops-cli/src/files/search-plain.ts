import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PIECE_BYTES, searchExtents, type ExtentsResult, type FoundLine, type PlainFile } from './search-extents.ts';
import { SHARED, type SearchThreadData } from './search-shared.ts';

/** From here on a second thread is worth its start. */
const WORTH_A_THREAD_BYTES = 256 * 1024 * 1024;

export interface SearchOptions {
  /** From here on a second thread is started. Default 256 MiB. */
  readonly threadFromBytes?: number;
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
  { threadFromBytes = WORTH_A_THREAD_BYTES, pieceBytes = PIECE_BYTES, meanwhile }: SearchOptions = {},
): Promise<ExtentsResult> {
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const bytes = files.reduce((sum, { bytes: all, extent }) => sum + Math.min(extent?.to ?? all, all) - (extent?.from ?? 0), 0);
  const data: SearchThreadData = { files, shared, pieceBytes };
  const helper = bytes < threadFromBytes ? undefined : startHelper(data);
  const helped = helper === undefined ? undefined : answerOf(helper);
  // Where this thread throws, nobody waits for that one.
  helped?.catch(() => undefined);
  if (helped !== undefined) await meanwhile?.();
  const onBothRead = (read: number): void => onRead(read + Atomics.exchange(shared, SHARED.readKiB, 0) * 1024);
  const own = searchExtents(files, () => Atomics.add(shared, SHARED.taken, 1), onBothRead, pieceBytes);
  if (helped === undefined) return own;
  return merge(own, await helped);
}

function answerOf(helper: Worker): Promise<ExtentsResult> {
  return new Promise((resolve, reject) => {
    helper.once('message', (result: ExtentsResult) => resolve(result));
    helper.once('error', reject);
  });
}

function startHelper(data: SearchThreadData): Worker {
  // The sources run as they are, the built package as JavaScript.
  const helper = new Worker(new URL(`./search-thread${extname(import.meta.url)}`, import.meta.url));
  helper.postMessage(data);
  return helper;
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
