import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** https://man7.org/linux/man-pages/man2/setpriority.2.html: on Linux, a priority is that of a thread. */
const NICE = 10;

/** Lets other threads go first, where the system can do that for one thread. */
export function lowerPriority(): void {
  try {
    const tid = Number(/\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1]);
    if (Number.isInteger(tid)) setPriority(tid, NICE);
  } catch {
    // It is only a kindness.
  }
}
