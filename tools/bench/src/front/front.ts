import { setTimeout } from 'node:timers/promises';
import type { Child } from '../process/children.ts';

/** A front that listens and whose worker is ready. */
export interface Front {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** @throws when the process ends first, or is not ready in half a minute. */
export async function untilReady(name: string, url: string, child: Child): Promise<void> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (!child.running) throw new Error(`${name} ended while it started: ${child.complaint()}`);
    const status = await fetch(`${url}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (performance.now() > deadlineMs) throw new Error(`${name} was not ready in ${READY_TIMEOUT_MS / 1_000} s: ${child.complaint()}`);
    await setTimeout(POLL_MS);
  }
}
