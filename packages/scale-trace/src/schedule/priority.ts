import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';

/** https://man7.org/linux/man-pages/man2/setpriority.2.html: on Linux, a priority is that of a thread, and of those that it starts. */
const NICE = 10;
const TASKS = '/proc/self/task';
const SELF = '/proc/thread-self';
/** https://docs.libuv.org/en/v1.x/threadpool.html: the threads that compress, and that write files; they are the process's, not ours alone. */
const POOL = 'libuv-worker';

/** Gives others back what was taken from them. */
export type Restore = () => void;

/**
 * Lets other threads go first, those that serve above all, where the system can do that for one thread. Those of the pool, too, for the time
 * of the work, but only with the privilege to raise again what was lowered: without it they would be slow for good.
 */
export async function lowerPriority(): Promise<Restore> {
  const lowered = new Map<number, number>();
  try {
    // Whoever is the first to use the pool starts it, with the priority that it has itself.
    await stat(SELF);
    const self = Number(/\/task\/(\d+)$/.exec(readlinkSync(SELF))?.[1]);
    setPriority(self, NICE);
    // Where it may not be raised, this throws.
    setPriority(self, NICE - 1);
    setPriority(self, NICE);
    for (const thread of poolThreads()) {
      lowered.set(thread, getPriority(thread));
      setPriority(thread, NICE);
    }
  } catch {
    // It is only a kindness.
  }
  return () => {
    for (const [thread, priority] of lowered) setPriority(thread, priority);
  };
}

function poolThreads(): readonly number[] {
  const tasks = readdirSync(TASKS).filter((task) => readFileSync(join(TASKS, task, 'comm'), 'utf8').trim() === POOL);
  return tasks.map(Number);
}
