/**
 * How a run of the archiver ended.
 *
 * - `below_threshold`: nothing had to be archived.
 * - `archived`: rows were archived and purged, and their bytes given back.
 * - `resumed`: the purge of an earlier run that was cut is done; the run goes on, and reports again.
 * - `busy`: another run, of this process or another, is under way.
 * - `stopped`: it was told to stop; the next one goes on with an archive that is whole already, else it begins anew.
 * - `failed`: see `error`; no row was purged that is not in a verified archive.
 */
export const ARCHIVE_OUTCOME_KINDS = ['below_threshold', 'archived', 'resumed', 'busy', 'stopped', 'failed'] as const;
export type ArchiveOutcomeKind = (typeof ARCHIVE_OUTCOME_KINDS)[number];

/** What a run of the archiver found and did. Numbers are 0 where there is nothing to count. */
export interface ArchiveOutcome {
  readonly kind: ArchiveOutcomeKind;
  /** What the table `agent_logs` takes, after the run. */
  readonly sizeBytes: number;
  /** Above which it is archived. */
  readonly thresholdBytes: number;
  /** When the newest archive was complete, its rows purged, by whichever process; ISO 8601 UTC. Undefined while there is none, or unknown. */
  readonly lastArchivedAt?: string;
  readonly archivedFilePath?: string;
  /** Rows in the archive. */
  readonly rowsArchived: number;
  /** Rows deleted by this run. */
  readonly rowsPurged: number;
  /** The archive, uncompressed. */
  readonly originalSizeBytes: number;
  readonly compressedSizeBytes: number;
  /** Bytes given back to the disk: the database and its write-ahead log, before and after. */
  readonly bytesReturned: number;
  readonly durationMs: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The table takes more than is allowed: its rows are about to be archived. */
export interface ArchiveStart {
  readonly sizeBytes: number;
  readonly thresholdBytes: number;
}

/** Old archives that were removed. */
export interface ArchivePrune {
  readonly files: number;
  readonly bytes: number;
}

/** What a run of the archiver is doing. */
export const ARCHIVE_PHASES = ['export', 'verify', 'purge', 'reclaim'] as const;
export type ArchivePhase = (typeof ARCHIVE_PHASES)[number];

export interface ArchiveProgress {
  readonly phase: ArchivePhase;
  /** Rows so far; free pages returned so far while the phase is `reclaim`. Never less than before within a phase. */
  readonly done: number;
  /** Of how many; during `export` an upper bound. */
  readonly total: number;
}
