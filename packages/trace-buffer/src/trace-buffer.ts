import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { traceArtifactSchema, type TraceArtifact, type TraceBufferState } from '@codex-proxy/contracts';
import { artifactName, isRequestId, temporaryName } from './artifact/artifact-name.ts';
import { renderArtifact } from './artifact/render-artifact.ts';
import type { TraceCapture } from './artifact/trace-capture.ts';
import { asError, TraceRefusedError } from './errors.ts';
import { ArtifactIndex, type Entry } from './folder/artifact-index.ts';
import { Sweeper } from './folder/sweeper.ts';
import { TraceFolder } from './folder/trace-folder.ts';
import { withDefaults, type ResolvedOptions, type TraceBufferOptions } from './options.ts';
import { BufferHealth } from './reports/buffer-health.ts';
import { PruneTally } from './reports/prune-tally.ts';
import { quietly } from './reports/quietly.ts';
import { PendingCaptures } from './write/pending-captures.ts';
import { WriteLoop } from './write/write-loop.ts';

/** Payloads of captures that wait: so much of their requests may be kept alive. */
const MAX_PENDING_BYTES = 33_554_432;
/** Rendering gives way to requests after so long. */
const RENDER_SLICE_MS = 2;
/** Large enough for a full disk to refuse it. */
const PROBE_TEXT = ' '.repeat(4_096);

/** Redacted traces of the latest requests, a file each, within limits of age, number and size. No method is in a request's way. */
export interface TraceBuffer {
  /** Whether requests are captured. */
  readonly enabled: boolean;
  /**
   * Whether the turn of a request that begins now is to keep the payloads of its frames: capture is on, and not already more of them wait
   * than can be written.
   */
  readonly wantsPayloads: boolean;
  /** True while artifacts cannot be written, or cannot be removed in time. */
  readonly failing: boolean;
  /** Switches capture. What was captured before is still written. @param source What asked for it, for the report. */
  enable(enabled: boolean, source: string): void;
  /** Takes a request that has ended. Only a reference is kept; it is redacted and written later, unless newer ones push it out. */
  record(capture: TraceCapture): void;
  /** The state and the artifacts, newest first. */
  list(): Promise<TraceBufferState>;
  /** The newest artifact of a request; undefined when there is none, or what is there is no artifact. */
  read(requestId: string): Promise<TraceArtifact | undefined>;
  /**
   * Removes artifacts, and lets go of captures that wait. Default: all.
   * @returns how many. @throws when the folder cannot be read or something cannot be removed.
   */
  purge(options?: { readonly olderThanSeconds?: number | undefined }): Promise<number>;
  /** Resolves when all that was recorded is written, and what is in the folder is known. */
  flush(): Promise<void>;
  /** Writes what waits, reports what was pruned, and stops its timers. */
  close(): Promise<void>;
}

/**
 * Opens a buffer. Returns at once: what earlier processes left is swept afterwards, a few files at a time.
 * @example
 * const buffer = openTraceBuffer({ folder: '.codex-api/trace-buffer', enabled: true, redactor: createRedactor() });
 */
export function openTraceBuffer(options: TraceBufferOptions): TraceBuffer {
  return new FolderTraceBuffer(withDefaults(options));
}

class FolderTraceBuffer implements TraceBuffer {
  readonly #options: ResolvedOptions;
  readonly #folder: TraceFolder;
  readonly #index: ArtifactIndex;
  readonly #sweeper: Sweeper;
  readonly #tally: PruneTally;
  readonly #health: BufferHealth;
  readonly #pending: PendingCaptures;
  readonly #loop: WriteLoop;
  readonly #timers: NodeJS.Timeout[] = [];
  #sweeping: Promise<void>;
  #writing: string | undefined;
  #closed = false;
  enabled = false;

  constructor(options: ResolvedOptions) {
    const { folder, maxFiles, nowMs, mayExpire, monotonicMs, pace, sweepIntervalMs, retryMs } = options;
    this.#options = options;
    // What is written and removed later is no request's doing, though a request may have set it going.
    const outside = AsyncLocalStorage.snapshot();
    this.#folder = new TraceFolder(folder);
    this.#index = new ArtifactIndex((count) => quietly(() => options.onEntries?.(count)));
    this.#tally = new PruneTally((prune) => {
      outside(() => options.onPrune?.(prune));
    });
    this.#health = new BufferHealth(
      {
        onWriteError: options.onWriteError,
        onFailure: (failure) => {
          outside(() => options.onFailure?.(failure));
        },
        onRecover: (recovery) => {
          outside(() => options.onRecover?.(recovery));
        },
      },
      monotonicMs,
    );
    this.#sweeper = new Sweeper({
      folder: this.#folder,
      index: this.#index,
      limits: options,
      nowMs,
      mayExpire,
      monotonicMs,
      onRemoved: (reason, bytes) => {
        this.#tally.add(reason, bytes);
      },
      isBeingWritten: (name) => name === this.#writing,
    });
    this.#loop = new WriteLoop({ pace, monotonicMs, writeNext: async () => this.#writeNext() });
    this.#pending = new PendingCaptures(
      { maxCount: maxFiles, maxBytes: MAX_PENDING_BYTES, available: () => this.#loop.available() },
      () => {
        this.#tally.add('superseded', 0);
      },
    );
    this.enable(options.enabled, 'environment');
    this.#sweeping = nextTurn().then(async () => this.#sweepQuietly());
    this.#every(sweepIntervalMs, () => void this.#sweepInTurn());
    this.#every(retryMs, () => void this.#retry());
  }

  get wantsPayloads(): boolean {
    return this.enabled && this.#pending.hasPlace;
  }

  get failing(): boolean {
    return (this.enabled && this.#health.failing('write')) || this.#health.failing('sweep');
  }

  enable(enabled: boolean, source: string): void {
    const from = this.enabled;
    if (from === enabled) return;
    this.enabled = enabled;
    quietly(() => this.#options.onToggle?.({ from, to: enabled, source }));
  }

  record(capture: TraceCapture): void {
    if (!this.enabled || this.#closed) return;
    this.#pending.push(capture);
    this.#loop.wake();
  }

  async list(): Promise<TraceBufferState> {
    await this.#sweeping;
    // What cannot be looked at is shown as it was last known: the state must be readable, and capture be switched, on a disk that fails.
    await this.#sweeper.verify().catch((error: unknown) => {
      this.#health.failed('sweep', error);
    });
    const { maxFiles, ttlHours } = this.#options;
    const artifacts = this.#index.list().map(({ requestId, endedAtMs, bytes }) => ({
      request_id: requestId,
      timestamp: new Date(endedAtMs).toISOString(),
      bytes,
    }));
    return { enabled: this.enabled, entries: artifacts.length, max_files: maxFiles, ttl_hours: ttlHours, artifacts: artifacts.reverse() };
  }

  async read(requestId: string): Promise<TraceArtifact | undefined> {
    if (!isRequestId(requestId)) return undefined;
    await this.#sweeping;
    const entry = this.#index.find(requestId);
    if (entry === undefined) return undefined;
    const text = await this.#folder.read(entry.name, this.#options.maxArtifactBytes);
    if (text === undefined) this.#index.delete(entry.name);
    return text === undefined ? undefined : parseArtifact(text);
  }

  async purge(options: { readonly olderThanSeconds?: number | undefined } = {}): Promise<number> {
    const { olderThanSeconds } = options;
    const beforeMs = olderThanSeconds === undefined ? Number.POSITIVE_INFINITY : this.#options.nowMs() - olderThanSeconds * 1_000;
    let purged = this.#pending.drop(beforeMs);
    for (let dropped = 0; dropped < purged; dropped += 1) this.#tally.add('purge', 0);
    await this.#loop.settled();
    await this.#sweepInTurn();
    try {
      for (const entry of this.#index.list()) {
        if (entry.atMs < beforeMs && (await this.#sweeper.remove(entry, 'purge'))) purged += 1;
      }
    } catch (error) {
      this.#health.failed('sweep', error);
      throw asError(error);
    } finally {
      this.#tally.report();
    }
    return purged;
  }

  async flush(): Promise<void> {
    await this.#loop.drain();
    await this.#sweeping;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#loop.drain();
    this.#sweeper.stop();
    await this.#sweeping;
    this.#tally.report();
  }

  async #writeNext(): Promise<boolean> {
    const capture = this.#pending.shift();
    if (capture === undefined) return false;
    try {
      const entry = await this.#write(capture);
      this.#health.succeeded('write');
      this.#index.add(entry);
    } catch (error) {
      this.#health.lost();
      if (!(error instanceof TraceRefusedError)) this.#health.failed('write', error);
      return true;
    }
    try {
      await this.#sweeper.pruneAfterWrite();
    } catch (error) {
      this.#health.failed('sweep', error);
    }
    return true;
  }

  async #write(capture: TraceCapture): Promise<Entry> {
    const { requestId, endedAtMs } = capture;
    const { redactor, redactText, maxArtifactBytes, maxFiles } = this.#options;
    const name = artifactName(requestId, endedAtMs);
    if (name === undefined) throw new TraceRefusedError('the request id is not ours, or the time is none');
    if (this.#health.failing('sweep') && this.#index.size >= maxFiles)
      throw new TraceRefusedError(`there are ${maxFiles} artifacts, and none can be removed`);
    const text = await renderArtifact(capture, { redactor, hide: redactText, maxBytes: maxArtifactBytes, breathe: this.#breather() });
    this.#writing = temporaryName(name);
    try {
      await this.#folder.write(name, text);
    } finally {
      this.#writing = undefined;
    }
    return { name, requestId, endedAtMs, atMs: endedAtMs, bytes: Buffer.byteLength(text) };
  }

  #breather(): () => Promise<void> | undefined {
    const { monotonicMs } = this.#options;
    let startedAtMs = monotonicMs();
    return () => {
      if (monotonicMs() - startedAtMs < RENDER_SLICE_MS) return undefined;
      return nextTurn().then(() => {
        startedAtMs = monotonicMs();
      });
    };
  }

  /** One sweep after another. @throws what keeps the folder from being swept. */
  async #sweepInTurn(): Promise<void> {
    const swept = this.#sweeping.then(async () => this.#sweep());
    this.#sweeping = swept.catch(() => undefined);
    await swept;
  }

  async #sweepQuietly(): Promise<void> {
    await this.#sweep().catch(() => undefined);
  }

  async #sweep(): Promise<void> {
    try {
      await this.#sweeper.sweep();
      this.#health.succeeded('sweep');
    } catch (error) {
      this.#health.failed('sweep', error);
      throw asError(error);
    }
  }

  /** Without requests, nothing else would find out that the disk has room again. */
  async #retry(): Promise<void> {
    if (this.#health.failing('sweep')) await this.#sweepInTurn().catch(() => undefined);
    if (!this.#health.failing('write') || this.#writing !== undefined) return;
    try {
      await this.#folder.probe(PROBE_TEXT, this.#options.nowMs());
      this.#health.succeeded('write');
    } catch (error) {
      this.#health.failed('write', error);
    }
  }

  #every(intervalMs: number, run: () => void): void {
    this.#timers.push(setInterval(run, intervalMs).unref());
  }
}

function parseArtifact(text: string): TraceArtifact | undefined {
  try {
    return traceArtifactSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
