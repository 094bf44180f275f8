import { createRedactor } from '@codex-proxy/redaction';
import type { RowWriter } from '@codex-proxy/state-db';
import type { Database } from 'better-sqlite3';
import { look, type Look } from '../run/look.ts';
import { openReader } from '../table/connection.ts';
import { measureTable } from '../table/size.ts';
import type { AgentLogRedaction, AgentLogRow } from './agent-log-entry.ts';

/** Writes `agent_logs`, and looks at it. Runs on the writer thread: all redaction happens here. */
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
    jobs: { look: (thresholdBytes) => lookInSteps(database.name, Number(thresholdBytes)) },
  };
}

/** On a connection of its own: rows are written between two steps. */
function* lookInSteps(path: string, thresholdBytes: number): Generator<undefined, Look> {
  const reader = openReader(path);
  try {
    return look(reader, yield* measureTable(reader), thresholdBytes);
  } finally {
    reader.close();
  }
}
