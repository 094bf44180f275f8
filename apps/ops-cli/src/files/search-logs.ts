import { closeSync, fstatSync } from 'node:fs';
import { causeOf } from '../errors.ts';
import { LineSearch, type Extent } from './line-search.ts';
import type { OpenFile } from './rotated-files.ts';
import type { FoundLine } from './search-extents.ts';
import type { SearchHelper } from './search-helper.ts';
import { readThrough, unpack } from './search-packed.ts';
import { searchPlainFiles } from './search-plain.ts';

/** A file and what is looked for in it. */
export interface SearchedFile {
  readonly file: OpenFile;
  readonly needles: readonly string[];
  /** The part of it that is searched; all of it where it is packed. */
  readonly extent?: Extent | undefined;
}

export interface SearchReports {
  readonly warn: (sentence: string) => void;
  readonly onRead: (bytes: number) => void;
  /** A second thread for where there is much; default: one is started then. */
  readonly helper?: SearchHelper | undefined;
  /** What this thread does first where another one searches as well. */
  readonly meanwhile?: () => Promise<unknown>;
}

/**
 * The lines that hold a needle, by file, in the order in which they stand. Every file is read to its end and closed. What cannot be read is
 * told; what could be counts.
 */
export async function searchLogs(
  searched: readonly SearchedFile[],
  { warn, onRead, helper, meanwhile }: SearchReports,
): Promise<readonly FoundLine[]> {
  const lines: FoundLine[] = [];
  const plain = searched.map((each, index) => ({ ...each, index })).filter(({ file }) => !file.isGzip && !file.isPipe);
  const result = await searchPlainFiles(
    plain.map(({ file, needles, extent }) => ({ fd: file.fd, bytes: file.bytes, needles, extent })),
    onRead,
    { helper, meanwhile },
  );
  for (const line of result.lines) lines.push({ ...line, file: plain[line.file]?.index ?? -1 });
  for (const [at, { file }] of plain.entries()) {
    warnLong(file, result.skipped[at] ?? 0, warn);
    const error = result.errors[at];
    if (error !== undefined) warn(`${file.path} cannot be read to its end (${error}); what was read counts`);
    if (sizeOf(file) < file.bytes) warn(`${file.path} was cut shorter while it was read; what it lost cannot be searched`);
    closeSync(file.fd);
  }
  if (result.isFull) warn('more lines name the request than are kept; the rest was left out');
  for (const [index, { file, needles }] of searched.entries()) {
    if (file.isGzip || file.isPipe) await searchThrough(file, needles, { warn, onRead }, (line) => lines.push({ ...line, file: index }));
  }
  return lines.toSorted((a, b) => a.file - b.file || a.offset - b.offset);
}

function sizeOf({ fd }: OpenFile): number {
  return fstatSync(fd).size;
}

function warnLong({ path }: OpenFile, count: number, warn: (sentence: string) => void): void {
  if (count > 0) warn(`${path}: ${count} ${count === 1 ? 'line is' : 'lines are'} longer than 8 MiB and left out`);
}

/** What can only be read from its beginning. */
async function searchThrough(
  file: OpenFile,
  needles: readonly string[],
  { warn, onRead }: SearchReports,
  take: (line: Omit<FoundLine, 'file'>) => void,
): Promise<void> {
  const search = new LineSearch({ needles, onLine: (line, offset) => take({ offset, text: line.toString('utf8'), isUnfinished: false }) });
  search.begin({ from: 0, to: Number.POSITIVE_INFINITY });
  try {
    for await (const chunk of file.isGzip ? unpack(file.fd, onRead) : readThrough(file.fd, onRead)) search.push(chunk);
  } catch (error) {
    const cause = causeOf(error) === 'Z_BUF_ERROR' ? 'the packed data breaks off' : causeOf(error);
    warn(`${file.path} cannot be read to its end (${cause}); what was read counts`);
  }
  const last = search.end();
  if (last !== undefined) take({ offset: last.offset, text: last.line.toString('utf8'), isUnfinished: true });
  warnLong(file, search.skipped, warn);
}
