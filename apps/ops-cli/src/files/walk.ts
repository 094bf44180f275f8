import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Something in a folder. Links in it are not followed. */
export interface Entry {
  readonly path: string;
  readonly stats: Stats;
}

const MOST_ENTRIES = 50_000;

/** A folder and all that is in it, up to 50,000 entries. What goes meanwhile, or may not be looked at, is left out. */
export function* walk(root: string): Generator<Entry> {
  const open = [root];
  for (let count = 0; open.length > 0 && count < MOST_ENTRIES; count += 1) {
    const path = open.pop() ?? root;
    const stats = path === root ? followed(path) : statsOf(path);
    if (stats === undefined) continue;
    yield { path, stats };
    if (stats.isDirectory()) open.push(...namesIn(path).map((name) => join(path, name)));
  }
}

/** Whether it is a folder, or a link to one. */
export function isFolder(path: string): boolean {
  return followed(path)?.isDirectory() === true;
}

function followed(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Empty where there is no such folder, or it may not be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
