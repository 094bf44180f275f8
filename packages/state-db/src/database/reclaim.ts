import { lstatSync } from 'node:fs';
import type { Database } from 'better-sqlite3';

/** 4 MB a step: a write waits for no longer than that takes. */
const VACUUM_PAGES = 1_000;

/**
 * Gives the pages that deletions have left free back to the disk, in steps between which other work may be done, and then empties the
 * write-ahead log. To be run on the thread that writes.
 */
export function* reclaim(database: Database): Generator<undefined, void> {
  const freePages = (): number => Number(database.pragma('freelist_count', { simple: true }));
  for (let free = freePages(), before = Infinity; free > 0 && free < before; free = freePages()) {
    database.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
    before = free;
    yield;
  }
  database.pragma('wal_checkpoint(TRUNCATE)');
}

/** What the database takes on disk, its write-ahead log included. */
export function sizeOnDisk(path: string): number {
  return sizeOf(path) + sizeOf(`${path}-wal`);
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
