import { existsSync } from 'node:fs';
import { numberAt, isRecord, textAt } from '../json/record.ts';

/** What `state.sqlite` knows of an archive. */
export interface ManifestRow {
  readonly file: string;
  /** `pending`: its rows may not all be purged yet. */
  readonly state: 'pending' | 'done';
  readonly rows: number;
  readonly rowsPurged: number;
  readonly originalBytes: number;
  readonly sha256: string;
  /** When its last row was purged, ISO 8601 UTC. */
  readonly doneAt: string | undefined;
}

/** Oldest first; none where there is no such database or table. Rejects where it cannot be read. */
export async function readManifest(database: string): Promise<readonly ManifestRow[]> {
  if (!existsSync(database)) return [];
  const { openStateDatabaseReadOnly } = await import('@codex-proxy/state-db');
  const reader = openStateDatabaseReadOnly(database);
  try {
    const isThere = reader.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'archive_manifest'").get();
    if (isThere === undefined) return [];
    return reader
      .prepare('SELECT * FROM archive_manifest ORDER BY id')
      .all()
      .filter(isRecord)
      .map((row) => ({
        file: textAt(row, 'file') ?? '',
        state: textAt(row, 'state') === 'done' ? 'done' : 'pending',
        rows: numberAt(row, 'rows_archived') ?? 0,
        rowsPurged: numberAt(row, 'rows_purged') ?? 0,
        originalBytes: numberAt(row, 'original_bytes') ?? 0,
        sha256: textAt(row, 'sha256') ?? '',
        doneAt: textAt(row, 'done_at'),
      }));
  } finally {
    reader.close();
  }
}
