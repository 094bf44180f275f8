import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The checkout that this program stands in; undefined where it was installed without one. */
export function findRepository(from: string = import.meta.dirname): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json')) && existsSync(join(folder, 'packages/contracts/src'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
