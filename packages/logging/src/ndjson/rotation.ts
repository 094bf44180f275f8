import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/**
 * Moves `access.ndjson` to `access.1.ndjson`, that to `access.2.ndjson` and so on, so that with the new file there are at most
 * `maxFiles`.
 */
export async function rotate(path: string, maxFiles: number): Promise<void> {
  for (const index of await keptIndexes(path)) {
    if (index + 1 >= maxFiles) await rm(rotatedPath(path, index), { force: true });
    else await rename(rotatedPath(path, index), rotatedPath(path, index + 1));
  }
  if (maxFiles > 1) await rename(path, rotatedPath(path, 1));
  else await rm(path, { force: true });
}

/** Removes what a run with a larger `maxFiles` left behind. */
export async function removeExcess(path: string, maxFiles: number): Promise<void> {
  for (const index of await keptIndexes(path)) {
    if (index >= maxFiles) await rm(rotatedPath(path, index), { force: true });
  }
}

export function rotatedPath(path: string, index: number): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.${index}${extension}`);
}

/** Indexes of the rotated files that exist, highest first. */
async function keptIndexes(path: string): Promise<number[]> {
  const extension = extname(path);
  const prefix = `${basename(path, extension)}.`;
  const indexes: number[] = [];
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !name.endsWith(extension)) continue;
    const index = name.slice(prefix.length, name.length - extension.length);
    if (/^[1-9]\d{0,5}$/.test(index)) indexes.push(Number(index));
  }
  return indexes.sort((a, b) => b - a);
}
