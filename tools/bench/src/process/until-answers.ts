import { setTimeout } from 'node:timers/promises';
import type { Child } from './children.ts';

const TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/**
 * Waits until `url` answers 200.
 * @throws Error when the process ends first, or half a minute passes.
 */
export async function untilAnswers(name: string, url: string, child: Child): Promise<void> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    if (!child.running) throw new Error(`${name} ended while it started: ${child.complaint()}`);
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (performance.now() > deadlineMs) throw new Error(`${name} was not ready in ${TIMEOUT_MS / 1_000} s: ${child.complaint()}`);
    await setTimeout(POLL_MS);
  }
}
