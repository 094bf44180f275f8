import { createProgress } from './progress.ts';
import type { Output } from './terminal.ts';

const TICK_MS = 200;

/** Does `work`, and says on a terminal what is being waited for once it lasts over a second. */
export async function whileWaiting<T>(output: Output, what: string, work: () => Promise<T>): Promise<T> {
  const startedAtMs = performance.now();
  const progress = createProgress(output);
  const timer = setInterval(() => progress.show(() => `${what} … ${Math.round((performance.now() - startedAtMs) / 1000)} s`), TICK_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    progress.clear();
  }
}
