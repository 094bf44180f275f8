import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStateDatabase, openStateDatabaseReadOnly } from '@codex-proxy/state-db';
import { z } from 'zod';

const rowSchema = z.object({
  id: z.int(),
  run_id: z.string().nullable(),
  source: z.string(),
  level: z.string(),
  event: z.string(),
  message: z.string().nullable(),
  payload_json: z.string().nullable(),
});

/** A row of `agent_logs`. */
export type AgentLogRow = z.infer<typeof rowSchema>;

/** The rows in the state folder of a proxy, oldest first. */
export function readAgentLogs(stateDir: string): AgentLogRow[] {
  const database = openStateDatabaseReadOnly(join(stateDir, 'state.sqlite'));
  try {
    return rowSchema.array().parse(database.prepare('SELECT * FROM agent_logs ORDER BY id').all());
  } finally {
    database.close();
  }
}

/** Puts rows of about a kilobyte into the state folder of a proxy that does not run. @returns their ids. */
export function fillAgentLogs(stateDir: string, count: number): number[] {
  mkdirSync(stateDir, { recursive: true });
  const database = openStateDatabase(join(stateDir, 'state.sqlite'));
  const insert = database.prepare(
    `INSERT INTO agent_logs (created_at, source, level, event, message) VALUES ('2026-11-21T02:10:03.194Z', 'worker', 'info', 'filled', ?)`,
  );
  try {
    const ids = database.transaction(() =>
      Array.from({ length: count }, (_, row) => Number(insert.run(`row ${row} ${'of many words '.repeat(70)}`).lastInsertRowid)),
    )();
    database.pragma('wal_checkpoint(TRUNCATE)');
    return ids;
  } finally {
    database.close();
  }
}
