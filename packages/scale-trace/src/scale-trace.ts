/* eslint-disable @typescript-eslint/no-extraneous-class -- the requirement document names a class with static methods */
import type { Readable } from 'node:stream';
import type { Database } from 'better-sqlite3';
import type { ArchiveResult } from './archive/archive-result.ts';
import { writeArchive } from './archive/write-archive.ts';
import { createRowRedaction } from './export/redaction.ts';
import { createRowStream } from './export/row-stream.ts';
import { comparableTimestamp, purge } from './purge/purge.ts';
import { ArchiveRun } from './run/run.ts';
import { THRESHOLD_BYTES, type ArchiveOptions, type RunOptions } from './run/run-options.ts';
import { withReader } from './table/connection.ts';
import { tableSize } from './table/size.ts';

/**
 * Archives the table `agent_logs` when it has grown: every row into a gzip file that is read back before one row is deleted. At every moment
 * each row is in the table, in a verified archive, or in both. Requirement document 004; `ScaleTrace.agent.md` beside this file.
 *
 * Everything here blocks its thread for milliseconds at a time. On a thread that serves, use `ArchiveSchedule`.
 */
// [TAS-071]
export class ScaleTrace {
  /** Whether a table of this size is to be archived: above 100 MiB, or above what is given. */
  static shouldArchive(sizeBytes: number, thresholdBytes: number = THRESHOLD_BYTES): boolean {
    return sizeBytes > thresholdBytes;
  }

  /**
   * What the table takes, in bytes, by its own pages: not the file, in which there are other tables and free pages, and with what is still in
   * the write-ahead log. 0 where there is no such table. Rejects with an `ArchiveError`.
   */
  static async getAgentLogsSize(dbPath: string): Promise<number> {
    return withReader(dbPath, tableSize);
  }

  /**
   * All rows that are there at the first read as one JSON array, a row a line, columns as in the table, everything redacted. Rows are read
   * one by one as the stream is read; between two chunks the connection may be used for other things. It must stay open until the end.
   */
  static exportAgentLogsToStream(
    db: Database,
    { redactor, onRows }: Pick<ArchiveOptions, 'redactor'> & { readonly onRows?: (rows: number) => void } = {},
  ): Readable {
    return createRowStream(db, { redaction: createRowRedaction(redactor), onRows });
  }

  /**
   * Archives all rows there are, whatever they take, and deletes none. The folder is made if there is none. The file is
   * `agent_logs_20261121T021003.194Z.json.gz`, readable by its owner alone. Not while a run is under way, which would take the file that is
   * being written for one that was left behind.
   *
   * Rejects with an `ArchiveError`; no partial file is left.
   */
  static async archive(dbPath: string, outputDir: string, options: ArchiveOptions = {}): Promise<ArchiveResult> {
    const { clock = Date.now, redactor, signal, onProgress } = options;
    const write = { now: new Date(clock()), redaction: createRowRedaction(redactor), signal, onProgress };
    const { archivedFilePath, originalSizeBytes, compressedSizeBytes, rowsArchived, cutoffTimestamp } = await withReader(
      dbPath,
      async (reader) => writeArchive(reader, outputDir, write),
    );
    return { archivedFilePath, originalSizeBytes, compressedSizeBytes, rowsArchived, cutoffTimestamp };
  }

  /**
   * Deletes rows that were created before a time (ISO 8601), and, with `maxId`, whose id is not above it; without, none that comes while it
   * works. 2,000 ids a transaction; between two of them others write. Pages become free, but stay in the file.
   * @returns how many rows were deleted. Rejects with an `ArchiveError`, or what SQLite throws.
   */
  static async purgeArchivedRows(
    db: Database,
    olderThanTimestamp: string,
    { maxId }: { readonly maxId?: number | bigint } = {},
  ): Promise<number> {
    const cutoff = comparableTimestamp(olderThanTimestamp);
    return purge(db, { highId: maxId === undefined ? undefined : BigInt(maxId), cutoff });
  }

  /**
   * Resumes what was cut, then, if the table takes more than `thresholdBytes`, archives it, purges what is in the archive, and gives the
   * bytes back. One at a time across processes: where another is under way, this one does nothing. Outcomes go to `onOutcome`.
   *
   * Rejects with an `ArchiveError`, after `onOutcome` has had it; no row is lost by that.
   */
  static async run(dbPath: string, outputDir: string, options: RunOptions = {}): Promise<void> {
    return new ArchiveRun(dbPath, outputDir, options).execute();
  }
}
