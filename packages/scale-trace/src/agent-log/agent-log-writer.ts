import { createRedactor } from '@codex-proxy/redaction';
import type { RowWriter } from '@codex-proxy/state-db';
import type { Database } from 'better-sqlite3';
import type { AgentLogRedaction, AgentLogRow } from './agent-log-entry.ts';

/** Writes `agent_logs`. Runs on the writer thread: all redaction happens here. */
export function createRowWriter(database: Database, redaction: AgentLogRedaction): RowWriter<AgentLogRow> {
  const redactor = createRedactor(redaction);
  const insert = database.prepare(
    `INSERT INTO agent_logs (created_at, run_id, source, level, event, message, payload_json)
     VALUES (@createdAt, @runId, @source, @level, @event, @message, @payload)`,
  );
  return {
    write(row) {
      const message = row.message === null ? null : redactor.text(row.message, 'log');
      const payload = row.payload === null ? null : redactor.json(row.payload, 'log');
      return Number(insert.run({ ...row, message, payload }).lastInsertRowid);
    },
  };
}
