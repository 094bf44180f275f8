import { setTimeout as wait } from 'node:timers/promises';
import type { OptionValues } from '../command/command.ts';
import type { Frames } from './frames.ts';

export interface WatchOptions {
  readonly frames: Frames;
  /** From the beginning of a frame to that of the next. */
  readonly intervalMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Draws one frame after another until `signal` says that it is enough. A frame that comes after that is not drawn. */
export async function watch({ frames, intervalMs, signal }: WatchOptions, frame: () => Promise<string>): Promise<void> {
  const isStopped = (): boolean => signal.aborted;
  try {
    while (!isStopped()) {
      const startedAtMs = performance.now();
      const text = await frame();
      if (isStopped()) return;
      await frames.draw(text);
      const restMs = Math.min(LONGEST_TIMER_MS, Math.max(0, intervalMs - (performance.now() - startedAtMs)));
      await wait(restMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await frames.end();
  }
}

/** A timer of Node that is longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const INTERVAL_MS = 2_000;

/** `--interval`, which the table of options keeps from being so short that it would be a load. */
export function intervalOf(values: Pick<OptionValues, 'number'>): number {
  return values.number('interval') ?? INTERVAL_MS;
}
