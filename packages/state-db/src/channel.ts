import type { Outcome } from './queue/append-queue.ts';

export interface ChannelOptions<Row> {
  /** URL of a module that exports `createRowWriter`. */
  readonly writer: URL;
  /** URL of one that exports `createRowReader`. */
  readonly reader: URL;
  /** Given to both; must survive a structured clone. */
  readonly options: unknown;
  /** Bytes that a row is counted as. */
  readonly sizeOf: (row: Row) => number;
  /** Once for each row: the id under which it was committed, or why it was not. */
  readonly onOutcome?: (row: Row, outcome: Outcome) => void;
}

/** The rows of one package on their way to its tables, and its questions about them. */
export interface Channel<Row> {
  /**
   * Resolves when the row is committed, with its id, or when it is certain that it will not be, with a code: `queue_full`,
   * `write_failed`, `unavailable`, `closed`, `invalid`, or one of the writer's own. Never rejects.
   */
  append(row: Row): Promise<Outcome>;
  /** The same without a promise: only `onOutcome` hears of it. */
  post(row: Row): void;
  /** Runs a job of the package's writer; rejects with a `StateDbError`. */
  run(job: string, argument?: unknown): Promise<unknown>;
  /** Asks the package's reader; rejects with a `StateDbError`. */
  read(name: string, argument?: unknown): Promise<unknown>;
}
