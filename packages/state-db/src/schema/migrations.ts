/** A step forward in the form of the database. Steps that have been released are never changed: what comes later is a new one. */
export interface Migration {
  /** `PRAGMA user_version` once the step is done. */
  readonly version: number;
  readonly sql: string;
}

/** Version 1: requirement document 003, run events. */
const RUNS = `
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  model TEXT,
  route TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  latest_event_at TEXT,
  event_count INTEGER NOT NULL DEFAULT 0,
  tokens_prompt INTEGER,
  tokens_response INTEGER,
  error_code TEXT,
  terminal_json TEXT CHECK (terminal_json IS NULL OR json_valid(terminal_json))
) STRICT;
CREATE INDEX IF NOT EXISTS runs_by_start ON runs (started_at);
CREATE INDEX IF NOT EXISTS runs_running ON runs (id) WHERE status = 'running';

CREATE TABLE IF NOT EXISTS run_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  type TEXT NOT NULL,
  created_at TEXT NOT NULL,
  correlation_id TEXT,
  source TEXT,
  level TEXT,
  payload_json TEXT NOT NULL CHECK (json_valid(payload_json))
) STRICT;
CREATE INDEX IF NOT EXISTS run_events_by_run ON run_events (run_id, id);
CREATE INDEX IF NOT EXISTS run_events_by_type ON run_events (run_id, type, id);
CREATE INDEX IF NOT EXISTS run_events_by_correlation ON run_events (correlation_id) WHERE correlation_id IS NOT NULL;
`;

/** Version 2: requirement document 004, agent logs and their archives. */
const AGENT_LOGS = `
CREATE TABLE IF NOT EXISTS agent_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  created_at TEXT NOT NULL,
  run_id TEXT,
  source TEXT,
  level TEXT,
  event TEXT,
  message TEXT,
  payload_json TEXT CHECK (payload_json IS NULL OR json_valid(payload_json))
) STRICT;
CREATE INDEX IF NOT EXISTS agent_logs_by_run ON agent_logs (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS archive_manifest (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done')),
  created_at TEXT NOT NULL,
  done_at TEXT,
  high_id INTEGER NOT NULL,
  cutoff_timestamp TEXT NOT NULL,
  rows_archived INTEGER NOT NULL,
  rows_purged INTEGER NOT NULL DEFAULT 0,
  original_bytes INTEGER NOT NULL,
  compressed_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;
`;

/** Every step, in order. `IF NOT EXISTS` takes over tables that were made by the letter of the documents. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, sql: RUNS },
  { version: 2, sql: AGENT_LOGS },
];
