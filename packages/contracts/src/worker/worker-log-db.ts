/** What a look at the worker's own log database (`logs_N.sqlite` in its home) found and did. */
export interface WorkerLogDbReport {
  /** The database and its write-ahead log on disk, after the look; 0 while there is none. */
  readonly bytes: number;
  /** Bytes given back to the disk. */
  readonly reclaimedBytes: number;
  /** Rows deleted. */
  readonly deletedRows: number;
  readonly durationMs: number;
  /** Whether the worker's records below warnings are kept out: false where the database is not of the form that is known. */
  readonly filtered: boolean;
}
