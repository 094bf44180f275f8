import type { StateDbError } from './errors.ts';
import type { StateDb } from './state-db.ts';

/**
 * Stands for a database that could not be opened: every row is dropped as `unavailable`, and counted; every question is answered with the
 * error. So the rest goes on without it.
 */
export function closedStateDb(error: StateDbError): StateDb {
  let droppedRows = 0;
  return {
    path: '',
    failure: error,
    queuedRows: 0,
    queuedBytes: 0,
    get droppedRows() {
      return droppedRows;
    },
    channel: ({ onOutcome }) => {
      const drop = (drops: () => void): void => {
        droppedRows += 1;
        drops();
      };
      return {
        append: (row) => {
          drop(() => onOutcome?.(row, 'unavailable'));
          return Promise.resolve('unavailable');
        },
        post: (row) => drop(() => onOutcome?.(row, 'unavailable')),
        run: () => Promise.reject(error),
        read: () => Promise.reject(error),
      };
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
