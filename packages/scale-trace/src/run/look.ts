import type { Database } from 'better-sqlite3';
import { hasBytesToReturn } from '../purge/reclaim.ts';
import { highestId } from '../table/size.ts';
import { lastArchivedAt, pendingArchives } from './manifest.ts';

/** What is seen of the table, and of what runs before have left in the database. */
export interface Look {
  /** What the table takes. */
  readonly sizeBytes: number;
  /** When the newest archive was done, ISO 8601 UTC; undefined before the first. */
  readonly lastArchivedAt?: string | undefined;
  /** Whether the table is to be archived. */
  readonly hasTooMany: boolean;
  /** Whether there is anything to do at all: to archive, to resume, or to give back. */
  readonly hasWork: boolean;
}

/** Changes nothing. */
export function look(database: Database, sizeBytes: number, thresholdBytes: number): Look {
  const hasTooMany = sizeBytes > thresholdBytes && highestId(database) !== undefined;
  const hasWork = hasTooMany || pendingArchives(database).length > 0 || hasBytesToReturn(database);
  return { sizeBytes, lastArchivedAt: lastArchivedAt(database), hasTooMany, hasWork };
}
