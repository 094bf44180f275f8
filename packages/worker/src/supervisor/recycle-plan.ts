import type { WorkerRecycleReason } from '@codex-proxy/contracts';
import { Backoff } from './backoff.ts';

export interface RecyclePlanOptions {
  /** Resident memory above which a worker is replaced; 0 for no limit. */
  readonly maxResidentBytes: number;
  /** Turns after which it is; 0 for no limit. */
  readonly maxTurns: number;
  /** Delays after successors that failed to start. */
  readonly backoff: { readonly initialMs: number; readonly maxMs: number };
  /** What a worker serves at least before its memory counts; doubles while successors need as much. */
  readonly stableMs: number;
}

const MAX_MEMORY_PAUSE_MS = 600_000;

/** Decides when the serving worker is to be replaced. */
export class RecyclePlan {
  readonly #options: RecyclePlanOptions;
  readonly #failures: Backoff;
  readonly #memoryPauses: Backoff;
  #memoryPauseMs: number;
  #servingSinceMs = 0;
  #notBeforeMs = 0;
  #turns = 0;

  constructor(options: RecyclePlanOptions) {
    const { backoff, stableMs } = options;
    this.#options = options;
    this.#failures = new Backoff(backoff);
    this.#memoryPauses = new Backoff({ initialMs: stableMs, maxMs: Math.max(MAX_MEMORY_PAUSE_MS, stableMs) });
    this.#memoryPauseMs = this.#memoryPauses.next();
  }

  /** Turns that the serving worker was given. */
  get turns(): number {
    return this.#turns;
  }

  /** A worker serves from now on. */
  serving(nowMs: number): void {
    this.#servingSinceMs = nowMs;
    this.#turns = 0;
  }

  /** It was given a turn. @returns whether it has had all that it may have. */
  turnBegun(): boolean {
    this.#turns += 1;
    return this.#hasServedEnough();
  }

  /** @param residentBytes Asked for only where it matters. */
  due(nowMs: number, residentBytes: () => number): WorkerRecycleReason | undefined {
    if (nowMs < this.#notBeforeMs) return undefined;
    if (this.#hasServedEnough()) return 'turns';
    const { maxResidentBytes } = this.#options;
    if (maxResidentBytes === 0 || nowMs - this.#servingSinceMs < this.#memoryPauseMs) return undefined;
    return residentBytes() > maxResidentBytes ? 'memory' : undefined;
  }

  succeeded(reason: WorkerRecycleReason, nowMs: number): void {
    this.#failures.reset();
    this.#notBeforeMs = 0;
    if (reason !== 'memory') return;
    // A limit below what any worker needs must not have them replaced all the time.
    if (nowMs - this.#servingSinceMs > 2 * this.#memoryPauseMs) this.#memoryPauses.reset();
    this.#memoryPauseMs = this.#memoryPauses.next();
  }

  /** @returns when it is tried again; undefined for never, when only an operator wanted it. */
  failed(reason: WorkerRecycleReason, nowMs: number): number | undefined {
    if (reason === 'demand') return undefined;
    const delayMs = this.#failures.next();
    this.#notBeforeMs = nowMs + delayMs;
    return delayMs;
  }

  #hasServedEnough(): boolean {
    const { maxTurns } = this.#options;
    return maxTurns > 0 && this.#turns >= maxTurns;
  }
}
