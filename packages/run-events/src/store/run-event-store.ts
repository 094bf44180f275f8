import type { RunDetail, RunEventInput, RunEventsPage, RunEventTypeName, RunsPage, TerminalRecord } from '@codex-proxy/contracts';
import type { Appended } from './appended.ts';
import type { TailItem } from './tail.ts';

export interface RunStart {
  readonly runId: string;
  readonly model?: string | undefined;
  readonly route?: string | undefined;
}

export interface EventsQuery {
  /** Only events after this one. Default 0: from the first. */
  readonly afterId?: number | undefined;
  /** At most so many; 1 to 1,000, default 100. */
  readonly limit?: number | undefined;
  /** Only these; all, where it is left out or empty. */
  readonly types?: readonly RunEventTypeName[] | undefined;
}

export interface TailQuery extends Omit<EventsQuery, 'limit'> {
  /** Ends the tail. */
  readonly signal: AbortSignal;
  /** After this long without events the tail yields `idle`, and looks again. Default 15,000. */
  readonly idleMs?: number;
}

export interface Pruned {
  readonly events: number;
  readonly runs: number;
  /** Given back to the disk. */
  readonly bytes: number;
  readonly durationMs: number;
}

/** The durable record of runs and of what happened in them. */
export interface RunEventStore {
  /** A request was admitted. Best effort: without it the run begins with its first event. */
  startRun(run: RunStart): void;
  /**
   * Appends an event. Resolves when it is committed, or when it is certain that it will not be kept. Neither throws nor rejects, whatever
   * it is given; takes a few microseconds: redaction and truncation happen on the writer thread, before anything is stored.
   */
  appendRunEvent(runId: string, event: RunEventInput): Promise<Appended>;
  /** The same without a promise. */
  recordRunEvent(runId: string, event: RunEventInput): void;
  /** The run has ended: its row gets the outcome, and its last event, a note `run_ended`, is written with it. */
  endRun(terminal: TerminalRecord): Promise<Appended>;
  /** A page of events in the order of their ids; empty for a run that is not known. Rejects with a `StateDbError`. */
  listRunEvents(runId: string, query?: EventsQuery): Promise<RunEventsPage>;
  /** The same as the JSON text of a `RunEventsPage`, which nobody has parsed; undefined for a run that is not known. */
  encodeRunEvents(runId: string, query?: EventsQuery): Promise<string | undefined>;
  /** Runs, newest first; `limit` is 1 to 1,000, default 100. Rejects with a `StateDbError`. */
  listRuns(query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined }): Promise<RunsPage>;
  /** Undefined for a run that is not known. Rejects with a `StateDbError`. */
  getRun(runId: string): Promise<RunDetail | undefined>;
  /**
   * Events after `afterId` as they are committed, each once and in order, until the run ends. What was read before a break need not be read
   * again: the id of the last event is where the next tail goes on. Ends at once for a run that is not known.
   */
  tailRunEvents(runId: string, query: TailQuery): AsyncGenerator<TailItem, void>;
  /** Deletes what is older than so many days, in batches, and gives the bytes back to the disk. Rejects with a `StateDbError`. */
  pruneRunEvents(olderThanDays: number): Promise<Pruned>;
  /** Resolves when all that was appended before is committed or dropped. */
  flush(): Promise<void>;
}
