import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StateDbError } from '../errors.ts';
import { threadArguments } from './thread-arguments.ts';
import type { FromThread, Report, ThreadData, ToThread } from './messages.ts';

export interface StateThreadOptions {
  readonly role: 'writer' | 'reader';
  readonly data: ThreadData;
  /** What is not an answer to a call. */
  readonly onMessage: (message: Report) => void;
  /** It ended without having been told to. */
  readonly onLost: (error: StateDbError) => void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: StateDbError) => void;
}

/** A thread that has a connection of its own, as the serving thread sees it. It keeps the process alive only while it is asked something. */
export class StateThread {
  readonly #options: StateThreadOptions;
  readonly #calls = new Map<number, Pending>();
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #opening = Promise.withResolvers<undefined>();
  #isOpen = false;
  #lastError = '';
  #callCount = 0;
  /** Opening is one. */
  #holds = 1;
  #isClosing = false;

  constructor(options: StateThreadOptions) {
    this.#options = options;
    // The sources run as they are, the built package as JavaScript.
    const url = new URL(`./${options.role}-main${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(url, { execArgv: threadArguments(process.execArgv) });
    this.#worker.postMessage(options.data);
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => {
      this.#lastError = String(error);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#onExit();
        resolve();
      });
    });
  }

  /** Resolves when it has opened the database; rejects with a `StateDbError` when it will not. */
  get opened(): Promise<undefined> {
    return this.#opening.promise;
  }

  /** The process waits for it until each hold is released. */
  hold(): void {
    this.#holds += 1;
    this.#worker.ref();
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#worker.unref();
  }

  post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Rejects with a `StateDbError`. */
  async call(channel: number, name: string, argument: unknown): Promise<unknown> {
    const call = (this.#callCount += 1);
    const answer = new Promise<unknown>((resolve, reject) => this.#calls.set(call, { resolve, reject }));
    this.hold();
    this.post({ kind: 'call', call, channel, name, argument });
    try {
      return await answer;
    } finally {
      this.release();
    }
  }

  /** Lets it finish what it has, then ends it; after `timeoutMs`, whatever it does. */
  async close(timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    this.hold();
    this.post({ kind: 'close' });
    const timeout = setTimeout(() => void this.#worker.terminate(), timeoutMs);
    await this.#exited;
    clearTimeout(timeout);
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'open':
        this.#opening.resolve(undefined);
        this.#isOpen = true;
        return this.release();
      case 'refused':
        return void this.#opening.reject(new StateDbError(message.failure.code, message.failure.message));
      case 'answer':
        return this.#settle(message.call)?.resolve(message.result);
      case 'call_failed':
        return this.#settle(message.call)?.reject(new StateDbError(message.failure.code, message.failure.message));
      default:
        return this.#options.onMessage(message);
    }
  }

  #settle(call: number): Pending | undefined {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    return pending;
  }

  #onExit(): void {
    const reason = this.#isClosing ? 'the database is closed' : `the ${this.#options.role} thread ended: ${this.#lastError}`;
    const error = new StateDbError(this.#isClosing ? 'state_db_closed' : 'state_db_unavailable', reason);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
    if (!this.#isOpen) this.#opening.reject(error);
    else if (!this.#isClosing) this.#options.onLost(error);
  }
}
