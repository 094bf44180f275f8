/** What `ScaleTrace.archive` made. Requirement document 004. */
export interface ArchiveResult {
  readonly archivedFilePath: string;
  /** The JSON, before compression. */
  readonly originalSizeBytes: number;
  readonly compressedSizeBytes: number;
  readonly rowsArchived: number;
  /** ISO 8601, UTC, milliseconds. Every archived row was created before it. */
  readonly cutoffTimestamp: string;
}
