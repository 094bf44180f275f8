import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, toArchiveError } from '../errors.ts';
import { archiveName, partName } from './archive-name.ts';

/** An archive under way: it has its name only once it is whole. */
export interface PartFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly archivePath: string;
}

/**
 * Makes the folder if there is none, and the file. Who holds the `.part` of a name holds the name.
 * @throws ArchiveError
 */
export async function createPartFile(folder: string, at: Date): Promise<PartFile> {
  await makeFolder(folder);
  for (let attempt = 1; ; attempt += 1) {
    const name = archiveName(at, attempt);
    const [path, archivePath] = [join(folder, partName(name)), join(folder, name)];
    let handle: FileHandle;
    try {
      handle = await open(path, 'wx+', 0o600);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      throw toArchiveError(error);
    }
    if (!existsSync(archivePath)) return { handle, path, archivePath };
    await discard({ handle, path, archivePath });
  }
}

export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toArchiveError(error);
  }
}

/** Gives the archive its name, in a way that a loss of power does not undo. */
export async function publish({ path, archivePath }: PartFile, folder: string): Promise<void> {
  await rename(path, archivePath);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } catch (error) {
    // Some file systems have no way to do that, and need none.
    if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM'].includes(codeOf(error))) throw error;
  } finally {
    await directory.close();
  }
}

/** Whatever happened: the file is closed, and nothing half done is left. */
export async function discard({ handle, path }: PartFile): Promise<void> {
  await handle.close().catch(() => undefined);
  await rm(path, { force: true });
}
