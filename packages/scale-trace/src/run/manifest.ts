import { basename } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { WrittenArchive } from '../archive/write-archive.ts';

/** An archive whose rows may not all be purged yet. */
export interface PendingArchive {
  readonly id: bigint;
  /** Its name in the folder. */
  readonly file: string;
  readonly highId: bigint;
  readonly cutoffTimestamp: string;
  readonly rowsArchived: number;
  readonly originalSizeBytes: number;
  readonly compressedSizeBytes: number;
  readonly sha256: string;
}

/** As `state-db` makes it, for a database that it has not made. */
const TABLE = `CREATE TABLE IF NOT EXISTS archive_manifest (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done')),
  created_at TEXT NOT NULL,
  done_at TEXT,
  high_id INTEGER NOT NULL,
  cutoff_timestamp TEXT NOT NULL,
  rows_archived INTEGER NOT NULL,
  rows_purged INTEGER NOT NULL DEFAULT 0,
  original_bytes INTEGER NOT NULL,
  compressed_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT`;

interface PendingRow {
  readonly id: bigint;
  readonly file: string;
  readonly high_id: bigint;
  readonly cutoff_timestamp: string;
  readonly rows_archived: bigint;
  readonly original_bytes: bigint;
  readonly compressed_bytes: bigint;
  readonly sha256: string;
}

export function ensureManifest(database: Database): void {
  database.exec(TABLE);
}

function hasManifest(database: Database): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'archive_manifest'`).get() !== undefined;
}

/** When the newest archive was done, ISO 8601 UTC; undefined before the first. */
export function lastArchivedAt(database: Database): string | undefined {
  if (!hasManifest(database)) return undefined;
  const newest = database.prepare<[], string | null>(`SELECT max(done_at) FROM archive_manifest WHERE state = 'done'`).pluck().get();
  return newest ?? undefined;
}

/** Oldest first. */
export function pendingArchives(database: Database): readonly PendingArchive[] {
  if (!hasManifest(database)) return [];
  const rows = database.prepare<[], PendingRow>(`SELECT * FROM archive_manifest WHERE state = 'pending' ORDER BY id`);
  return rows
    .safeIntegers(true)
    .all()
    .map((row) => ({
      id: row.id,
      file: row.file,
      highId: row.high_id,
      cutoffTimestamp: row.cutoff_timestamp,
      rowsArchived: Number(row.rows_archived),
      originalSizeBytes: Number(row.original_bytes),
      compressedSizeBytes: Number(row.compressed_bytes),
      sha256: row.sha256,
    }));
}

/** Committed before the first row is purged: a crash finds it. */
export function insertPending(database: Database, archive: WrittenArchive, createdAt: string): PendingArchive {
  const file = basename(archive.archivedFilePath);
  const { lastInsertRowid } = database
    .prepare(
      `INSERT OR REPLACE INTO archive_manifest (file, state, created_at, high_id, cutoff_timestamp, rows_archived, original_bytes, compressed_bytes, sha256)
       VALUES (?, 'pending', ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      file,
      createdAt,
      archive.highId,
      archive.cutoffTimestamp,
      archive.rowsArchived,
      archive.originalSizeBytes,
      archive.compressedSizeBytes,
      archive.sha256,
    );
  return { ...archive, id: BigInt(lastInsertRowid), file };
}

/** In the transaction of a batch. */
export function recordBatch(database: Database, { id }: PendingArchive, purged: number, doneAt: string | null): void {
  database
    .prepare(
      `UPDATE archive_manifest SET rows_purged = rows_purged + ?, state = iif(? IS NULL, 'pending', 'done'), done_at = ? WHERE id = ?`,
    )
    .run(purged, doneAt, doneAt, id);
}

/** Of an archive that is no more. */
export function deletePending(database: Database, { id }: PendingArchive): void {
  database.prepare('DELETE FROM archive_manifest WHERE id = ?').run(id);
}
