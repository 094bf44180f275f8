import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { openRotated, type OpenFile } from '../files/rotated-files.ts';
import { unpack } from '../files/search-packed.ts';

const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
/** What no line of ours reaches; beyond it a line is given up. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

export interface LogTailOptions {
  readonly path: string;
  readonly warn: (sentence: string) => void;
  /** Where to begin: with the oldest file that was changed since then, or with what is yet to be written. */
  readonly from: { readonly sinceMs: number } | 'end';
}

/**
 * A log, read line by line through its rotations: what was rotated out of it, then the file that is being written, then the one that takes
 * its place. No line is lost or told twice, as long as a file is not removed before it is read.
 */
export class LogTail {
  readonly #options: LogTailOptions;
  /** Files to come, oldest first. The last one is being written. */
  #waiting: OpenFile[];
  #current: OpenFile | undefined;
  #packed: AsyncGenerator<Buffer, void> | undefined;
  #position = 0;
  #rest = Buffer.alloc(0);

  constructor(options: LogTailOptions) {
    this.#options = options;
    const { path, warn, from } = options;
    const files = openRotated(path, warn);
    if (from === 'end') {
      this.#waiting = [];
      for (const file of files.slice(0, -1)) closeSync(file.fd);
      this.#current = files.at(-1);
      this.#position = this.#current?.bytes ?? 0;
    } else {
      const isWanted = (file: OpenFile): boolean => file === files.at(-1) || file.changedAtMs >= from.sinceMs;
      for (const file of files) if (!isWanted(file)) closeSync(file.fd);
      this.#waiting = files.filter(isWanted);
    }
  }

  /** Whether there is any file at all. */
  get isThere(): boolean {
    return this.#current !== undefined || this.#waiting.length > 0;
  }

  /** Some of the next lines; none where nothing more is written yet. */
  async read(): Promise<string[]> {
    for (;;) {
      this.#current ??= this.#next();
      if (this.#current === undefined) return [];
      const chunk = this.#current.isGzip ? await this.#readPacked(this.#current) : this.#readPlain(this.#current);
      if (chunk !== undefined) {
        const lines = this.#split(chunk);
        if (lines.length > 0) return lines;
        continue;
      }
      const last = this.#leave();
      if (last === undefined) return [];
      if (last.length > 0) return last;
    }
  }

  close(): void {
    for (const file of this.#waiting) closeSync(file.fd);
    this.#waiting = [];
    if (this.#current !== undefined && !this.#current.isGzip) closeSync(this.#current.fd);
    this.#current = undefined;
  }

  #next(): OpenFile | undefined {
    if (this.#waiting.length === 0) this.#waiting = openRotated(this.#options.path, this.#options.warn);
    this.#position = 0;
    return this.#waiting.shift();
  }

  #readPlain(file: OpenFile): Buffer | undefined {
    const chunk = Buffer.allocUnsafe(READ_BYTES);
    const bytes = readSync(file.fd, chunk, { position: this.#position });
    if (bytes > 0) {
      this.#position += bytes;
      return chunk.subarray(0, bytes);
    }
    if (fstatSync(file.fd).size >= this.#position) return undefined;
    this.#options.warn(`${file.path} was cut shorter; it is read from its beginning`);
    this.#position = 0;
    this.#rest = Buffer.alloc(0);
    return Buffer.alloc(0);
  }

  async #readPacked(file: OpenFile): Promise<Buffer | undefined> {
    this.#packed ??= unpack(file.fd, () => undefined);
    try {
      const next = await this.#packed.next();
      return next.done === true ? undefined : next.value;
    } catch {
      this.#options.warn(`${file.path} cannot be read to its end; what was read counts`);
      return undefined;
    }
  }

  /**
   * Goes on from a file of which all is read. Answers with its last line where that has no ending; undefined to stay with the file, which
   * is still being written.
   */
  #leave(): string[] | undefined {
    const file = this.#current;
    if (file === undefined) return undefined;
    if (this.#waiting.length === 0 && !file.isGzip) {
      if (isInPlace(this.#options.path, file)) return undefined;
      // It was rotated: what was written to it since it was last read is all that will ever be.
      if (fstatSync(file.fd).size > this.#position) return [];
      const successors = this.#successorsOf(file);
      if (successors === undefined) return undefined;
      this.#waiting = successors;
    }
    if (!file.isGzip) closeSync(file.fd);
    this.#packed = undefined;
    const last = this.#rest.toString('utf8');
    this.#rest = Buffer.alloc(0);
    this.#current = this.#waiting.shift();
    this.#position = 0;
    return last === '' ? [] : [last];
  }

  /** The files that came after this one, oldest first; undefined while there is none. */
  #successorsOf(file: OpenFile): OpenFile[] | undefined {
    const files = openRotated(this.#options.path, this.#options.warn);
    const own = files.findIndex(({ dev, ino }) => dev === file.dev && ino === file.ino);
    for (const { fd } of files.slice(0, own + 1)) closeSync(fd);
    const successors = files.slice(own + 1).filter(({ isGzip }) => own !== -1 || !isGzip);
    if (successors.length === 0) return undefined;
    if (own === -1) this.#options.warn(`${this.#options.path} was rotated away faster than it was read; records may be missing`);
    return successors;
  }

  #split(chunk: Buffer): string[] {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      this.#rest = this.#rest.length > MAX_LINE_BYTES ? Buffer.alloc(0) : Buffer.concat([this.#rest, chunk]);
      return [];
    }
    const whole = Buffer.concat([this.#rest, chunk.subarray(0, end)]).toString('utf8');
    this.#rest = Buffer.from(chunk.subarray(end + 1));
    return whole.split('\n');
  }
}

function isInPlace(path: string, file: OpenFile): boolean {
  try {
    const { dev, ino } = statSync(path);
    return dev === file.dev && ino === file.ino;
  } catch {
    // Between two files; the next one comes with the next record.
    return true;
  }
}
