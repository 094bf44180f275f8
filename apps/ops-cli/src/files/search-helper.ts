import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ExtentsResult } from './search-extents.ts';
import type { SearchThreadData } from './search-shared.ts';

/** From here on a second thread is worth its start. */
export const WORTH_A_HELPER_BYTES = 256 * 1024 * 1024;

/** A second thread that searches. It does not keep the process alive but while it does. */
export interface SearchHelper {
  /** One search at a time. Rejects if the thread breaks. */
  search(data: SearchThreadData): Promise<ExtentsResult>;
}

export function startSearchHelper(): SearchHelper {
  // The sources run as they are, the built package as JavaScript.
  const thread = new Worker(new URL(`./search-thread${extname(import.meta.url)}`, import.meta.url));
  const broken = new Promise<never>((_resolve, reject) => thread.once('error', reject));
  // It may break before it is asked, and never be.
  broken.catch(() => undefined);
  thread.unref();
  return {
    async search(data) {
      thread.ref();
      const answer = new Promise<ExtentsResult>((resolve) => thread.once('message', resolve));
      thread.postMessage(data);
      try {
        return await Promise.race([answer, broken]);
      } finally {
        thread.unref();
      }
    },
  };
}
