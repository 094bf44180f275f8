import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** A home of a worker with a log database as Codex 0.169 makes one, and the worker's own connection to it. */
export class WorkerLog {
  readonly codexHome = mkdtempSync(join(tmpdir(), 'codex-proxy-home-'));
  readonly path: string;
  readonly database: Database.Database;

  constructor(name = 'logs_2.sqlite', table = TABLE) {
    this.path = join(this.codexHome, name);
    this.database = new Database(this.path);
    this.database.pragma('auto_vacuum = INCREMENTAL');
    this.database.pragma('journal_mode = WAL');
    this.database.exec(table);
  }

  write(level: Level, body: string, rows = 1): void {
    const insert = this.database.prepare(
      `INSERT INTO logs (ts, ts_nanos, level, target, feedback_log_body, thread_id, estimated_bytes) VALUES (?, 0, ?, 'codex_core', ?, 'thr', ?)`,
    );
    this.database.transaction(() => {
      for (let row = 0; row < rows; row += 1) insert.run(row, level, body, body.length);
    })();
  }

  levels(): readonly unknown[] {
    return this.database.prepare('SELECT level FROM logs ORDER BY id').pluck().all();
  }

  rows(): number {
    return Number(this.database.prepare('SELECT count(*) FROM logs').pluck().get());
  }

  /** With its write-ahead log. */
  bytesOnDisk(): number {
    return [this.path, `${this.path}-wal`].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  isSound(): boolean {
    return this.database.pragma('integrity_check', { simple: true }) === 'ok';
  }
}

const TABLE = `
CREATE TABLE logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, ts_nanos INTEGER NOT NULL, level TEXT NOT NULL, target TEXT NOT NULL,
  feedback_log_body TEXT, module_path TEXT, file TEXT, line INTEGER, thread_id TEXT, process_uuid TEXT, estimated_bytes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX idx_logs_ts ON logs(ts DESC, ts_nanos DESC, id DESC);
CREATE INDEX idx_logs_thread_id ON logs(thread_id);`;
