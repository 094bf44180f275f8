import type { MaintenanceState } from '@codex-proxy/contracts';

export interface FileFailure {
  readonly operation: 'read' | 'write';
  readonly error: Error;
}

export interface StateWriterOptions {
  readonly write: (state: MaintenanceState) => Promise<void>;
  /** A write that was asked for failed; repeated attempts at the same state are not reported again. */
  readonly onFailure: (error: Error) => void;
  readonly onWritten?: () => void;
}

/** A disk that failed is tried again after this long. */
const RETRY_MS = 30_000;
/** Nobody waits longer for a disk that hangs. */
const PATIENCE_MS = 5_000;

/** Writes one state at a time, and of those that come meanwhile the last alone. */
export class StateWriter {
  readonly #options: StateWriterOptions;
  #wanted: MaintenanceState | undefined;
  #written: MaintenanceState | undefined;
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #reported: MaintenanceState | undefined;

  constructor(options: StateWriterOptions) {
    this.#options = options;
  }

  /** Whether what was last to be kept is on disk. */
  get done(): boolean {
    return this.#wanted === this.#written;
  }

  /** Resolves when `state`, or one that came after it, is on disk, has failed to get there, or takes too long; never rejects. */
  async keep(state: MaintenanceState): Promise<void> {
    this.#wanted = state;
    if (this.done) return;
    await within(PATIENCE_MS, this.#enqueue());
  }

  /** Resolves when nothing is under way; failed writes are not tried again. */
  async close(): Promise<void> {
    await within(PATIENCE_MS, this.#waiting ?? this.#running);
    clearTimeout(this.#retry);
  }

  #enqueue(): Promise<void> {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined;
      this.#running = this.#attempt();
      return this.#running;
    });
    return this.#waiting;
  }

  async #attempt(): Promise<void> {
    const state = this.#wanted;
    if (state === undefined || this.done) return;
    clearTimeout(this.#retry);
    // Until it is known better, the file may hold either.
    this.#written = undefined;
    try {
      await this.#options.write(state);
      this.#written = state;
      this.#options.onWritten?.();
    } catch (error) {
      this.#retry = setTimeout(() => void this.#enqueue(), RETRY_MS).unref();
      if (this.#reported === state) return;
      this.#reported = state;
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const patience = Promise.withResolvers<undefined>();
  const timer = setTimeout(patience.resolve, ms, undefined);
  await Promise.race([work, patience.promise]);
  clearTimeout(timer);
}
