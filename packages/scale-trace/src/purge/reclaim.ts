import { setTimeout as sleep } from 'node:timers/promises';
import { reclaim } from '@codex-proxy/state-db';
import type { Database } from 'better-sqlite3';

export interface ReclaimOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((returnedPages: number, pages: number) => void) | undefined;
}

/** Others that write are not kept waiting for a reader that is in the way. */
const BUSY_TIMEOUT_MS = 500;
const PAUSE_MS = 2;
const NO_AUTO_VACUUM = 0;
/** Less is left to those who fill it again. */
const WORTH_BYTES = 1_048_576;

/** Gives free pages back to the disk, in steps, and empties the write-ahead log. */
export async function returnBytes(database: Database, { signal, onProgress }: ReclaimOptions = {}): Promise<void> {
  const before = busyTimeout(database);
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  try {
    if (!canShrink(database)) makeShrinkable(database);
    const pages = freePages(database);
    for (const step of reclaim(database)) {
      onProgress?.(pages - freePages(database), pages);
      signal?.throwIfAborted();
      await sleep(PAUSE_MS, step);
    }
  } finally {
    database.pragma(`busy_timeout = ${before}`);
  }
}

/** Whether a run that was cut, or somebody else, has left pages that are worth returning. */
export function hasBytesToReturn(database: Database): boolean {
  return canShrink(database) && freePages(database) * pageSize(database) >= WORTH_BYTES;
}

/**
 * A database that was not made to shrink has to be written anew for that. Done when most of it is free, that is, when there is little to
 * write.
 */
function makeShrinkable(database: Database): void {
  const pages = Number(database.pragma('page_count', { simple: true }));
  if (freePages(database) * 2 < pages) return;
  database.pragma('auto_vacuum = INCREMENTAL');
  database.exec('VACUUM');
}

function canShrink(database: Database): boolean {
  return Number(database.pragma('auto_vacuum', { simple: true })) !== NO_AUTO_VACUUM;
}

function freePages(database: Database): number {
  return Number(database.pragma('freelist_count', { simple: true }));
}

function pageSize(database: Database): number {
  return Number(database.pragma('page_size', { simple: true }));
}

function busyTimeout(database: Database): number {
  return Number(database.pragma('busy_timeout', { simple: true }));
}
