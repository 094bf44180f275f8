/** Who waits for news of which run. */
export class Watches {
  readonly #watches = new Map<string, Set<Watch>>();

  /** Something of the run was committed. */
  notify(runId: string): void {
    for (const watch of this.#watches.get(runId) ?? []) watch.notify();
  }

  open(runId: string): Watch {
    const watches = this.#watches.get(runId) ?? new Set();
    this.#watches.set(runId, watches);
    const watch = new Watch(() => {
      watches.delete(watch);
      if (watches.size === 0) this.#watches.delete(runId);
    });
    watches.add(watch);
    return watch;
  }
}

/** News between two waits are not missed: the next wait ends at once. */
export class Watch {
  readonly close: () => void;
  #hasNews = false;
  #wake: (() => void) | undefined;

  constructor(close: () => void) {
    this.close = close;
  }

  notify(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  /** Resolves to whether there is news since the last call; without news, after `timeoutMs` or when `signal` is aborted. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#hasNews && !signal.aborted) await this.#wait(timeoutMs, signal);
    const hadNews = this.#hasNews;
    this.#hasNews = false;
    return hadNews;
  }

  async #wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => resolve(undefined);
    const timer = setTimeout(wake, timeoutMs);
    signal.addEventListener('abort', wake);
    this.#wake = wake;
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
    this.#wake = undefined;
  }
}
