import { setImmediate } from 'node:timers/promises';

/** Where the text of a stream goes. `write` keeps order; the promise says that the piece is out. */
export interface EventSink {
  write(text: string): Promise<void> | void;
}

/**
 * Passes text on in writes of `bytes` bytes, each in its own turn of the event loop, so that the reader gets characters and lines in
 * pieces.
 */
export function splitBytes(write: (piece: Buffer) => void, bytes: number): EventSink {
  return {
    async write(text) {
      const all = Buffer.from(text);
      for (let at = 0; at < all.length; at += bytes) {
        write(all.subarray(at, at + bytes));
        await setImmediate();
      }
    },
  };
}
