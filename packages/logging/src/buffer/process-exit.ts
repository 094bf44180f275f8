/** What a destination needs of `process` to write its last lines. */
export interface ExitEvents {
  on(event: 'exit', listener: () => void): unknown;
  off(event: 'exit', listener: () => void): unknown;
}

/** Calls `flush` when the process ends by itself, by `process.exit` or by an uncaught error; returns the way to undo it. */
export function onProcessExit(flush: () => void, events: ExitEvents = process): () => void {
  events.on('exit', flush);
  return () => void events.off('exit', flush);
}

/** Halts the thread. For the end of the process alone. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
