import type { Database } from 'better-sqlite3';

/**
 * What a package runs on the writer thread, exported by its module as `createRowWriter(database, options)`. Everything it is given has
 * been through a structured clone.
 */
export interface RowWriter<Row> {
  /**
   * Inside a transaction that it shares with other rows. Returns the id under which the row is kept, or a short code that says why it is
   * not. Throwing drops the row alone as `invalid`, unless the database itself failed.
   */
  write(row: Row): number | string;
  /** Once at the end of each transaction that has rows of this writer. */
  beforeCommit?(): void;
  /** The transaction did not happen: what was remembered of it is wrong. */
  rolledBack?(): void;
  /** Longer work, in steps; rows are written between two of them. Each step does its own transaction. */
  readonly jobs?: Readonly<Record<string, (argument: unknown) => Generator<undefined, unknown>>>;
}

/** What a package runs on the reader thread, exported by its module as `createRowReader(database, options)`. Results are cloned. */
export type RowReader = Readonly<Record<string, (argument: unknown) => unknown>>;

export interface RowModule {
  readonly createRowWriter: (database: Database, options: unknown) => RowWriter<unknown>;
  readonly createRowReader: (database: Database, options: unknown) => RowReader;
}

/** @throws Error when the module does not export the function. */
export async function loadModule<K extends keyof RowModule>(url: string, name: K): Promise<RowModule[K]> {
  const loaded: unknown = await import(url);
  if (!exportsFunction(loaded, name)) throw new Error(`${url} does not export ${name}`);
  return loaded[name];
}

function exportsFunction<K extends keyof RowModule>(loaded: unknown, name: K): loaded is Pick<RowModule, K> {
  return typeof loaded === 'object' && loaded !== null && typeof Reflect.get(loaded, name) === 'function';
}
