import type { Database } from 'better-sqlite3';
import { StateDbError } from '../errors.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/** The version that `migrations` lead to. */
export function latestVersion(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * Brings the database forward in one transaction: all of the steps that it lacks, or none.
 * @throws StateDbError `state_db_newer` for one that a later version wrote.
 */
export function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): void {
  refuseNewer(schemaVersion(database), migrations);
  database
    .transaction(() => {
      const version = schemaVersion(database);
      for (const step of migrations.filter((migration) => migration.version > version)) {
        database.exec(step.sql);
        database.pragma(`user_version = ${step.version}`);
      }
    })
    .immediate();
}

export function refuseNewer(version: number, migrations: readonly Migration[] = MIGRATIONS): void {
  const latest = latestVersion(migrations);
  if (version > latest) {
    throw new StateDbError(
      'state_db_newer',
      `the database has version ${version}, this program knows up to ${latest}: it is left as it is`,
    );
  }
}
