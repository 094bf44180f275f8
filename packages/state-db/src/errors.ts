/** `newer`: a later version wrote the file. `busy`: another process holds it. `full`: no space, on disk or within `maxBytes`. */
export type StateDbErrorCode =
  'state_db_newer' | 'state_db_corrupt' | 'state_db_busy' | 'state_db_full' | 'state_db_unavailable' | 'state_db_closed';

/** What is wrong with the database, in a form that may be logged: no row of it is ever in the message. */
export class StateDbError extends Error {
  readonly code: StateDbErrorCode;

  constructor(code: StateDbErrorCode, message: string) {
    super(message);
    this.name = 'StateDbError';
    this.code = code;
  }
}

const CODES: readonly (readonly [sqlite: string, code: StateDbErrorCode])[] = [
  ['SQLITE_BUSY', 'state_db_busy'],
  ['SQLITE_LOCKED', 'state_db_busy'],
  ['SQLITE_FULL', 'state_db_full'],
  ['SQLITE_CORRUPT', 'state_db_corrupt'],
  ['SQLITE_NOTADB', 'state_db_corrupt'],
];

/** The typed form of whatever SQLite or the file system threw. */
export function toStateDbError(error: unknown): StateDbError {
  if (error instanceof StateDbError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const [, known = 'state_db_unavailable'] = CODES.find(([sqlite]) => code.startsWith(sqlite)) ?? [];
  return new StateDbError(known, code === '' ? cause.message : `${cause.message} (${code})`);
}

/** Whether it is the database that failed, rather than the one row: the whole transaction is lost then. */
export function isDatabaseFailure(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return error.code.startsWith('SQLITE_') && !/^SQLITE_(?:CONSTRAINT|TOOBIG|MISMATCH|RANGE|ERROR)/.test(error.code);
}
