import { readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** https://man7.org/linux/man-pages/man2/setpriority.2.html: on Linux, a priority is that of a thread, and of those that it starts. */
const NICE = 10;
const SELF = '/proc/thread-self';

/** Lets other threads go first, those that serve above all, where the system can do that for one thread: this one, and those that it starts. */
export async function lowerPriority(): Promise<void> {
  try {
    // Whoever is the first to use the pool starts it (https://docs.libuv.org/en/v1.x/threadpool.html), with the priority that it has itself.
    await stat(SELF);
    setPriority(Number(/\/task\/(\d+)$/.exec(readlinkSync(SELF))?.[1]), NICE);
  } catch {
    // It is only a kindness.
  }
}
