import type { WorkerLogDbReport } from '@codex-proxy/contracts';
import { databasePath, sizeOnDisk } from './files.ts';
import { ensureFilter } from './filter.ts';
import { openLogDatabase } from './log-database.ts';
import { reclaim } from './reclaim.ts';

export interface CheckRequest {
  readonly codexHome: string;
  readonly maxBytes: number;
}

export type CheckResult = { readonly report: WorkerLogDbReport } | { readonly failure: string };

/** A worker that warns of every turn writes less than that between two looks. */
const ROOM_BYTES = 8 * 1_048_576;

/** One look at the database: sees that the filter is there, and takes out what would be beyond the limit before the next one. */
export function check({ codexHome, maxBytes }: CheckRequest): CheckResult {
  const startedAtMs = performance.now();
  try {
    const path = databasePath(codexHome);
    if (path === undefined) return { report: { bytes: 0, reclaimedBytes: 0, deletedRows: 0, durationMs: 0, filtered: false } };
    const before = sizeOnDisk(path);
    const database = openLogDatabase(path);
    try {
      const filtered = ensureFilter(database, maxBytes === 0 ? 'none' : 'warnings');
      const allowedBytes = Math.max(maxBytes / 2, maxBytes - ROOM_BYTES);
      const deletedRows = before > allowedBytes ? reclaim(database, () => sizeOnDisk(path), allowedBytes) : 0;
      const bytes = sizeOnDisk(path);
      const durationMs = performance.now() - startedAtMs;
      return { report: { bytes, reclaimedBytes: Math.max(0, before - bytes), deletedRows, durationMs, filtered } };
    } finally {
      database.close();
    }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
