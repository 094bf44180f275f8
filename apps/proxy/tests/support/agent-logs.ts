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
export function fillAgentLogs(stateDir: string, count: number, text: (row: number) => string = repetitive): number[] {
  mkdirSync(stateDir, { recursive: true });
  const database = openStateDatabase(join(stateDir, 'state.sqlite'));
  const insert = database.prepare(
    `INSERT INTO agent_logs (created_at, source, level, event, message) VALUES ('2026-11-21T02:10:03.194Z', 'worker', 'info', 'filled', ?)`,
  );
  try {
    const ids = database.transaction(() =>
      Array.from({ length: count }, (_, row) => Number(insert.run(`row ${row} ${text(row)}`).lastInsertRowid)),
    )();
    database.pragma('wal_checkpoint(TRUNCATE)');
    return ids;
  } finally {
    database.close();
  }
}

const repetitive = (): string => 'of many words '.repeat(70);

/** Words that are no words, the same for a row in each run: compressed, they take half of what they took. */
export function incompressible(row: number): string {
  let state = row + 1;
  const word = (): string => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return (state >>> 0).toString(26).replaceAll(/\d/g, (digit) => String.fromCharCode(113 + Number(digit)));
  };
  return Array.from({ length: 130 }, word).join(' ');
}
