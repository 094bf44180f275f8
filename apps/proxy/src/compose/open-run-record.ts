import type { RedactorOptions } from '@codex-proxy/redaction';
import { createRunEventStore, type RunEventStore } from '@codex-proxy/run-events';
import type { StateDb } from '@codex-proxy/state-db';
import type { Configuration } from '../config/configuration.ts';
import type { RunEventsObserver } from '../observe/run-events-observer.ts';
import { RunAdmission } from '../runs/run-admission.ts';
import { RunRecorder } from '../runs/run-recorder.ts';

/**
 * Five times what one worker can do. A run costs its threads about 400 µs, so that under a flood of short requests a thousand a second would take
 * the processor from those that are answered. More are not kept, and counted.
 */
export const RUNS_PER_SECOND = 200;
const RETENTION_INTERVAL_MS = 3_600_000;
/** Not while everything starts. */
const FIRST_RETENTION_MS = 60_000;

export interface RunRecordParts {
  readonly configuration: Configuration;
  readonly stateDb: StateDb;
  readonly redaction: RedactorOptions;
  readonly provider: string;
  readonly observer: RunEventsObserver;
  readonly monotonicMs: () => number;
  /** Whether the time of day can be believed. */
  readonly mayPrune: () => boolean;
}

/** The durable record of runs, as the configuration has it. */
export interface RunRecord {
  readonly store: RunEventStore;
  readonly recorder: RunRecorder;
  /** Whether events are being lost. */
  readonly failing: boolean;
  close(): void;
}

/** @returns undefined when runs are not to be kept. */
export function openRunRecord(parts: RunRecordParts): RunRecord | undefined {
  const { configuration, stateDb, redaction, provider, observer, monotonicMs, mayPrune } = parts;
  if (!configuration.PROXY_RUN_EVENTS) return undefined;
  const store = createRunEventStore({
    stateDb,
    redaction,
    content: configuration.RUN_EVENTS_CONTENT,
    maxPayloadBytes: configuration.RUN_EVENTS_MAX_PAYLOAD_BYTES,
    maxPerRun: configuration.RUN_EVENTS_MAX_PER_RUN,
    onAppended: (type, count) => {
      observer.onAppended(type, count);
    },
    onDropped: (reason) => {
      observer.onDropped(reason);
    },
  });
  const recorder = new RunRecorder({
    store,
    content: configuration.RUN_EVENTS_CONTENT,
    admission: new RunAdmission(RUNS_PER_SECOND, monotonicMs),
    provider,
    onShed: () => {
      observer.onDropped('rate');
    },
  });
  const prune = (): void => {
    if (!mayPrune()) return;
    // Its failures are those of the database, which are reported already.
    store.pruneRunEvents(configuration.RUN_EVENTS_RETENTION_DAYS).then(observer.onPruned, () => undefined);
  };
  const first = setTimeout(prune, FIRST_RETENTION_MS).unref();
  const timer = setInterval(prune, RETENTION_INTERVAL_MS).unref();
  return {
    store,
    recorder,
    get failing() {
      return stateDb.failure !== undefined;
    },
    close: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
