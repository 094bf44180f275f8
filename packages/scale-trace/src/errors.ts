/**
 * Why something about archives was not done. `archive_damaged`: an archive is not what was written. `archive_verification_failed`: what was
 * just written cannot be read back. `archive_stopped`: it was told to stop.
 */
export const ARCHIVE_ERROR_CODES = [
  'archive_damaged',
  'archive_database_busy',
  'archive_database_damaged',
  'archive_database_newer',
  'archive_database_unavailable',
  'archive_disk_full',
  'archive_folder_unusable',
  'archive_missing',
  'archive_retention_invalid',
  'archive_stopped',
  'archive_table_missing',
  'archive_table_unsupported',
  'archive_thread_lost',
  'archive_timestamp_invalid',
  'archive_verification_failed',
  'archive_write_failed',
] as const;
export type ArchiveErrorCode = (typeof ARCHIVE_ERROR_CODES)[number];

/** Its message may be logged: nothing of any row is in it. */
export class ArchiveError extends Error {
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string) {
    super(message);
    this.name = 'ArchiveError';
    this.code = code;
  }
}

/** By the beginning of the code that SQLite or the system gives; the first that fits. */
const CAUSES: readonly (readonly [cause: RegExp, code: ArchiveErrorCode])[] = [
  [/^(?:ENOSPC|EDQUOT|EFBIG|SQLITE_FULL)/, 'archive_disk_full'],
  [/^(?:SQLITE_BUSY|SQLITE_LOCKED)/, 'archive_database_busy'],
  [/^(?:SQLITE_CORRUPT|SQLITE_NOTADB)/, 'archive_database_damaged'],
  [/^SQLITE_/, 'archive_database_unavailable'],
  [/^(?:EROFS|EACCES|EPERM|ENOENT|ENOTDIR|EISDIR|EEXIST|ELOOP|ENAMETOOLONG)$/, 'archive_folder_unusable'],
  [/^Z_/, 'archive_damaged'],
];

/** The typed form of whatever was thrown. */
export function toArchiveError(error: unknown, otherwise: ArchiveErrorCode = 'archive_write_failed'): ArchiveError {
  if (error instanceof ArchiveError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new ArchiveError('archive_stopped', 'it was told to stop');
  const cause = codeOf(error);
  const [, code = otherwise] = CAUSES.find(([pattern]) => pattern.test(cause)) ?? [];
  const message = error instanceof Error ? error.message : String(error);
  return new ArchiveError(code, cause === '' || message.includes(cause) ? message : `${message} (${cause})`);
}

/** The system's code of an error, such as `ENOENT`; else empty. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
