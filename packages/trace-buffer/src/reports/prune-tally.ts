import { TRACE_PRUNE_REASONS, type TracePrune, type TracePruneReason } from '@codex-proxy/contracts';
import { quietly } from './quietly.ts';

interface Sum {
  count: number;
  bytes: number;
}

/** Adds up what was pruned, and reports it a reason at a time, at most once in an interval: under load something goes with each write. */
export class PruneTally {
  readonly #onPrune: (prune: TracePrune) => void;
  readonly #intervalMs: number;
  readonly #sums = new Map<TracePruneReason, Sum>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onPrune: (prune: TracePrune) => void, intervalMs = 1_000) {
    this.#onPrune = onPrune;
    this.#intervalMs = intervalMs;
  }

  add(reason: TracePruneReason, bytes: number): void {
    const sum = this.#sums.get(reason);
    if (sum === undefined) this.#sums.set(reason, { count: 1, bytes });
    else {
      sum.count += 1;
      sum.bytes += bytes;
    }
    this.#timer ??= setTimeout(() => this.report(), this.#intervalMs).unref();
  }

  /** Reports what there is now. */
  report(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const reason of TRACE_PRUNE_REASONS) {
      const sum = this.#sums.get(reason);
      if (sum !== undefined) quietly(() => this.#onPrune({ reason, ...sum }));
    }
    this.#sums.clear();
  }
}
