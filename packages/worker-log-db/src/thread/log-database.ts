import Database from 'better-sqlite3';

export type LogDatabase = Database.Database;

/** How long to wait for the worker's own writes; its transactions are short. */
const BUSY_TIMEOUT_MS = 2_000;

/** Opens the database beside the worker that is writing to it. */
export function openLogDatabase(path: string): LogDatabase {
  const database = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    // What was deleted cannot be read from the file any more.
    database.pragma('secure_delete = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
