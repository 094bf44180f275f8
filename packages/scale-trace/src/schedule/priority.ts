import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';

/** https://man7.org/linux/man-pages/man2/setpriority.2.html: on Linux, a priority is that of a thread. */
const NICE = 10;
const TASKS = '/proc/self/task';
/** https://docs.libuv.org/en/v1.x/threadpool.html: the threads that compress, and that write files; they are the process's, not ours alone. */
const POOL = 'libuv-worker';

/** Lets other threads go first, those that serve above all, where the system can do that for one thread. */
export async function lowerPriority(): Promise<void> {
  try {
    setPriority(Number(/\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1]), NICE);
    // The pool's threads come with the first use.
    await stat(TASKS);
    for (const task of readdirSync(TASKS)) {
      if (readFileSync(join(TASKS, task, 'comm'), 'utf8').trim() === POOL) setPriority(Number(task), NICE);
    }
  } catch {
    // It is only a kindness.
  }
}
