import type { Database } from 'better-sqlite3';

/**
 * Writes a page that says what it said before, and commits it.
 * @throws whatever stands against writing.
 */
export function probe(database: Database): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  database.pragma(`user_version = ${version}`);
}
