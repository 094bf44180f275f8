import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, opendir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, TraceFolderError } from '../errors.ts';
import { artifactName, temporaryName } from '../artifact/artifact-name.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const PERMISSIONS = 0o777;
const NAMES_AT_ONCE = 256;

/** Of a regular file, links not followed. */
export interface FileFacts {
  readonly bytes: number;
  readonly modifiedAtMs: number;
}

/** The buffer's folder. Works on regular files in it, by name, and follows no link, not even its own. */
export class TraceFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes the folder where there is none, and closes it to others.
   * @throws TraceFolderError when a link or something else is in its place.
   */
  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: FOLDER_MODE }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    const { mode } = await this.#look();
    if ((mode & PERMISSIONS) !== FOLDER_MODE) await chmod(this.path, FOLDER_MODE);
  }

  /** All names in it, as they come. */
  async *names(): AsyncGenerator<string> {
    await this.#look();
    for await (const { name } of await opendir(this.path, { bufferSize: NAMES_AT_ONCE })) yield name;
  }

  /** Undefined for what is no regular file, or is gone. */
  async facts(name: string): Promise<FileFacts | undefined> {
    try {
      const stats = await lstat(join(this.path, name));
      return stats.isFile() ? { bytes: stats.size, modifiedAtMs: stats.mtimeMs } : undefined;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  /** The file appears whole or not at all, whatever happens to the process. A folder that is gone is made again. */
  async write(name: string, text: string): Promise<void> {
    try {
      await this.#look();
      await this.#writeOnce(name, text);
    } catch (error) {
      if (!isAbsence(error)) throw error;
      await this.prepare();
      await this.#writeOnce(name, text);
    }
  }

  /** Whether there is room to write, and permission. @throws what stands against it. */
  async probe(text: string, nowMs: number): Promise<void> {
    await this.prepare();
    const path = join(this.path, temporaryName(artifactName('req_probe', nowMs) ?? ''));
    try {
      await writeFile(path, text, { flag: 'wx', mode: FILE_MODE });
    } finally {
      await unlink(path).catch(() => undefined);
    }
  }

  /** Undefined for what is no regular file of at most `maxBytes`, or is gone. */
  async read(name: string, maxBytes: number): Promise<string | undefined> {
    try {
      const file = await open(join(this.path, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const stats = await file.stat();
        return stats.isFile() && stats.size <= maxBytes ? await file.readFile('utf8') : undefined;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isAbsence(error) || codeOf(error) === 'ELOOP') return undefined;
      throw error;
    }
  }

  /** @returns its size; undefined when it is no regular file, and is left alone, or is gone. */
  async remove(name: string): Promise<number | undefined> {
    const facts = await this.facts(name);
    if (facts === undefined) return undefined;
    try {
      await unlink(join(this.path, name));
      return facts.bytes;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  async #writeOnce(name: string, text: string): Promise<void> {
    const temporary = join(this.path, temporaryName(name));
    try {
      await writeFile(temporary, text, { flag: 'wx', mode: FILE_MODE });
      await rename(temporary, join(this.path, name));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  async #look(): Promise<{ mode: number }> {
    const stats = await lstat(this.path);
    if (stats.isSymbolicLink()) throw new TraceFolderError(this.path, 'a link');
    if (!stats.isDirectory()) throw new TraceFolderError(this.path, 'a file');
    return stats;
  }
}

/** The file is gone, or its folder is none any more. */
function isAbsence(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
