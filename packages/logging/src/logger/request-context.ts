import { AsyncLocalStorage } from 'node:async_hooks';

/** What belongs to the request being served, reachable from everything that the request awaits. */
export interface RequestContext<T> {
  /** Runs `fn`, and whatever it starts, within `context`. */
  run<R>(context: T, fn: () => R): R;
  /** The context of the caller, if it runs within one. */
  get(): T | undefined;
}

/**
 * A request context on `AsyncLocalStorage`.
 *
 * A process, socket or timer keeps the context in which it was made: what is shared by many requests must be made outside.
 */
export function createRequestContext<T>(): RequestContext<T> {
  const storage = new AsyncLocalStorage<T>();
  return {
    run: (context, fn) => storage.run(context, fn),
    get: () => storage.getStore(),
  };
}
