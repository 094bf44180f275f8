import { parseRow } from './archive-lines.ts';
import { readArchiveFile } from './read-archive.ts';

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
export async function verifyArchive(file: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<VerifiedArchive> {
  const { rows, original, compressed } = await readArchiveFile(file, parseRow, signal);
  return { path: file, rows, originalSizeBytes: original.bytes, compressedSizeBytes: compressed.bytes, sha256: compressed.sha256 };
}
