import { AsyncLocalStorage } from 'node:async_hooks';
import type { MaintenanceChange, MaintenanceSource, MaintenanceState, MaintenanceToggle } from '@codex-proxy/contracts';
import { isolate } from './isolate.ts';
import { readState, writeState } from './state-file.ts';
import { StateWriter, type FileFailure } from './state-writer.ts';

export interface MaintenanceOptions {
  /** Where the state is kept, such as `.codex-api/maintenance.json`; the file has mode 0600. */
  readonly path: string;
  /** `PROXY_MAINTENANCE_MODE`: on at every start, whatever is kept. It is not kept itself: unset, it has no effect. */
  readonly initiallyOn: boolean;
  /** `PROXY_MAINTENANCE_RETRY_AFTER_S`: what clients are told to wait where a toggle does not say it. */
  readonly retryAfterSeconds: number;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Reason and author pass through it before they are kept, reported or shown. */
  readonly redactText: (text: string) => string;
  /** It was switched, or its terms changed. Also called while it opens, for what the start itself changes. */
  readonly onChange: (change: MaintenanceChange) => void;
  /** What is kept cannot be read (it then counts as on) or written (the state then ends with the process). */
  readonly onFileFailure: (failure: FileFailure) => void;
  /** After a failure, what was last switched is on disk again. Default: nobody is told. */
  readonly onFileRecovery?: () => void;
}

/** What a client that is refused is told. */
export interface MaintenanceNotice {
  /** The state's own, or what is left until the expiry if that is less. */
  readonly retryAfterSeconds: number;
  readonly message: string;
}

/** The wall clock can be set: it is looked at this often, however far the expiry is. */
const WATCH_MS = 30_000;

const UNREADABLE = 'The kept maintenance state could not be read.';
const EXPIRED = 'The maintenance expired.';

/** The switch. See `openMaintenance`. */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  readonly #report: (change: MaintenanceChange) => void;
  readonly #writer: StateWriter;
  /** An expiry belongs to no request, whichever set its timer or met it first. */
  readonly #outsideRequests = AsyncLocalStorage.snapshot();
  #state: MaintenanceState;
  #expiresAtMs = Infinity;
  #fileFailed = false;
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    this.#report = isolate(options.onChange);
    const reportFailure = isolate(options.onFileFailure);
    const reportRecovery = isolate(() => options.onFileRecovery?.());
    const onFileFailure = (failure: FileFailure): void => {
      this.#fileFailed = true;
      reportFailure(failure);
    };
    this.#writer = new StateWriter({
      write: async (state) => writeState(options.path, state),
      onFailure: (error) => {
        onFileFailure({ operation: 'write', error });
      },
      onWritten: () => {
        if (this.#fileFailed) reportRecovery();
        this.#fileFailed = false;
      },
    });
    this.#state = this.#stateWith({ enabled: false });
    try {
      this.#resume(readState(options.path));
    } catch (error) {
      onFileFailure({ operation: 'read', error: error instanceof Error ? error : new Error(String(error)) });
      // What cannot be read stays as it is, for whoever looks into it, until a toggle replaces it.
      this.#become(this.#stateWith({ enabled: true, reason: UNREADABLE, since: this.#now() }), 'corrupt_file');
    }
    if (options.initiallyOn && !this.enabled) this.#become(this.#stateWith({ enabled: true, since: this.#now() }), 'environment');
  }

  /** Whether clients are refused. Costs nothing: it is asked with every request. */
  get enabled(): boolean {
    return this.#state.enabled;
  }

  /** Whether what was last switched is on disk; false after a write that failed, which is repeated until it succeeds. */
  get persisted(): boolean {
    return this.#writer.done;
  }

  /** The state now. */
  state(): MaintenanceState {
    this.#expireIfDue();
    return this.#state;
  }

  /** What to tell a client; undefined while it is off. */
  notice(): MaintenanceNotice | undefined {
    const { enabled, reason, retry_after_seconds: retryAfterSeconds } = this.state();
    if (!enabled) return undefined;
    const remainingSeconds = Math.ceil((this.#expiresAtMs - this.#options.nowMs()) / 1_000);
    return {
      retryAfterSeconds: Math.max(1, Math.min(retryAfterSeconds, remainingSeconds)),
      message: reason === undefined || reason === '' ? 'The proxy is in maintenance.' : `The proxy is in maintenance: ${reason}`,
    };
  }

  /**
   * Switches it. The request gives all the terms: what it leaves out is the default. In effect for the next request, before this
   * returns; the promise resolves with the state that it made, when that is on disk, or as far as `persisted` says. The same terms
   * again change nothing.
   */
  async toggle(request: MaintenanceToggle): Promise<MaintenanceState> {
    this.#expireIfDue();
    const { enabled, reason, author, retry_after_seconds, expires_in_seconds: expiresInSeconds } = request;
    const redacted = (text: string | undefined): string | undefined => (text === undefined ? undefined : this.#options.redactText(text));
    const state = this.#stateWith({
      enabled,
      reason: redacted(reason),
      author: redacted(author),
      since: enabled === this.enabled ? (this.#state.since ?? this.#now()) : this.#now(),
      retry_after_seconds,
      expires_at: enabled && expiresInSeconds !== undefined ? this.#now(expiresInSeconds) : undefined,
    });
    if (!haveSameTerms(state, this.#state)) this.#become(state, 'endpoint');
    const made = this.#state;
    // Also what changes nothing: it may be on by the environment alone, or not have been kept.
    await this.#writer.keep(made);
    return made;
  }

  /** Stops the timers and waits for what is being written. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#watch);
    await this.#writer.close();
  }

  #resume(kept: MaintenanceState | undefined): void {
    if (kept === undefined) return;
    const { redactText } = this.#options;
    const { reason, author, expires_at, ...rest } = kept;
    this.#set(
      this.#stateWith({
        ...rest,
        // The rules may have become stricter, and a hand may have been at the file.
        reason: reason === undefined ? undefined : redactText(reason),
        author: author === undefined ? undefined : redactText(author),
        expires_at: kept.enabled ? expires_at : undefined,
      }),
    );
    this.#expireIfDue();
  }

  #expireIfDue(): void {
    if (this.#options.nowMs() < this.#expiresAtMs) return;
    this.#outsideRequests(() => {
      this.#become(this.#stateWith({ enabled: false, reason: EXPIRED, since: this.#now() }), 'expiry');
      void this.#writer.keep(this.#state);
    });
  }

  #become(state: MaintenanceState, source: MaintenanceSource): void {
    const from = onOrOff(this.#state);
    this.#set(state);
    this.#report({ from, to: onOrOff(state), source, state });
  }

  #set(state: MaintenanceState): void {
    this.#state = state;
    this.#expiresAtMs = state.expires_at === undefined ? Infinity : Date.parse(state.expires_at);
    this.#watchExpiry();
  }

  #watchExpiry(): void {
    clearTimeout(this.#watch);
    if (this.#closed || this.#expiresAtMs === Infinity) return;
    const remainingMs = Math.max(1, this.#expiresAtMs - this.#options.nowMs());
    this.#watch = setTimeout(
      () => {
        this.#expireIfDue();
        this.#watchExpiry();
      },
      Math.min(WATCH_MS, remainingMs),
    ).unref();
  }

  #now(plusSeconds = 0): string {
    return new Date(this.#options.nowMs() + plusSeconds * 1_000).toISOString();
  }

  #stateWith(terms: Terms): MaintenanceState {
    const { enabled, reason, author, since, expires_at, retry_after_seconds } = terms;
    return Object.freeze({
      enabled,
      ...(reason === undefined ? {} : { reason }),
      ...(author === undefined ? {} : { author }),
      ...(since === undefined ? {} : { since }),
      ...(expires_at === undefined ? {} : { expires_at }),
      retry_after_seconds: retry_after_seconds ?? this.#options.retryAfterSeconds,
    });
  }
}

type Terms = { readonly [K in keyof MaintenanceState]?: MaintenanceState[K] | undefined } & Pick<MaintenanceState, 'enabled'>;

const TERMS = ['enabled', 'reason', 'author', 'expires_at', 'retry_after_seconds'] as const;

function haveSameTerms(one: MaintenanceState, other: MaintenanceState): boolean {
  return TERMS.every((term) => one[term] === other[term]);
}

function onOrOff({ enabled }: MaintenanceState): 'on' | 'off' {
  return enabled ? 'on' : 'off';
}

/**
 * Opens the switch: on if the kept state or `initiallyOn` says so, and also if what is kept cannot be read, which is reported. A kept
 * expiry that has passed meanwhile switches it off, unless `initiallyOn` says on. Reads one small file, and waits for nothing else.
 */
export function openMaintenance(options: MaintenanceOptions): Maintenance {
  return new Maintenance(options);
}
