import { Needle } from './needle.ts';

const NEWLINE = 0x0a;
/** Small enough for the cache of a core, large enough that calls cost nothing. */
const READ_BYTES = 1024 * 1024;
/** Longer lines are not ours; they are skipped and counted. Pages that no line touches are never given out by the system. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

export interface LineSearchOptions {
  /** A line that holds any of them is found; one that holds two comes once. */
  readonly needles: readonly string[];
  /** Gets the line without its ending; the bytes are its own until it returns. `offset` is where it begins. */
  readonly onLine: (line: Buffer, offset: number) => void;
  readonly maxLineBytes?: number;
}

/** The part of a file whose lines are searched: those that begin at `from` or later, and before `to`. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Finds lines without reading those that nobody looks for: bytes in, lines out, in constant memory. */
export class LineSearch {
  readonly #needles: readonly Needle[];
  readonly #onLine: (line: Buffer, offset: number) => void;
  readonly #region: Buffer;
  #held = 0;
  #isSkipping = false;
  #hasLearnt = false;
  #offset = 0;
  #to = Number.POSITIVE_INFINITY;
  /** Lines that were too long. */
  skipped = 0;

  constructor({ needles, onLine, maxLineBytes = MAX_LINE_BYTES }: LineSearchOptions) {
    this.#needles = needles.map((needle) => new Needle(needle));
    this.#onLine = onLine;
    this.#region = Buffer.allocUnsafe(maxLineBytes + READ_BYTES);
  }

  /** Makes ready for a file. Answers where its bytes are to be read from: one before `from`, to see whether a line begins there. */
  begin({ from, to }: Extent): number {
    this.#held = 0;
    this.#isSkipping = from > 0;
    this.#offset = Math.max(0, from - 1);
    this.#to = to;
    return this.#offset;
  }

  /** Where the next bytes are to be written; never empty. */
  get space(): Buffer {
    return this.#region.subarray(this.#held, Math.min(this.#held + READ_BYTES, this.#region.length));
  }

  /** No line that is to be searched can follow. */
  get isDone(): boolean {
    return !this.#isSkipping && this.#offset >= this.#to;
  }

  /** So many bytes were written to `space`. */
  took(bytes: number): void {
    const filled = this.#held + bytes;
    const end = this.#region.subarray(this.#held, filled).lastIndexOf(NEWLINE) + this.#held + 1;
    if (end === this.#held) {
      this.#held = filled;
      if (filled === this.#region.length) this.#giveUpLine();
      return;
    }
    let start = 0;
    if (this.#isSkipping) {
      start = this.#region.indexOf(NEWLINE) + 1;
      this.#isSkipping = false;
    }
    this.#search(start, end);
    this.#region.copyWithin(0, end, filled);
    this.#held = filled - end;
    this.#offset += end;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const { space } = this;
      const count = Math.min(space.length, bytes.length - at);
      space.set(bytes.subarray(at, at + count));
      this.took(count);
      at += count;
    }
  }

  /** The last line, where it has no ending and holds a needle. */
  end(): { readonly line: Buffer; readonly offset: number } | undefined {
    if (this.#isSkipping || this.isDone) return undefined;
    const line = Buffer.from(this.#region.subarray(0, this.#held));
    return this.#needles.some((needle) => needle.isIn(line)) ? { line, offset: this.#offset } : undefined;
  }

  #giveUpLine(): void {
    if (!this.#isSkipping) this.skipped += 1;
    this.#isSkipping = true;
    this.#offset += this.#held;
    this.#held = 0;
  }

  #search(start: number, end: number): void {
    const lines = this.#region.subarray(start, end);
    if (!this.#hasLearnt) for (const needle of this.#needles) needle.learn(lines);
    this.#hasLearnt = true;
    const hits = new Map<number, number>();
    for (const needle of this.#needles) {
      for (let hit = needle.indexIn(lines, 0); hit !== -1;) {
        const lineEnd = lines.indexOf(NEWLINE, hit);
        hits.set(lines.lastIndexOf(NEWLINE, hit) + 1, lineEnd);
        hit = needle.indexIn(lines, lineEnd);
      }
    }
    for (const [from, to] of [...hits].sort(([a], [b]) => a - b)) {
      const offset = this.#offset + start + from;
      if (offset < this.#to) this.#onLine(lines.subarray(from, to), offset);
    }
  }
}
