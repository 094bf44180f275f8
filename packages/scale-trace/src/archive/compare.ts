import { ArchiveError } from '../errors.ts';
import type { ArchiveDigest } from './digest.ts';

export const DIFFERS = 'it is not what was written';

/**
 * What was read back is what was written, and as many rows as the table gave.
 * @throws ArchiveError `archive_verification_failed`
 */
export function compare(written: ArchiveDigest, found: ArchiveDigest): void {
  const isSame = found.original.sha256 === written.original.sha256 && found.compressed.sha256 === written.compressed.sha256;
  if (!isSame || found.original.bytes !== written.original.bytes) throw unverified(DIFFERS);
  if (found.rows !== written.rows) throw unverified(`it holds ${found.rows} rows of ${written.rows}`);
}

export function unverified(what: string): ArchiveError {
  return new ArchiveError('archive_verification_failed', `the archive cannot be read back: ${what}`);
}
