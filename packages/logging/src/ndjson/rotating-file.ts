import { constants, closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pause } from '../buffer/process-exit.ts';
import { endOfFittingLines, endOfLine, isMidLine, NEWLINE, type Chunk } from '../buffer/line-buffer.ts';
import { removeExcess, rotate } from './rotation.ts';

const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOCTTY;
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const WRITE_PATIENCE_MS = 250;

interface Identity {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly dev: number;
  readonly ino: number;
  /** False for devices, which have no size and must never be renamed. */
  readonly regular: boolean;
  size: number;
}

export interface RotatingFileOptions {
  readonly path: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** How often to look whether someone else moved, removed or changed the file. */
  readonly checkIntervalMs: number;
}

/** An append-only file of lines that is rotated by size. Methods must not overlap. */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #file: OpenFile | undefined;
  /** The file that was open when a write failed: it may hold the first half of a line. */
  #failed: Identity | undefined;
  #underWay: { readonly fd: number; readonly size: number; readonly bytes: number } | undefined;
  #checkedAtMs = 0;
  #everOpened = false;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  /**
   * Writes the rest of `chunk`, keeping its offset up to date, and lines whole. After a rejection it can be called again with
   * the same chunk. Returns how many records were given up because the file with their first half is gone: 0 or 1.
   */
  async append(chunk: Chunk): Promise<number> {
    let torn = 0;
    try {
      if (this.#file !== undefined && (await this.#wasChanged(this.#file))) await this.close();
      while (chunk.offset < chunk.bytes.length) {
        if (this.#file === undefined) torn += await this.#open(chunk);
        else await this.#write(this.#file, chunk);
      }
    } catch (error) {
      this.#failed = this.#file;
      await this.close();
      throw error;
    }
    return torn;
  }

  /** Writes the rest of `chunk` at once, even if `append` is at work on it, and without rotation: for the end of the process. */
  appendSync(chunk: Chunk): void {
    const file = this.#file;
    chunk.offset += this.#awaitWriteUnderWay();
    if (file === undefined) mkdirSync(dirname(this.#options.path), { recursive: true, mode: FOLDER_MODE });
    const fd = file?.handle.fd ?? openSync(this.#options.path, FLAGS, FILE_MODE);
    try {
      while (chunk.offset < chunk.bytes.length) chunk.offset += writeSync(fd, chunk.bytes, chunk.offset);
    } finally {
      if (file === undefined) closeSync(fd);
      else file.size = fstatSync(fd).size;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    // A failed close loses nothing that a later write would not report.
    await file?.handle.close().catch(() => undefined);
  }

  async #write(file: OpenFile, chunk: Chunk): Promise<void> {
    let end = file.regular ? endOfFittingLines(chunk, this.#options.maxBytes - file.size) : chunk.bytes.length;
    if (end === chunk.offset) {
      if (file.size > 0 && !isMidLine(chunk)) return this.#rotate();
      end = endOfLine(chunk);
    }
    this.#underWay = { fd: file.handle.fd, size: file.size, bytes: end - chunk.offset };
    try {
      const { bytesWritten } = await file.handle.write(chunk.bytes, chunk.offset, end - chunk.offset);
      chunk.offset += bytesWritten;
      file.size += bytesWritten;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** A write on another thread cannot be awaited by this one, but it can be seen to arrive. Returns how much of it did. */
  #awaitWriteUnderWay(): number {
    if (this.#underWay === undefined) return 0;
    const { fd, size, bytes } = this.#underWay;
    this.#underWay = undefined;
    const deadlineMs = performance.now() + WRITE_PATIENCE_MS;
    for (;;) {
      const arrived = fstatSync(fd).size - size;
      if (arrived >= bytes) return bytes;
      if (performance.now() >= deadlineMs) return Math.max(0, arrived);
      pause(1);
    }
  }

  async #rotate(): Promise<void> {
    await this.close();
    await rotate(this.#options.path, this.#options.maxFiles);
  }

  async #open(chunk: Chunk): Promise<number> {
    const { path, maxFiles } = this.#options;
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    const handle = await open(path, FLAGS, FILE_MODE);
    try {
      const { dev, ino, size, mode } = await handle.stat();
      const file: OpenFile = { handle, dev, ino, size, regular: (mode & constants.S_IFMT) === constants.S_IFREG };
      if (file.regular && (mode & 0o077) !== 0) await handle.chmod(FILE_MODE);
      const continues = isSame(this.#failed, file);
      const torn = isMidLine(chunk) && !continues ? 1 : 0;
      if (torn === 1) chunk.offset = endOfLine(chunk);
      if (file.regular && !(continues && isMidLine(chunk))) file.size += await endPartialLine(handle, size);
      if (file.regular && !this.#everOpened) await removeExcess(path, maxFiles);
      this.#everOpened = true;
      this.#failed = undefined;
      this.#checkedAtMs = performance.now();
      this.#file = file;
      return torn;
    } catch (error) {
      await handle.close().catch(() => undefined);
      throw error;
    }
  }

  async #wasChanged(file: OpenFile): Promise<boolean> {
    if (!file.regular || performance.now() - this.#checkedAtMs < this.#options.checkIntervalMs) return false;
    this.#checkedAtMs = performance.now();
    try {
      return !isSame(await stat(this.#options.path), file);
    } catch {
      return true;
    }
  }
}

function isSame(a: Identity | undefined, b: Identity): boolean {
  return a !== undefined && a.dev === b.dev && a.ino === b.ino && a.size === b.size;
}

/** Ends a line that a crash or another writer left unfinished; returns the bytes that it took. */
async function endPartialLine(handle: FileHandle, size: number): Promise<number> {
  if (size === 0) return 0;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  if (bytesRead === 0 || buffer[0] === NEWLINE) return 0;
  return (await handle.write('\n')).bytesWritten;
}
