import type { LogDatabase } from './log-database.ts';

/** A write of the worker never waits for more rows than these. */
const BATCH_ROWS = 2_000;
const VACUUM_PAGES = 2_000;

/**
 * Deletes the oldest rows, half of what is left at a time, until no more than half of what is allowed is used, and gives the bytes back
 * to the disk. Every transaction is short, so that the worker goes on writing.
 * @returns how many rows it deleted.
 */
export function reclaim(database: LogDatabase, size: () => number, maxBytes: number): number {
  let deleted = 0;
  giveBack(database);
  while (size() > maxBytes / 2) {
    const rows = deleteOlderHalf(database);
    if (rows === 0) break;
    deleted += rows;
    giveBack(database);
  }
  return deleted;
}

function deleteOlderHalf(database: LogDatabase): number {
  const range = database.prepare<[], { low: number | null; high: number | null }>('SELECT min(id) AS low, max(id) AS high FROM logs').get();
  if (range?.low == null || range.high === null) return 0;
  const middle = range.low + Math.floor((range.high - range.low) / 2);
  const remove = database.prepare('DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE id <= ? ORDER BY id LIMIT ?)');
  let deleted = 0;
  for (;;) {
    const { changes } = remove.run(middle, BATCH_ROWS);
    deleted += changes;
    if (changes < BATCH_ROWS) return deleted;
  }
}

function giveBack(database: LogDatabase): void {
  const freePages = (): number => Number(database.pragma('freelist_count', { simple: true }));
  for (let free = freePages(), before = Infinity; free > 0 && free < before; free = freePages()) {
    database.pragma(`incremental_vacuum(${String(VACUUM_PAGES)})`);
    before = free;
  }
  // Busy when the worker reads or writes just now: the next look comes soon.
  database.pragma('wal_checkpoint(TRUNCATE)');
}
