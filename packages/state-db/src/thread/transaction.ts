import type { Database } from 'better-sqlite3';
import { isDatabaseFailure } from '../errors.ts';
import type { Batch } from './messages.ts';
import type { RowWriter } from './module.ts';

/** The code of a row that its writer, or a constraint of its table, refused. */
const INVALID = 'invalid';
/** The code of a row whose writer could not be loaded. */
const UNAVAILABLE = 'unavailable';

/**
 * Writes a batch in one transaction.
 * @returns the outcome of each row.
 * @throws whatever the database failed with; nothing of the batch is kept then.
 */
export function writeBatch(database: Database, writers: ReadonlyMap<number, RowWriter<unknown>>, batch: Batch): (number | string)[] {
  const touched = new Set<RowWriter<unknown>>();
  try {
    database.exec('BEGIN IMMEDIATE');
    const outcomes = batch.rows.map((row, at) => {
      const writer = writers.get(Number(batch.channels[at]));
      if (writer === undefined) return UNAVAILABLE;
      touched.add(writer);
      return writeRow(writer, row);
    });
    for (const writer of touched) writer.beforeCommit?.();
    database.exec('COMMIT');
    return outcomes;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    for (const writer of touched) writer.rolledBack?.();
    throw error;
  }
}

function writeRow(writer: RowWriter<unknown>, row: unknown): number | string {
  try {
    return writer.write(row);
  } catch (error) {
    if (isDatabaseFailure(error)) throw error;
    return INVALID;
  }
}
