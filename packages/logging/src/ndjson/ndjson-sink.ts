import { LineBuffer, unwrittenRecords, type Chunk } from '../buffer/line-buffer.ts';
import { onProcessExit, type ExitEvents } from '../buffer/process-exit.ts';
import type { RecordSink } from '../records/record-line.ts';
import { SinkHealth } from './sink-health.ts';
import { RotatingFile } from './rotating-file.ts';

export interface NdjsonSinkOptions {
  /** The file that is written; rotated ones stand beside it as `NAME.1.ndjson`, `NAME.2.ndjson`, … */
  readonly path: string;
  /** Size at which a file is rotated. Only a line that is longer by itself, and the last words of a crash, exceed it. */
  readonly maxBytes: number;
  /** Files in all, the one being written included; at least 1. */
  readonly maxFiles: number;
  /** What the callbacks call this sink. */
  readonly name: string;
  /** What may wait for the disk, in characters. Default 4 Mi. */
  readonly maxBufferedBytes?: number;
  /** How long a record may wait for others. Default 100. */
  readonly flushIntervalMs?: number;
  /** Wait before a failed write is tried again, doubled up to `retryMaxMs`. Default 250. */
  readonly retryMinMs?: number;
  /** Default 5000. */
  readonly retryMaxMs?: number;
  /** At most one `onError` in this time. Default 60000. */
  readonly reportIntervalMs?: number;
  /** How often to look whether someone else moved, removed or changed the file. Default 1000. */
  readonly checkIntervalMs?: number;
  /** Records that were not written. */
  readonly onDrop?: (name: string, count: number) => void;
  /** The file cannot be written; rate limited. */
  readonly onError?: (name: string, error: Error) => void;
  /** A failure that was reported is over; `droppedCount` records were lost since the last such report. */
  readonly onRecover?: (name: string, droppedCount: number) => void;
  /** Whose `exit` event flushes what is left. Default: `process`. */
  readonly exitEvents?: ExitEvents;
}

/** Lines to a rotating file, 0600 in a folder 0700. No method throws or rejects. */
export interface NdjsonSink extends RecordSink {
  /**
   * Takes one record, or several joined by newlines; they are written within `flushIntervalMs`.
   * @param records How many they are. Default 1.
   * @returns False if they were dropped.
   */
  write(text: string, records?: number): boolean;
  /** Resolves when what was taken before is written, or could not be in one attempt. */
  flush(): Promise<void>;
  /** Writes at once what waits, but no file is rotated: for the end of the process. */
  flushSync(): void;
  /** Flushes once, drops what could not be written, closes the file. Later writes are dropped. */
  close(): Promise<void>;
  /** Whether the last attempt to write failed. What is written meanwhile waits, up to `maxBufferedBytes`. */
  readonly failing: boolean;
}

const WRITE_LENGTH = 64 * 1024;

/** An append-only NDJSON file that is written in batches off the serving thread, rotates, and recovers by itself. */
export function createNdjsonSink(options: NdjsonSinkOptions): NdjsonSink {
  const { path, maxBytes, name, flushIntervalMs = 100, retryMinMs = 250, retryMaxMs = 5_000, checkIntervalMs = 1_000 } = options;
  const maxFiles = Math.max(1, options.maxFiles);
  const file = new RotatingFile({ path, maxBytes, maxFiles, checkIntervalMs });
  const buffer = new LineBuffer(WRITE_LENGTH, options.maxBufferedBytes ?? 4 * 1024 * 1024);
  const health = new SinkHealth(name, options);
  let chunk: Chunk | undefined;
  let draining: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = retryMinMs;
  let closed = false;
  const offExit = onProcessExit(flushSync, options.exitEvents);

  function wake(delayMs: number): void {
    timer = setTimeout(() => {
      timer = undefined;
      void drain();
    }, delayMs);
    timer.unref();
  }

  function drain(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    draining ??= writeAll().finally(() => {
      draining = undefined;
      if (closed || timer !== undefined) return;
      if (health.failing) wake(retryMs);
      else if (!buffer.isEmpty) wake(flushIntervalMs);
    });
    return draining;
  }

  async function writeAll(): Promise<void> {
    try {
      for (;;) {
        chunk ??= buffer.take();
        if (chunk === undefined) return;
        const current = chunk;
        const torn = await file.append(current);
        if (chunk === current) chunk = undefined;
        if (torn > 0) health.dropped(torn);
        if (health.failing) {
          retryMs = retryMinMs;
          health.succeeded();
        }
      }
    } catch (error) {
      retryMs = health.failing ? Math.min(retryMs * 2, retryMaxMs) : retryMinMs;
      health.failed(error);
    }
  }

  async function flush(): Promise<void> {
    if (draining !== undefined) await draining;
    if (!buffer.isEmpty || chunk !== undefined) await drain();
  }

  function dropRest(): void {
    const rest = (chunk === undefined ? 0 : unwrittenRecords(chunk)) + buffer.clear();
    chunk = undefined;
    if (rest > 0) health.dropped(rest);
  }

  function flushSync(): void {
    try {
      while ((chunk ??= buffer.take()) !== undefined) {
        file.appendSync(chunk);
        chunk = undefined;
      }
    } catch (error) {
      health.failed(error);
    }
  }

  return {
    write(text, records = 1) {
      if (closed || !buffer.push(text, records)) {
        health.dropped(records);
        return false;
      }
      if (draining === undefined && !health.failing && buffer.isWorthWriting) void drain();
      else if (timer === undefined && draining === undefined) wake(flushIntervalMs);
      return true;
    },
    flush,
    flushSync,
    async close() {
      if (closed) return;
      closed = true;
      await flush();
      clearTimeout(timer);
      dropRest();
      offExit();
      await file.close();
    },
    get failing() {
      return health.failing;
    },
  };
}
