import type { Database } from 'better-sqlite3';
import { hasAgentLogs } from './columns.ts';

const STEP_PAGES = 500;

/**
 * What the table takes, by the pages that are its own: neither other tables nor free pages count, and what is still in the write-ahead log
 * does. 0 where there is none. https://www.sqlite.org/dbstat.html
 */
export function tableSize(database: Database): number {
  const steps = measureTable(database);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same, in steps of about a millisecond, between which its thread does other things. The connection can be used for nothing else meanwhile. */
export function* measureTable(database: Database): Generator<undefined, number> {
  if (!hasAgentLogs(database)) return 0;
  const pages = database.prepare<[], number>(`SELECT pgsize FROM dbstat WHERE name = 'agent_logs'`).pluck();
  let [bytes, count] = [0, 0];
  for (const pageBytes of pages.iterate()) {
    bytes += pageBytes;
    count += 1;
    if (count % STEP_PAGES === 0) yield;
  }
  return bytes;
}

/** Below every row id that SQLite gives. */
export const NO_ROW = -(2n ** 63n);

/** The highest row id; undefined where there is no row. */
export function highestId(database: Database): bigint | undefined {
  return readId(database, 'SELECT max(_rowid_) FROM agent_logs');
}

/** An upper bound of how many rows there are up to an id, without counting them. */
export function rowsUpTo(database: Database, highId: bigint): number {
  const lowest = readId(database, 'SELECT min(_rowid_) FROM agent_logs');
  return lowest === undefined ? 0 : Math.max(0, Number(highId - lowest) + 1);
}

function readId(database: Database, sql: string): bigint | undefined {
  const id = database.prepare(sql).pluck().safeIntegers(true).get();
  return typeof id === 'bigint' ? id : undefined;
}
