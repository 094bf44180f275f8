import { Roster, type ReadonlyRoster } from '../register/roster.ts';
import type { TurnRun } from './turn-run.ts';

export interface AdmissionOptions {
  readonly maxConcurrency: number;
  readonly maxQueue: number;
  /** Whether the worker takes more just now; `refill` when it does again. Default: always. */
  readonly accepts?: () => boolean;
  /** Starts the run; called only while open. */
  readonly begin: (run: TurnRun) => void;
}

/** Slots and a queue in order of arrival. While closed (no worker), everything waits in the queue. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #queue = new Roster<TurnRun>();
  readonly #inflight = new Roster<TurnRun>();
  #open = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get inflight(): ReadonlyRoster<TurnRun> {
    return this.#inflight;
  }

  get queued(): ReadonlyRoster<TurnRun> {
    return this.#queue;
  }

  /** @returns false when the queue is full. */
  submit(run: TurnRun): boolean {
    if (this.#canBegin() && this.#queue.size === 0) {
      this.#inflight.add(run);
      this.#options.begin(run);
      return true;
    }
    if (this.#queue.size >= this.#options.maxQueue) return false;
    this.#queue.add(run);
    return true;
  }

  /** Puts runs whose worker was lost before they began in front of the others; they had a place already. They begin where another serves. */
  requeue(runs: readonly TurnRun[]): void {
    const behind = [...this.#queue];
    this.#queue.clear();
    for (const run of runs) this.#inflight.delete(run);
    for (const run of [...runs, ...behind]) this.#queue.add(run);
    this.#fill();
  }

  withdraw(run: TurnRun): void {
    this.#queue.delete(run);
  }

  release(run: TurnRun): void {
    if (this.#inflight.delete(run)) this.#fill();
  }

  open(): void {
    this.#open = true;
    this.#fill();
  }

  refill(): void {
    this.#fill();
  }

  close(): void {
    this.#open = false;
  }

  #canBegin(): boolean {
    const { maxConcurrency, accepts } = this.#options;
    return this.#open && this.#inflight.size < maxConcurrency && accepts?.() !== false;
  }

  #fill(): void {
    for (const run of this.#queue) {
      if (!this.#canBegin()) return;
      this.#queue.delete(run);
      this.#inflight.add(run);
      this.#options.begin(run);
    }
  }
}
