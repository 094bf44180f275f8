import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { ArchiveError } from '../errors.ts';
import { readColumns } from '../table/columns.ts';
import { highestId, NO_ROW } from '../table/size.ts';

export interface PurgeOptions {
  /** Rows above this id stay, however old they are. Undefined: the highest there is at the start. */
  readonly highId: bigint | undefined;
  /** Rows that were not created before it stay. */
  readonly cutoff: string;
  readonly signal?: AbortSignal | undefined;
  /** Inside the transaction of each batch. */
  readonly onBatch?: ((purged: number, isLast: boolean) => void) | undefined;
  /** After each. */
  readonly onProgress?: ((purged: number) => void) | undefined;
}

const BATCH_IDS = 2_000;
const FEWEST_IDS = 50;
/** Other writers wait no longer than a batch takes. */
const LONG_BATCH_MS = 100;
/** In which they get their turn. */
const PAUSE_MS = 5;

/**
 * Deletes what satisfies both conditions, in batches of 2,000 ids, each in a transaction of its own, in the order of the ids. Rows that take
 * long are taken in smaller batches.
 * @returns how many rows were deleted.
 * @throws ArchiveError, and what SQLite throws; batches that are done stay done.
 */
export async function purge(database: Database, options: PurgeOptions): Promise<number> {
  readColumns(database);
  database.pragma('secure_delete = ON');
  const highId = options.highId ?? highestId(database);
  if (highId === undefined) return 0;
  const deleteBatch = createBatch(database, highId, options);
  let [after, size, purged] = [NO_ROW, BATCH_IDS, 0];
  for (;;) {
    options.signal?.throwIfAborted();
    const startedAtMs = performance.now();
    const batch = deleteBatch(after, size);
    purged += batch.purged;
    options.onProgress?.(purged);
    if (batch.isLast) return purged;
    after = batch.end;
    if (performance.now() - startedAtMs > LONG_BATCH_MS) size = Math.max(FEWEST_IDS, Math.floor(size / 2));
    await sleep(PAUSE_MS);
  }
}

interface Batch {
  readonly purged: number;
  readonly end: bigint;
  readonly isLast: boolean;
}

function createBatch(database: Database, highId: bigint, { cutoff, onBatch }: PurgeOptions): (after: bigint, size: number) => Batch {
  const endOf = database
    .prepare<[bigint, bigint, number], bigint>(
      'SELECT _rowid_ FROM agent_logs WHERE _rowid_ > ? AND _rowid_ <= ? ORDER BY _rowid_ LIMIT 1 OFFSET ?',
    )
    .pluck()
    .safeIntegers(true);
  const remove = database.prepare<[bigint, bigint, string]>('DELETE FROM agent_logs WHERE _rowid_ > ? AND _rowid_ <= ? AND created_at < ?');
  const batch = database.transaction((after: bigint, size: number): Batch => {
    const found = endOf.get(after, highId, size - 1);
    const end = found ?? highId;
    const { changes } = remove.run(after, end, cutoff);
    onBatch?.(changes, found === undefined);
    return { purged: changes, end, isLast: found === undefined };
  });
  return (after, size) => batch.immediate(after, size);
}

const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/;

/** As SQLite's `datetime()` writes times. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

/**
 * The form in which `created_at` is kept, so that both compare as texts: without it `00:00:00.500Z` comes before `00:00:00Z`. A time
 * without a zone is left as it is, for tables that keep that. All else is refused: compared as a text it would purge what is younger.
 * @throws ArchiveError `archive_timestamp_invalid`
 */
export function comparableTimestamp(timestamp: string): string {
  const ms = Date.parse(timestamp);
  const isComparable = ISO.test(timestamp) || WITHOUT_ZONE.test(timestamp);
  if (!isComparable || Number.isNaN(ms))
    throw new ArchiveError('archive_timestamp_invalid', 'olderThanTimestamp is not a time: ISO 8601 was expected');
  return ISO.test(timestamp) ? new Date(ms).toISOString() : timestamp;
}
