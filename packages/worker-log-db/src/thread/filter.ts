import type { LogDatabase } from './log-database.ts';

/** Which of the worker's records are kept: its warnings and errors, or nothing. */
export type Kept = 'warnings' | 'none';

const CONDITION: Record<Kept, string> = { warnings: `WHEN NEW.level NOT IN ('WARN', 'ERROR')`, none: '' };
const nameOf = (kept: Kept): string => `codex_proxy_keeps_${kept}`;

/**
 * Sees to it that records which are not kept never reach the table: the worker's insert succeeds and leaves nothing. The trigger stays in
 * the file, so that the next worker finds it there.
 * @returns false where there is no such table, or one without levels: then only size bounds it.
 */
export function ensureFilter(database: LogDatabase, kept: Kept): boolean {
  if (!hasLevels(database)) return false;
  const other: Kept = kept === 'none' ? 'warnings' : 'none';
  const there = triggers(database);
  if (there.has(nameOf(kept)) && !there.has(nameOf(other))) return true;
  database.exec(
    `BEGIN IMMEDIATE;
     DROP TRIGGER IF EXISTS ${nameOf(other)};
     CREATE TRIGGER IF NOT EXISTS ${nameOf(kept)} BEFORE INSERT ON logs ${CONDITION[kept]} BEGIN SELECT RAISE(IGNORE); END;
     COMMIT;`,
  );
  return true;
}

function hasLevels(database: LogDatabase): boolean {
  return database.prepare(`SELECT 1 FROM pragma_table_info('logs') WHERE name = 'level'`).get() !== undefined;
}

function triggers(database: LogDatabase): ReadonlySet<unknown> {
  return new Set(database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all());
}
