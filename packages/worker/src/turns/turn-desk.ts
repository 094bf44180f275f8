import type { RpcChannel } from '../channel/rpc-channel.ts';
import { Roster } from '../register/roster.ts';
import { Admission } from './admission.ts';
import { IsolatedObserver } from './isolated-observer.ts';
import type { Turn, TurnFailure, TurnObserver, TurnRequest } from './turn-request.ts';
import { TurnRun, type TurnScheduler } from './turn-run.ts';
import type { TurnSettings } from './turn-settings.ts';

const WATCH_INTERVAL_MS = 200;
/** While the worker leaves as much of its input unread, no turn begins. */
const MAX_UNTAKEN_BYTES = 67_108_864;
const QUEUE_FULL: TurnFailure = { code: 'queue_full', message: 'Too many requests are waiting.' };

export interface TurnDeskOptions {
  readonly maxConcurrency: number;
  readonly maxQueue: number;
  readonly settings: TurnSettings;
  /** A turn is given to the serving worker. */
  readonly onBegin?: () => void;
}

/** The worker that turns are given to. */
export interface ServingWorker {
  readonly channel: RpcChannel;
  readonly pid: number;
}

/**
 * Holds every turn from its submission until the worker has let go of it, whichever worker that is. New turns go to the one that was opened
 * last; others keep those that they have.
 */
export class TurnDesk {
  readonly #settings: TurnSettings;
  readonly #admission: Admission;
  /** Every run that the worker may still hold something of. */
  readonly #runs = new Roster<TurnRun>();
  readonly #scheduler: TurnScheduler;
  #submitted = 0;
  #worker: ServingWorker | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;
  readonly #onLetGo = new Map<RpcChannel, () => void>();

  constructor(options: TurnDeskOptions) {
    const { maxConcurrency, maxQueue, settings, onBegin } = options;
    this.#settings = settings;
    this.#admission = new Admission({
      maxConcurrency,
      maxQueue,
      accepts: () => (this.#worker?.channel.untakenBytes ?? 0) < MAX_UNTAKEN_BYTES,
      begin: (run) => {
        if (this.#worker === undefined) return;
        run.begin(this.#worker.channel, this.#worker.pid);
        onBegin?.();
      },
    });
    this.#scheduler = {
      withdraw: (run) => {
        this.#admission.withdraw(run);
      },
      release: (run) => {
        this.#admission.release(run);
        if (this.#admission.inflight.size === 0) this.#onIdle?.();
      },
      settled: (run) => {
        this.#runs.delete(run);
        if (this.#runs.size === 0) this.#stopWatch();
        for (const channel of [...this.#onLetGo.keys()]) this.#tellLetGo(channel);
      },
    };
  }

  get inflight(): number {
    return this.#admission.inflight.size;
  }

  get queueDepth(): number {
    return this.#admission.queued.size;
  }

  /** @param refusal Why no turn is taken now, if so. */
  submit(request: TurnRequest, observer: TurnObserver, refusal: TurnFailure | undefined): Turn {
    this.#submitted += 1;
    const run = new TurnRun(this.#submitted, request, new IsolatedObserver(observer), this.#settings, this.#scheduler);
    if (refusal !== undefined) run.fail(refusal, { workerLost: true });
    else {
      this.#runs.add(run);
      this.#watchTimer ??= setInterval(() => {
        this.#watch();
      }, WATCH_INTERVAL_MS);
      if (!this.#admission.submit(run)) run.fail(QUEUE_FULL, { workerLost: true });
    }
    return run;
  }

  /** A worker serves: what waits begins there, and all that comes. */
  open(worker: ServingWorker): void {
    this.#worker = worker;
    this.#admission.open();
  }

  /** The serving worker has taken what was written to it: what waited for that begins. */
  resume(): void {
    this.#admission.refill();
  }

  /** Nothing begins any more; it waits. */
  close(): void {
    this.#admission.close();
  }

  /** Turns that the worker at the other end of `channel` may still hold something of. */
  turnsOn(channel: RpcChannel): number {
    return this.#runsOn(channel).length;
  }

  /** Calls `then` once when the worker at the other end of `channel`, to which no new turns go, has let go of all; not if it is lost first. */
  whenLetGo(channel: RpcChannel, then: () => void): void {
    this.#onLetGo.set(channel, then);
    this.#tellLetGo(channel);
  }

  /**
   * The worker at the other end of `channel` is gone. Turns that the model may have been asked fail with `failure`; the others wait for the
   * next worker, or begin on the one that serves.
   * @returns how many failed.
   */
  workerLost(channel: RpcChannel, failure: TurnFailure): number {
    this.#onLetGo.delete(channel);
    if (this.#worker?.channel === channel) {
      this.#admission.close();
      this.#worker = undefined;
    }
    const begun = this.#runsOn(channel);
    const again = begun.filter((run) => run.restartable);
    const lost = begun.filter((run) => !again.includes(run));
    const failed = lost.filter((run) => this.#admission.inflight.has(run)).length;
    for (const run of again) run.requeue();
    this.#admission.requeue(again);
    for (const run of lost) run.fail(failure, { workerLost: true });
    if (this.#admission.inflight.size === 0) this.#onIdle?.();
    return failed;
  }

  failQueued(failure: TurnFailure): void {
    for (const run of [...this.#admission.queued]) {
      this.#admission.withdraw(run);
      run.fail(failure, { workerLost: true });
    }
  }

  failAll(failure: TurnFailure): void {
    this.failQueued(failure);
    for (const run of [...this.#runs]) run.fail(failure, { workerLost: true });
  }

  /** Resolves when no turn is in flight, or after `graceMs`. */
  async idle(graceMs: number): Promise<void> {
    if (this.#admission.inflight.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #runsOn(channel: RpcChannel): TurnRun[] {
    return [...this.#runs].filter((run) => run.isOn(channel));
  }

  #tellLetGo(channel: RpcChannel): void {
    if (this.turnsOn(channel) > 0) return;
    const then = this.#onLetGo.get(channel);
    this.#onLetGo.delete(channel);
    then?.();
  }

  #watch(): void {
    const nowMs = this.#settings.monotonicMs();
    for (const run of this.#runs) run.checkTime(nowMs);
  }

  #stopWatch(): void {
    clearInterval(this.#watchTimer);
    this.#watchTimer = undefined;
  }
}
