import { join, resolve } from 'node:path';
import { ArchiveSchedule, type AgentLogStore } from '@codex-proxy/scale-trace';
import type { StateDb } from '@codex-proxy/state-db';
import type { Configuration } from '../config/configuration.ts';
import type { ArchiveObserver } from '../observe/archive-observer.ts';
import type { Secrecy } from './secrecy.ts';

const MIB = 1_048_576;
/** Not while the worker starts. */
const FIRST_LOOK_MS = 2_000;
/** A table that cannot be archived may grow to so many times its threshold, and to this at least; then nothing is added. */
const MAX_GROWTH = 4;
const MIN_LIMIT_BYTES = 64 * MIB;

export interface ArchiveParts {
  readonly configuration: Configuration;
  readonly stateDir: string;
  readonly stateDb: StateDb;
  readonly store: Pick<AgentLogStore, 'look'>;
  readonly secrecy: Secrecy;
  readonly observer: ArchiveObserver;
  /** Whether the time of day can be believed. */
  readonly mayPrune: () => boolean;
}

/** The archiver beside the server. Without a database there is nothing to archive, and it does nothing. */
export interface Archive {
  readonly failing: boolean;
  /** Whether the table has grown far beyond its threshold, for it cannot be archived. */
  readonly isFull: boolean;
  start(): void;
  runCompleted(): void;
  /** What may have kept the last run from succeeding is over. */
  retry(): void;
  close(): Promise<void>;
}

export function openArchive({ configuration, stateDir, stateDb, store, secrecy, observer, mayPrune }: ArchiveParts): Archive {
  const { rules = [], safeKeys = [], secretKeys = [], contentKeys = [] } = secrecy.rules;
  const thresholdBytes = configuration.AGENT_LOGS_ARCHIVE_THRESHOLD_MB * MIB;
  const limitBytes = Math.max(MIN_LIMIT_BYTES, MAX_GROWTH * thresholdBytes);
  const schedule = new ArchiveSchedule({
    dbPath: stateDb.path,
    outputDir: resolve(configuration.ARCHIVE_DIR ?? join(stateDir, 'archives')),
    thresholdBytes,
    look: store.look,
    retentionDays: configuration.ARCHIVE_RETENTION_DAYS,
    mayPrune,
    redaction: { rules, safeKeys, secretKeys, contentKeys },
    ...callbacksOf(observer),
  });
  const isUsable = stateDb.path !== '';
  let first: NodeJS.Timeout | undefined;
  return {
    get failing() {
      return observer.failing;
    },
    get isFull() {
      return observer.failing && observer.sizeBytes > limitBytes;
    },
    start: () => {
      if (isUsable) first ??= setTimeout(() => schedule.start(), FIRST_LOOK_MS).unref();
    },
    runCompleted: () => {
      if (isUsable) schedule.runCompleted();
    },
    retry: () => {
      if (observer.failing) void schedule.runNow();
    },
    close: async () => {
      clearTimeout(first);
      await schedule.stop();
    },
  };
}

/** What the observer tells of itself is not for the schedule. */
function callbacksOf({
  onStart,
  onOutcome,
  onProgress,
  onPrune,
  onFailure,
}: ArchiveObserver): Omit<ArchiveObserver, 'failing' | 'sizeBytes'> {
  return { onStart, onOutcome, onProgress, onPrune, onFailure };
}
