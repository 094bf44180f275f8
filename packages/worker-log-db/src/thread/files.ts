import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^logs_(\d{1,9})\.sqlite$/;

/** The log database of the newest schema; undefined when there is none yet. Links are not followed. */
export function databasePath(codexHome: string): string | undefined {
  const versions = names(codexHome)
    .map((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
    .filter((version) => !Number.isNaN(version))
    .sort((a, b) => b - a);
  return versions.map((version) => join(codexHome, `logs_${version}.sqlite`)).find((path) => lstatSync(path).isFile());
}

/** The database and its write-ahead log. */
export function sizeOnDisk(path: string): number {
  return sizeOf(path) + sizeOf(`${path}-wal`);
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
