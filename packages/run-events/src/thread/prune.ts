import { reclaim } from '@codex-proxy/state-db';
import type { Database } from 'better-sqlite3';
import { pruneRequestSchema, type PruneResult } from '../store/rows.ts';

/** Events of one transaction: appends wait no longer than it takes to delete them. */
const BATCH_EVENTS = 1_000;
const BATCH_RUNS = 200;

interface Batch {
  readonly removed: number;
  readonly last: number | undefined;
}

/**
 * Deletes events that are older than a time, and runs without activity since, oldest first and batch by batch; then gives their pages back
 * to the disk. Events stand in the order in which they were written: the walk ends at the first batch in which none is old.
 */
export function* prune(database: Database, request: unknown, onChange: () => void): Generator<undefined, PruneResult> {
  const { before } = pruneRequestSchema.parse(request);
  let events = 0;
  for (let batch = deleteEvents(database, before, 0); ; batch = deleteEvents(database, before, batch.last)) {
    events += batch.removed;
    if (batch.removed > 0) onChange();
    yield;
    if (batch.removed === 0 || batch.last === undefined) break;
  }
  let runs = 0;
  for (let batch = deleteRuns(database, before); batch.runs + batch.events > 0; batch = deleteRuns(database, before)) {
    runs += batch.runs;
    events += batch.events;
    onChange();
    yield;
  }
  yield* reclaim(database);
  return { events, runs };
}

function deleteEvents(database: Database, before: string, after = 0): Batch {
  const range = database.prepare<[number, number], { id: number; run_id: string; created_at: string }>(
    'SELECT id, run_id, created_at FROM run_events WHERE id > ? ORDER BY id LIMIT ?',
  );
  const remove = database.prepare<[number]>('DELETE FROM run_events WHERE id = ?');
  const discount = database.prepare<[number, string]>('UPDATE runs SET event_count = event_count - ? WHERE run_id = ?');
  return database
    .transaction(() => {
      const rows = range.all(after, BATCH_EVENTS);
      const old = rows.filter((row) => row.created_at < before);
      for (const { id } of old) remove.run(id);
      for (const [runId, count] of countBy(old)) discount.run(count, runId);
      return { removed: old.length, last: rows.at(-1)?.id };
    })
    .immediate();
}

function countBy(rows: readonly { readonly run_id: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { run_id: runId } of rows) counts.set(runId, (counts.get(runId) ?? 0) + 1);
  return counts;
}

function deleteRuns(database: Database, before: string): { runs: number; events: number } {
  const idle = database.prepare<[string, string, number], { id: number; run_id: string }>(
    `SELECT id, run_id FROM runs WHERE started_at < ? AND max(coalesce(ended_at, ''), coalesce(latest_event_at, ''), started_at) < ?
     ORDER BY started_at LIMIT ?`,
  );
  const removeEvents = database.prepare<[string, number]>(
    'DELETE FROM run_events WHERE id IN (SELECT id FROM run_events WHERE run_id = ? ORDER BY id LIMIT ?)',
  );
  const removeRun = database.prepare<[number]>('DELETE FROM runs WHERE id = ?');
  return database
    .transaction(() => {
      const removed = { runs: 0, events: 0 };
      for (const { id, run_id: runId } of idle.all(before, before, BATCH_RUNS)) {
        const left = BATCH_EVENTS - removed.events;
        const { changes } = removeEvents.run(runId, left);
        removed.events += changes;
        // A run whose events are more than a batch goes with its last ones.
        if (changes === left) break;
        removeRun.run(id);
        removed.runs += 1;
      }
      return removed;
    })
    .immediate();
}
