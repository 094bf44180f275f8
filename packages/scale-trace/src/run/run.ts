import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ArchiveOutcome, ArchiveOutcomeKind } from '@codex-proxy/contracts';
import { sizeOnDisk } from '@codex-proxy/state-db';
import type { Database } from 'better-sqlite3';
import { listParts, removeParts } from '../archive/folder.ts';
import { digestFile } from '../archive/read-archive.ts';
import { writeArchive, type WrittenArchive } from '../archive/write-archive.ts';
import { ArchiveError, toArchiveError } from '../errors.ts';
import { createRowRedaction } from '../export/redaction.ts';
import { purge } from '../purge/purge.ts';
import { hasBytesToReturn, returnBytes } from '../purge/reclaim.ts';
import { withReader, withWriter } from '../table/connection.ts';
import { tableSize } from '../table/size.ts';
import { takeLock } from './lock.ts';
import { look, type Look } from './look.ts';
import {
  deletePending,
  ensureManifest,
  insertPending,
  lastArchivedAt,
  pendingArchives,
  recordBatch,
  type PendingArchive,
} from './manifest.ts';
import { THRESHOLD_BYTES, type RunOptions } from './run-options.ts';

/** One run, from a look at the size to bytes given back. */
export class ArchiveRun {
  readonly #dbPath: string;
  readonly #outputDir: string;
  readonly #options: RunOptions;
  readonly #thresholdBytes: number;
  #startedAtMs = performance.now();
  #sizeBytes = 0;
  #lastArchivedAt: string | undefined;

  constructor(dbPath: string, outputDir: string, options: RunOptions) {
    this.#dbPath = dbPath;
    this.#outputDir = outputDir;
    this.#options = options;
    this.#thresholdBytes = options.thresholdBytes ?? THRESHOLD_BYTES;
  }

  /** @throws ArchiveError, after it was reported. */
  async execute(): Promise<void> {
    try {
      if (await withReader(this.#dbPath, async (database) => this.#isIdle(database))) return this.#report('below_threshold');
      const lock = await takeLock(this.#outputDir);
      if (lock === undefined) return this.#report('busy');
      try {
        await withWriter(this.#dbPath, async (database) => this.#work(database));
      } finally {
        lock.release();
      }
    } catch (cause) {
      const error = toArchiveError(cause);
      this.#report(error.code === 'archive_stopped' ? 'stopped' : 'failed', { error });
      throw error;
    }
  }

  /** Most looks find nothing to do, and leave nothing: no folder, no lock, no connection that writes. */
  async #isIdle(database: Database): Promise<boolean> {
    return !this.#look(database).hasWork && (await listParts(this.#outputDir)).length === 0;
  }

  #look(database: Database): Look {
    const found = look(database, tableSize(database), this.#thresholdBytes);
    ({ sizeBytes: this.#sizeBytes, lastArchivedAt: this.#lastArchivedAt } = found);
    return found;
  }

  /** Holds the lock. */
  async #work(database: Database): Promise<void> {
    ensureManifest(database);
    await removeParts(this.#outputDir);
    for (const pending of pendingArchives(database)) await this.#resume(database, pending);
    if (this.#look(database).hasTooMany) return this.#archive(database);
    const sizeBefore = sizeOnDisk(this.#dbPath);
    if (hasBytesToReturn(database)) await this.#returnBytes(database);
    this.#report('below_threshold', { bytesReturned: this.#returnedSince(sizeBefore) });
  }

  /** Purges what a run before had archived, but only after the archive has shown to be whole. */
  async #resume(database: Database, pending: PendingArchive): Promise<void> {
    const archivedFilePath = join(this.#outputDir, basename(pending.file));
    try {
      await this.#verify(archivedFilePath, pending);
    } catch (error) {
      if (!(error instanceof ArchiveError) || !LOST.has(error.code)) throw error;
      deletePending(database, pending);
      this.#report('failed', { archivedFilePath, error });
      return this.#restartClock();
    }
    await this.#purge(database, 'resumed', pending, archivedFilePath);
    this.#restartClock();
  }

  /** It was read back before the manifest had it: what has the same digest is the same. */
  async #verify(path: string, { sha256 }: PendingArchive): Promise<void> {
    if ((await digestFile(path, this.#options.signal)) !== sha256)
      throw new ArchiveError('archive_damaged', 'the archive is not the one that was written');
  }

  async #archive(database: Database): Promise<void> {
    const { redactor, signal, onStart, onProgress } = this.#options;
    onStart?.({ sizeBytes: this.#sizeBytes, thresholdBytes: this.#thresholdBytes });
    const now = this.#now();
    const options = { now, redaction: createRowRedaction(redactor), signal, onProgress };
    const written = await withReader(this.#dbPath, async (reader) => writeArchive(reader, this.#outputDir, options));
    const pending = await this.#announce(database, written, now);
    await this.#purge(database, 'archived', pending, written.archivedFilePath);
  }

  /** Without a row of its own an archive is of no use: its rows would be archived again, beside it, and it takes what a full disk lacks. */
  async #announce(database: Database, written: WrittenArchive, now: Date): Promise<PendingArchive> {
    try {
      return insertPending(database, written, now.toISOString());
    } catch (error) {
      await rm(written.archivedFilePath, { force: true });
      throw error;
    }
  }

  async #purge(database: Database, kind: ArchiveOutcomeKind, pending: PendingArchive, archivedFilePath: string): Promise<void> {
    const { rowsArchived, originalSizeBytes, compressedSizeBytes, highId, cutoffTimestamp: cutoff } = pending;
    const sizeBefore = sizeOnDisk(this.#dbPath);
    const rowsPurged = await purge(database, {
      highId,
      cutoff,
      signal: this.#options.signal,
      onBatch: (purged, isLast) => {
        // What is thrown here takes the batch back.
        if (!existsSync(archivedFilePath)) throw new ArchiveError('archive_missing', 'the archive was removed while its rows were deleted');
        recordBatch(database, pending, purged, isLast ? this.#now().toISOString() : null);
      },
      onProgress: (done) => this.#options.onProgress?.({ phase: 'purge', done, total: rowsArchived }),
    });
    await this.#returnBytes(database);
    this.#lastArchivedAt = lastArchivedAt(database);
    this.#sizeBytes = tableSize(database);
    const bytesReturned = this.#returnedSince(sizeBefore);
    this.#report(kind, { archivedFilePath, rowsArchived, rowsPurged, originalSizeBytes, compressedSizeBytes, bytesReturned });
  }

  async #returnBytes(database: Database): Promise<void> {
    const { signal, onProgress } = this.#options;
    await returnBytes(database, { signal, onProgress: (done, total) => onProgress?.({ phase: 'reclaim', done, total }) });
  }

  #returnedSince(sizeBefore: number): number {
    return Math.max(0, sizeBefore - sizeOnDisk(this.#dbPath));
  }

  #now(): Date {
    return new Date(this.#options.clock?.() ?? Date.now());
  }

  #restartClock(): void {
    this.#startedAtMs = performance.now();
  }

  #report(kind: ArchiveOutcomeKind, { error, ...found }: Found = {}): void {
    this.#options.onOutcome?.({
      kind,
      sizeBytes: this.#sizeBytes,
      thresholdBytes: this.#thresholdBytes,
      rowsArchived: 0,
      rowsPurged: 0,
      originalSizeBytes: 0,
      compressedSizeBytes: 0,
      bytesReturned: 0,
      ...(this.#lastArchivedAt === undefined ? {} : { lastArchivedAt: this.#lastArchivedAt }),
      ...found,
      durationMs: performance.now() - this.#startedAtMs,
      ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    });
  }
}

/** What a run that was cut has left is no archive any more: its rows are still in the table, and are archived anew. */
const LOST: ReadonlySet<string> = new Set(['archive_missing', 'archive_damaged']);

type Found = Partial<Omit<ArchiveOutcome, 'kind' | 'error'>> & { readonly error?: ArchiveError };
