import type { RpcChannel } from '../channel/rpc-channel.ts';
import { Admission } from './admission.ts';
import { IsolatedObserver } from './isolated-observer.ts';
import type { Turn, TurnFailure, TurnObserver, TurnRequest } from './turn-request.ts';
import { TurnRun, type TurnScheduler } from './turn-run.ts';
import type { TurnSettings } from './turn-settings.ts';

const WATCH_INTERVAL_MS = 200;
const QUEUE_FULL: TurnFailure = { code: 'queue_full', message: 'Too many requests are waiting.' };

export interface TurnDeskOptions {
  readonly maxConcurrency: number;
  readonly maxQueue: number;
  readonly settings: TurnSettings;
}

/** The worker that turns are given to. */
export interface ServingWorker {
  readonly channel: RpcChannel;
  readonly pid: number;
}

/** Holds every turn from its submission until the worker has let go of it, whichever worker that is. */
export class TurnDesk {
  readonly #settings: TurnSettings;
  readonly #admission: Admission;
  /** Every run that the worker may still hold something of. */
  readonly #runs = new Set<TurnRun>();
  readonly #scheduler: TurnScheduler;
  #worker: ServingWorker | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: TurnDeskOptions) {
    const { maxConcurrency, maxQueue, settings } = options;
    this.#settings = settings;
    this.#admission = new Admission({
      maxConcurrency,
      maxQueue,
      begin: (run) => {
        if (this.#worker !== undefined) run.begin(this.#worker.channel, this.#worker.pid);
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
    const run = new TurnRun(request, new IsolatedObserver(observer), this.#settings, this.#scheduler);
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

  /** A worker serves: what waits begins. */
  open(worker: ServingWorker): void {
    this.#worker = worker;
    this.#admission.open();
  }

  /** Nothing begins any more; it waits. */
  close(): void {
    this.#admission.close();
  }

  /**
   * The worker is gone. Turns that the model may have been asked fail with `failure`; the others wait for the next worker.
   * @returns how many failed.
   */
  workerLost(failure: TurnFailure): number {
    this.#admission.close();
    this.#worker = undefined;
    const begun = [...this.#runs].filter((run) => !this.#admission.queued.has(run));
    const again = begun.filter((run) => run.restartable);
    for (const run of again) run.requeue();
    this.#admission.requeue(again);
    const failed = this.#admission.inflight.size;
    for (const run of begun) {
      if (!again.includes(run)) run.fail(failure, { workerLost: true });
    }
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

  #watch(): void {
    const nowMs = this.#settings.monotonicMs();
    for (const run of this.#runs) run.checkTime(nowMs);
  }

  #stopWatch(): void {
    clearInterval(this.#watchTimer);
    this.#watchTimer = undefined;
  }
}
