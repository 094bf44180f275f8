import { parseRow } from './archive-lines.ts';
import { readArchiveFile } from './read-archive.ts';

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Rows so far, now and then. */
  readonly onRows?: (rows: number) => void;
}

const REPORTED_ROWS = 1_000;

/** What a whole archive holds. */
export interface VerifiedArchive {
  readonly path: string;
  readonly rows: number;
  readonly originalSizeBytes: number;
  readonly compressedSizeBytes: number;
  /** Of the file, as `sha256sum` prints it and the manifest keeps it. */
  readonly sha256: string;
}

/**
 * Reads an archive through: every byte decompressed, every row parsed. As a stream; it takes no more memory than the largest row.
 * @throws ArchiveError `archive_missing`, `archive_damaged`
 */
export async function verifyArchive(file: string, { signal, onRows }: VerifyOptions = {}): Promise<VerifiedArchive> {
  let read = 0;
  const onRow = (line: string): void => {
    parseRow(line);
    read += 1;
    if (read % REPORTED_ROWS === 0) onRows?.(read);
  };
  const { rows, original, compressed } = await readArchiveFile(file, onRow, signal);
  return { path: file, rows, originalSizeBytes: original.bytes, compressedSizeBytes: compressed.bytes, sha256: compressed.sha256 };
}
