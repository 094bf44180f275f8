import { basename } from 'node:path';
import type { ArchiveOutcome, ArchivePhase } from '@codex-proxy/contracts';
import type { Logger } from '@codex-proxy/logging';
import type { Metrics } from '@codex-proxy/metrics';
import type { ArchiveScheduleOptions } from '@codex-proxy/scale-trace';

const PROGRESS_INTERVAL_MS = 10_000;

type Callbacks = Required<Pick<ArchiveScheduleOptions, 'onStart' | 'onOutcome' | 'onProgress' | 'onPrune' | 'onFailure'>>;

/** What is logged and counted of the archiver, and what its last run has come to. */
export interface ArchiveObserver extends Callbacks {
  readonly failing: boolean;
  /** What the table took when it was last looked at. */
  readonly sizeBytes: number;
}

export interface ArchiveObserverParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly monotonicMs: () => number;
  readonly nowMs: () => number;
}

/** The one place. */
export function createArchiveObserver({ logger, metrics, monotonicMs, nowMs }: ArchiveObserverParts): ArchiveObserver {
  let sizeBytes = 0;
  let failedRun: string | undefined;
  /** Of what is no run: the thread, or retention. That it is over shows when the next outcome comes without another. */
  let failedBeside: { readonly code: string; readonly isNew: boolean } | undefined;
  let phase: ArchivePhase | undefined;
  let saidAtMs = 0;

  const size = (bytes: number): void => {
    sizeBytes = bytes;
    metrics.gauge('codex_agent_logs_bytes').set({}, bytes);
  };
  const archivedAt = (atMs: number): void => {
    metrics.gauge('codex_archive_last_success_timestamp_seconds').set({}, Math.round(atMs / 1_000));
  };
  const succeeded = (outcome: ArchiveOutcome): void => {
    const { kind, archivedFilePath, rowsArchived, rowsPurged, originalSizeBytes, compressedSizeBytes, bytesReturned, durationMs } = outcome;
    metrics.counter('codex_agent_logs_archived_rows_total').inc({}, rowsPurged);
    archivedAt(nowMs());
    logger.event('archive_completed', {
      reason: kind,
      file: basename(archivedFilePath ?? ''),
      count: rowsArchived,
      purged_count: rowsPurged,
      bytes: originalSizeBytes,
      compressed_bytes: compressedSizeBytes,
      returned_bytes: bytesReturned,
      duration_ms: Math.round(durationMs),
    });
  };
  const wentWell = (): void => {
    const wasFailing = failedRun !== undefined || failedBeside !== undefined;
    failedRun = undefined;
    failedBeside = failedBeside?.isNew === true ? { ...failedBeside, isNew: false } : undefined;
    if (wasFailing && failedBeside === undefined) logger.event('archive_recovered');
  };

  return {
    get failing() {
      return failedRun !== undefined || failedBeside !== undefined;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    onStart: (start) => {
      phase = undefined;
      size(start.sizeBytes);
      logger.event('archive_started', { bytes: start.sizeBytes });
    },
    onProgress: (progress) => {
      const now = monotonicMs();
      if (progress.phase === phase && now - saidAtMs < PROGRESS_INTERVAL_MS) return;
      [phase, saidAtMs] = [progress.phase, now];
      logger.event('archive_progress', { phase, count: progress.done, total_count: progress.total });
    },
    onOutcome: (outcome) => {
      const { kind, durationMs, error } = outcome;
      phase = undefined;
      if (outcome.sizeBytes > 0 || kind !== 'failed') size(outcome.sizeBytes);
      // Also what was archived before this process, or by another.
      if (outcome.lastArchivedAt !== undefined) archivedAt(Date.parse(outcome.lastArchivedAt));
      if (kind === 'archived' || kind === 'resumed') succeeded(outcome);
      if (kind === 'archived' || kind === 'below_threshold') wentWell();
      if (kind === 'stopped') logger.event('archive_stopped', { duration_ms: Math.round(durationMs) });
      if (error === undefined || kind !== 'failed') return;
      if (failedRun !== error.code) logger.event('archive_failed', { reason: error.code, error_message: error.message });
      failedRun = error.code;
    },
    onPrune: ({ files, bytes }) => {
      logger.event('archive_retention', { count: files, bytes });
    },
    onFailure: ({ code, message }) => {
      if (failedBeside?.code !== code) logger.event('archive_failed', { reason: code, error_message: message });
      failedBeside = { code, isNew: true };
    },
  };
}
