import type { Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchivePrune } from '@codex-proxy/contracts';
import { ArchiveError, codeOf, toArchiveError } from '../errors.ts';
import { isPartName, timestampOf } from './archive-name.ts';

/** An archive in its folder. What is in it, `verifyArchive` tells. */
export interface ListedArchive {
  readonly path: string;
  readonly name: string;
  /** ISO 8601, from its name. */
  readonly createdAt: string;
  readonly compressedSizeBytes: number;
}

const DAY_MS = 86_400_000;

/**
 * The archives of a folder, oldest first: regular files that bear a name of ours. None where there is no folder.
 * @throws ArchiveError `archive_folder_unusable`
 */
export async function listArchives(outputDir: string): Promise<readonly ListedArchive[]> {
  const found: ListedArchive[] = [];
  for (const name of await namesIn(outputDir)) {
    const createdAt = timestampOf(name);
    if (createdAt === undefined) continue;
    const path = join(outputDir, name);
    const stats = await statFile(path);
    if (stats !== undefined) found.push({ path, name, createdAt, compressedSizeBytes: stats.size });
  }
  return found.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || attemptOf(a) - attemptOf(b));
}

export interface PruneOptions {
  /** Archives that were made longer ago are removed. */
  readonly olderThanDays: number;
  /** Default: the time of the system. */
  readonly clock?: () => Date | number;
}

/**
 * Removes old archives. Links, folders and files with other names stay.
 * @throws ArchiveError `archive_retention_invalid` for a number that is none, or negative
 */
export async function pruneArchives(outputDir: string, { olderThanDays, clock = Date.now }: PruneOptions): Promise<ArchivePrune> {
  if (!(olderThanDays >= 0)) throw new ArchiveError('archive_retention_invalid', 'olderThanDays: a number from 0 was expected');
  const beforeMs = new Date(clock()).getTime() - olderThanDays * DAY_MS;
  let [files, bytes] = [0, 0];
  for (const { path, createdAt, compressedSizeBytes } of await listArchives(outputDir)) {
    if (Date.parse(createdAt) >= beforeMs) continue;
    await remove(path);
    files += 1;
    bytes += compressedSizeBytes;
  }
  return { files, bytes };
}

/** What runs that were killed have left. */
export async function listParts(outputDir: string): Promise<readonly string[]> {
  const parts: string[] = [];
  for (const name of (await namesIn(outputDir)).filter(isPartName)) {
    const path = join(outputDir, name);
    if ((await statFile(path)) !== undefined) parts.push(path);
  }
  return parts;
}

export async function removeParts(outputDir: string): Promise<void> {
  for (const path of await listParts(outputDir)) await remove(path);
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw toArchiveError(error);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw toArchiveError(error, 'archive_folder_unusable');
  }
}

/** Undefined for what is no regular file, or has just gone. */
async function statFile(path: string): Promise<Stats | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isFile() === true ? stats : undefined;
}

function attemptOf({ name }: ListedArchive): number {
  return Number(/Z-(\d+)\.json\.gz$/.exec(name)?.[1] ?? 1);
}
