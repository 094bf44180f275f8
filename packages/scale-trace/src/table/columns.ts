import type { Database } from 'better-sqlite3';
import { ArchiveError } from '../errors.ts';

/** `key`: the row's own id, never changed. `json`: a JSON text. `prompt`: what customers wrote. `plain`: any other. */
export type ColumnKind = 'key' | 'json' | 'prompt' | 'plain';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly isPrimaryKey: boolean;
  /** Computed by SQLite: exported, never inserted. */
  readonly isGenerated: boolean;
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
  readonly hidden: number;
}

/** https://www.sqlite.org/pragma.html#pragma_table_xinfo */
const HIDDEN = 1;

/**
 * The columns of `agent_logs`, as `SELECT *` gives them.
 * @throws ArchiveError `archive_table_missing`; `archive_table_unsupported` for one without row ids or without `created_at`.
 */
export function readColumns(database: Database): readonly Column[] {
  if (!hasAgentLogs(database)) throw new ArchiveError('archive_table_missing', 'the database has no table agent_logs');
  const columns = database
    .prepare<[], ColumnInfo>(`SELECT name, type, pk, hidden FROM pragma_table_xinfo('agent_logs')`)
    .all()
    .filter(({ hidden }) => hidden !== HIDDEN)
    .map((info) => ({ name: info.name, kind: kindOf(info), isPrimaryKey: info.pk > 0, isGenerated: info.hidden !== 0 }));
  if (!columns.some(({ name }) => name === 'created_at')) throw unsupported('has no column created_at');
  return columns;
}

/** @throws ArchiveError `archive_table_unsupported` when what bears the name is not a table with row ids. */
export function hasAgentLogs(database: Database): boolean {
  const found = database
    .prepare<[], { type: string; wr: number }>(`SELECT type, wr FROM pragma_table_list('agent_logs') WHERE schema = 'main'`)
    .get();
  if (found === undefined) return false;
  if (found.type !== 'table' || found.wr !== 0) throw unsupported('is not a table with row ids');
  return true;
}

function kindOf({ name, type, pk }: ColumnInfo): ColumnKind {
  const lower = name.toLowerCase();
  if (pk > 0 && type.toUpperCase() === 'INTEGER') return 'key';
  if (lower === 'prompt_text') return 'prompt';
  return lower.endsWith('_json') ? 'json' : 'plain';
}

function unsupported(what: string): ArchiveError {
  return new ArchiveError('archive_table_unsupported', `agent_logs ${what}`);
}
