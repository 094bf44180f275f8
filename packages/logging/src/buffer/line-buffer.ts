/** Lines on their way to a file, and how far they got. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly records: number;
  /** Bytes already written. */
  offset: number;
}

interface Segment {
  text: string;
  records: number;
}

/** One write at most: large enough to pay, small enough to be encoded in a fraction of a millisecond. */
const SEGMENT_LENGTH = 128 * 1024;

/**
 * Bounded first-in-first-out store of lines, joined into segments that are written at once.
 * Lengths are in UTF-16 units, which for logs are near enough to bytes and cost nothing to count.
 */
export class LineBuffer {
  readonly #writeLength: number;
  readonly #maxLength: number;
  #segments: Segment[] = [];
  #length = 0;

  /**
   * @param writeLength How much is worth a write.
   * @param maxLength How much is kept.
   */
  constructor(writeLength: number, maxLength: number) {
    this.#writeLength = writeLength;
    this.#maxLength = maxLength;
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }

  get isWorthWriting(): boolean {
    return this.#length >= this.#writeLength;
  }

  /** Takes `text`, ending it with a newline; false if that would exceed the limit. */
  push(text: string, records: number): boolean {
    const length = this.#length + text.length;
    if (length > this.#maxLength) return false;
    const line = text.endsWith('\n') ? text : `${text}\n`;
    const last = this.#segments.at(-1);
    if (last === undefined || last.text.length >= SEGMENT_LENGTH) {
      this.#segments.push({ text: line, records });
    } else {
      last.text += line;
      last.records += records;
    }
    this.#length = length;
    return true;
  }

  take(): Chunk | undefined {
    const segment = this.#segments.shift();
    if (segment === undefined) return undefined;
    this.#length = this.#segments.length === 0 ? 0 : this.#length - segment.text.length;
    return { bytes: Buffer.from(segment.text), records: segment.records, offset: 0 };
  }

  /** Empties the store and says how many records were in it. */
  clear(): number {
    const records = this.#segments.reduce((sum, segment) => sum + segment.records, 0);
    this.#segments = [];
    this.#length = 0;
    return records;
  }
}

/** Records of which nothing, or not all, is written yet. */
export function unwrittenRecords(chunk: Chunk): number {
  let records = 0;
  for (let at = chunk.offset; at < chunk.bytes.length; records += 1) at = endOfLine(chunk, at);
  return records;
}

/** Whether the last write ended inside a line. */
export function isMidLine(chunk: Chunk): boolean {
  return chunk.offset > 0 && chunk.bytes[chunk.offset - 1] !== NEWLINE;
}

/** Where the line that holds `from` ends, newline included. */
export function endOfLine(chunk: Chunk, from: number = chunk.offset): number {
  const newline = chunk.bytes.indexOf(NEWLINE, from);
  return newline === -1 ? chunk.bytes.length : newline + 1;
}

/** Where the last whole line ends that fits into `room` bytes; the chunk's offset if none does. */
export function endOfFittingLines(chunk: Chunk, room: number): number {
  if (chunk.bytes.length - chunk.offset <= room) return chunk.bytes.length;
  if (room <= 0) return chunk.offset;
  return Math.max(chunk.offset, chunk.bytes.lastIndexOf(NEWLINE, chunk.offset + room - 1) + 1);
}

export const NEWLINE = 0x0a;
