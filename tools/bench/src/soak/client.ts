import { setTimeout as delay } from 'node:timers/promises';
import type { Front } from '../front/front.ts';

/** What a client of the mixed load saw, by what it did. */
export class Tally {
  readonly #done = new Map<string, { expected: number; unexpected: number; last: string }>();

  note(what: string, isExpected: boolean, seen: string): void {
    const entry = this.#done.get(what) ?? { expected: 0, unexpected: 0, last: '' };
    if (isExpected) entry.expected += 1;
    else {
      entry.unexpected += 1;
      entry.last = seen;
    }
    this.#done.set(what, entry);
  }

  entries(): readonly (readonly [what: string, { readonly expected: number; readonly unexpected: number; readonly last: string }])[] {
    return [...this.#done].sort(([one], [other]) => one.localeCompare(other));
  }

  get unexpected(): number {
    return this.entries().reduce((sum, [, { unexpected }]) => sum + unexpected, 0);
  }
}

export interface Errand {
  readonly what: string;
  /** Clients that do this, one after another and again, at the same time. */
  readonly clients: number;
  /** Pause between two. */
  readonly pauseMs: number;
  /** @returns what is wrong with what was seen; undefined if nothing is. */
  run(front: Front): Promise<string | undefined>;
}

/** Does all errands until `signal`; each ends the one that it is at. What a client throws is unexpected. */
export async function doErrands(front: Front, errands: readonly Errand[], tally: Tally, signal: AbortSignal): Promise<void> {
  const clients = errands.flatMap((errand) => Array.from({ length: errand.clients }, async () => repeat(front, errand, tally, signal)));
  await Promise.all(clients);
}

async function repeat(front: Front, errand: Errand, tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const wrong = await errand.run(front).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    tally.note(errand.what, wrong === undefined, wrong ?? '');
    await delay(errand.pauseMs);
  }
}
