import type { WorkerUnresponsiveReason } from '@codex-proxy/contracts';

/** What can be seen of a worker's attention from outside. */
export interface VitalSigns {
  /** Reads from it so far. */
  readonly reads: number;
  /** Whether it has yet to take some of its input. */
  readonly untaken: boolean;
  /** Writes that it has taken whole so far. */
  readonly taken: number;
}

export interface VigilOptions {
  /** Silence after which it is asked for a sign of life; and what it gets to answer. */
  readonly patienceMs: number;
  /** Time between two looks, as intended. */
  readonly intervalMs: number;
}

export type VigilFinding = { readonly ask: true } | { readonly dead: WorkerUnresponsiveReason; readonly silentMs: number };

/**
 * Tells a worker that is deaf from one that waits for its provider, or for work: it is asked something that costs nothing, and only when it
 * does not answer that is it given up. Idle ones are asked, too, or the next client would find out. Time counts by looks: when the looks themselves come late, since this process was held up or
 * frozen, so may be what the worker has said.
 */
export class Vigil {
  readonly #options: VigilOptions;
  #lookedAtMs: number;
  #reads = 0;
  #taken = 0;
  #silentMs = 0;
  #stuckMs = 0;
  #asked = false;

  constructor(options: VigilOptions, nowMs: number) {
    this.#options = options;
    this.#lookedAtMs = nowMs;
  }

  look(signs: VitalSigns, nowMs: number): VigilFinding | undefined {
    const { patienceMs, intervalMs } = this.#options;
    const passedMs = Math.min(nowMs - this.#lookedAtMs, 2 * intervalMs);
    this.#lookedAtMs = nowMs;
    this.#stuckMs = signs.untaken && signs.taken === this.#taken ? this.#stuckMs + passedMs : 0;
    this.#taken = signs.taken;
    if (signs.reads !== this.#reads) {
      this.#silentMs = 0;
      this.#asked = false;
    } else this.#silentMs += passedMs;
    this.#reads = signs.reads;
    if (this.#stuckMs >= 2 * patienceMs) return { dead: 'input_blocked', silentMs: this.#stuckMs };
    if (this.#asked && this.#silentMs >= 2 * patienceMs) return { dead: 'silent', silentMs: this.#silentMs };
    if (this.#asked || this.#silentMs < patienceMs) return undefined;
    this.#asked = true;
    return { ask: true };
  }
}
