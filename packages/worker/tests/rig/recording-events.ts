import type { WorkerEvents } from '@codex-proxy/contracts';

type EventName = keyof WorkerEvents;
type EventOf<N extends EventName> = Parameters<WorkerEvents[N]>[0];
type Kept = { readonly [N in EventName]: EventOf<N>[] };

/** Keeps every event of a supervisor, and lets a test wait for one. */
export class RecordingEvents implements WorkerEvents {
  readonly kept: Kept = {
    onStateChange: [],
    onStarting: [],
    onStarted: [],
    onStartFailed: [],
    onExited: [],
    onBackoff: [],
    onRestart: [],
    onRecycling: [],
    onRecycled: [],
    onRecycleFailed: [],
    onUnresponsive: [],
    onStderr: [],
    onProtocolError: [],
    onServerRequest: [],
  };
  readonly #changed = new Set<() => void>();

  readonly onStateChange = (event: EventOf<'onStateChange'>): void => this.#keep(this.kept.onStateChange, event);
  readonly onStarting = (event: EventOf<'onStarting'>): void => this.#keep(this.kept.onStarting, event);
  readonly onStarted = (event: EventOf<'onStarted'>): void => this.#keep(this.kept.onStarted, event);
  readonly onStartFailed = (event: EventOf<'onStartFailed'>): void => this.#keep(this.kept.onStartFailed, event);
  readonly onExited = (event: EventOf<'onExited'>): void => this.#keep(this.kept.onExited, event);
  readonly onBackoff = (event: EventOf<'onBackoff'>): void => this.#keep(this.kept.onBackoff, event);
  readonly onRestart = (event: EventOf<'onRestart'>): void => this.#keep(this.kept.onRestart, event);
  readonly onRecycling = (event: EventOf<'onRecycling'>): void => this.#keep(this.kept.onRecycling, event);
  readonly onRecycled = (event: EventOf<'onRecycled'>): void => this.#keep(this.kept.onRecycled, event);
  readonly onRecycleFailed = (event: EventOf<'onRecycleFailed'>): void => this.#keep(this.kept.onRecycleFailed, event);
  readonly onUnresponsive = (event: EventOf<'onUnresponsive'>): void => this.#keep(this.kept.onUnresponsive, event);
  readonly onStderr = (event: EventOf<'onStderr'>): void => this.#keep(this.kept.onStderr, event);
  readonly onProtocolError = (event: EventOf<'onProtocolError'>): void => this.#keep(this.kept.onProtocolError, event);
  readonly onServerRequest = (event: EventOf<'onServerRequest'>): void => this.#keep(this.kept.onServerRequest, event);

  /** Resolves with the `count`-th event of that name, which may be past already. */
  async nth<N extends EventName>(name: N, count: number): Promise<EventOf<N>> {
    return new Promise((resolve) => {
      const check = (): void => {
        const event: EventOf<N> | undefined = this.kept[name][count - 1];
        if (event === undefined) return;
        this.#changed.delete(check);
        resolve(event);
      };
      this.#changed.add(check);
      check();
    });
  }

  /** The states that were passed through, in order. */
  get states(): string[] {
    return this.kept.onStateChange.map((change) => change.to);
  }

  #keep<E>(list: E[], event: E): void {
    list.push(event);
    for (const check of this.#changed) check();
  }
}
