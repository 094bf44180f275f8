import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { LineBuffer, unwrittenRecords, type Chunk } from '../buffer/line-buffer.ts';
import { onProcessExit, pause, type ExitEvents } from '../buffer/process-exit.ts';
import { openOutput } from './output.ts';

export interface StdoutDestinationOptions {
  /** Default 1. */
  readonly fd?: number;
  /** What may wait for the reader, in characters. Default 4 Mi. */
  readonly maxBufferedBytes?: number;
  /** How long a line may wait for others. Default 100. */
  readonly flushIntervalMs?: number;
  /** Lines that were not written: the reader is too slow, or gone. */
  readonly onDrop?: (sink: 'stdout', count: number) => void;
  /** Whose `exit` event flushes what is left. Default: `process`. */
  readonly exitEvents?: ExitEvents;
}

/** Buffered lines to a file descriptor. No method throws or rejects. */
export interface StdoutDestination {
  write(line: string): void;
  /** Writes at once what waits; gives up when the reader takes nothing for a second. */
  flushSync(): void;
  /** Writes what waits, and stops. Later lines are dropped. The descriptor stays open. */
  end(): Promise<void>;
}

const WRITE_LENGTH = 16 * 1024;
const RETRY_MIN_MS = 2;
const RETRY_MAX_MS = 64;
const PATIENCE_MS = 1_000;

/**
 * Standard output for a logger: lines are joined, and a slow reader stalls no request.
 * Not pino's own destination: its synchronous flush never returns once the reader has closed the pipe (sonic-boom 4.2.1).
 */
export function createStdoutDestination(options: StdoutDestinationOptions = {}): StdoutDestination {
  const { flushIntervalMs = 100 } = options;
  const output = openOutput(options.fd ?? 1);
  const buffer = new LineBuffer(WRITE_LENGTH, options.maxBufferedBytes ?? 4 * 1024 * 1024);
  let chunk: Chunk | undefined;
  /** The wait of the last retry; 0 while the reader keeps up. */
  let retryMs = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const offExit = onProcessExit(flushSync, options.exitEvents);

  function drop(count: number): void {
    if (count === 0) return;
    try {
      options.onDrop?.('stdout', count);
    } catch {
      // There is no further place to report to.
    }
  }

  function dropRest(): void {
    drop((chunk === undefined ? 0 : unwrittenRecords(chunk)) + buffer.clear());
    chunk = undefined;
  }

  /** Writes until nothing is left (true) or the reader takes no more. */
  function drain(): boolean {
    while ((chunk ??= buffer.take()) !== undefined) {
      const result = output(chunk);
      if (result === 'busy') return false;
      if (result === 'gone') {
        ended = true;
        dropRest();
        return true;
      }
      retryMs = 0;
      if (chunk.offset === chunk.bytes.length) chunk = undefined;
    }
    return true;
  }

  function drainOrRetry(): void {
    if (drain()) return;
    retryMs = Math.min(Math.max(retryMs * 2, RETRY_MIN_MS), RETRY_MAX_MS);
    clearTimeout(timer);
    timer = undefined;
    wake(retryMs);
  }

  function wake(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      drainOrRetry();
    }, delayMs).unref();
  }

  function flushSync(): void {
    for (let waitedMs = 0; !drain(); waitedMs += RETRY_MAX_MS) {
      if (waitedMs >= PATIENCE_MS) return dropRest();
      pause(RETRY_MAX_MS);
    }
  }

  return {
    write(line) {
      if (ended || !buffer.push(line, 1)) return drop(1);
      if (retryMs === 0 && buffer.isWorthWriting) drainOrRetry();
      else wake(flushIntervalMs);
    },
    flushSync,
    async end() {
      clearTimeout(timer);
      for (let waitedMs = 0; !drain() && waitedMs < PATIENCE_MS; waitedMs += RETRY_MAX_MS) await setTimeoutPromise(RETRY_MAX_MS);
      ended = true;
      dropRest();
      offExit();
    },
  };
}
