import { readSync } from 'node:fs';
import { LineSearch, type Extent } from './line-search.ts';

/** A plain file that is searched, by its open descriptor: descriptors are shared by all threads. */
export interface PlainFile {
  readonly fd: number;
  readonly bytes: number;
  readonly needles: readonly string[];
  /** The part that is searched. Default: all of it. */
  readonly extent?: Extent | undefined;
}

/** A line that was found. */
export interface FoundLine {
  /** Index of its file. */
  readonly file: number;
  readonly offset: number;
  readonly text: string;
  /** It is the last of its file and has no ending: it may be cut. */
  readonly isUnfinished: boolean;
}

export interface ExtentsResult {
  readonly lines: readonly FoundLine[];
  /** Lines that were too long, by file. */
  readonly skipped: readonly number[];
  /** Codes of read errors, by file. */
  readonly errors: readonly (string | undefined)[];
  /** More lines were found than are kept. */
  readonly isFull: boolean;
}

/** How much one thread takes at a time. */
export const PIECE_BYTES = 16 * 1024 * 1024;
/** Lines of one request are few. More are a defect, and must not fill the memory. */
const MOST_LINES = 50_000;

/** The parts of the files that one thread takes at a time, in order: what `next` counts through. */
export function piecesOf(files: readonly PlainFile[], pieceBytes: number): readonly (Extent & { readonly file: number })[] {
  return files.flatMap(({ bytes, extent = { from: 0, to: Number.POSITIVE_INFINITY } }, file) => {
    // The last one goes on to where the extent ends, or the file, wherever that is by then.
    const count = Math.max(1, Math.ceil((Math.min(extent.to, bytes) - extent.from) / pieceBytes));
    return Array.from({ length: count }, (_, index) => ({
      file,
      from: extent.from + index * pieceBytes,
      to: index === count - 1 ? extent.to : extent.from + (index + 1) * pieceBytes,
    }));
  });
}

/** Searches one piece after another, taking the index of each from `next`: several threads can share the work. Blocks. */
export function searchExtents(
  files: readonly PlainFile[],
  next: () => number,
  onRead: (bytes: number) => void = () => undefined,
  pieceBytes = PIECE_BYTES,
): ExtentsResult {
  const pieces = piecesOf(files, pieceBytes);
  const lines: FoundLine[] = [];
  const skipped = files.map(() => 0);
  const errors: (string | undefined)[] = files.map(() => undefined);
  const searches = new Map<string, LineSearch>();
  let current = 0;
  let isFull = false;
  const take = (line: Buffer, offset: number, isUnfinished: boolean): void => {
    if (lines.length < MOST_LINES) lines.push({ file: current, offset, text: line.toString('utf8'), isUnfinished });
    else isFull = true;
  };
  for (let index = next(); index < pieces.length; index = next()) {
    const extent = pieces[index];
    const file = files[extent?.file ?? -1];
    if (extent === undefined || file === undefined) break;
    current = extent.file;
    const key = file.needles.join('\n');
    const search = searches.get(key) ?? new LineSearch({ needles: file.needles, onLine: (line, offset) => take(line, offset, false) });
    searches.set(key, search);
    const before = search.skipped;
    let position = search.begin(extent);
    try {
      while (!search.isDone) {
        const bytes = readSync(file.fd, search.space, { position });
        if (bytes === 0) break;
        position += bytes;
        search.took(bytes);
        onRead(bytes);
      }
      const last = search.end();
      if (last !== undefined) take(last.line, last.offset, true);
    } catch (error) {
      errors[current] = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    }
    skipped[current] = (skipped[current] ?? 0) + search.skipped - before;
  }
  return { lines, skipped, errors, isFull };
}
