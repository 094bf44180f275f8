import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '@codex-proxy/bench';
import { ask, type Answer } from '../load.ts';
import { startProxy } from '../proxy.ts';
import { atLeast, none, SCRIPT, SCRIPTED_TEXT, shown, type Trial, type TrialOptions } from '../trial.ts';

export interface TermOptions extends TrialOptions {
  readonly terms: number;
}

const STREAMS = 8;
/** Beyond what a stream takes, its last words included. */
const SPREAD_MS = 500;

/** Starts a proxy and sends it SIGTERM in the middle of its streams, again and again. */
export async function terminateProxies(options: TermOptions): Promise<Trial> {
  const drainsMs: number[] = [];
  let [cut, streams, badExits, orphans] = [0, 0, 0, 0];
  for (let count = 0; count < options.terms; count += 1) {
    const proxy = await startProxy({ worker: options.real ? undefined : SCRIPT });
    try {
      const asked: Promise<Answer>[] = [];
      // Taken, all of them: what comes after the signal is refused.
      const begun = Array.from(
        { length: STREAMS },
        async () => new Promise<void>((resolve) => asked.push(ask(proxy, 'Tell me something.', resolve))),
      );
      await Promise.all(begun);
      await sleep((SPREAD_MS * (count % 10)) / 10);
      const atMs = performance.now();
      proxy.signal('SIGTERM');
      const answers = await Promise.all(asked);
      if ((await proxy.ended) !== 0) badExits += 1;
      drainsMs.push(performance.now() - atMs);
      streams += answers.length;
      cut += answers.filter(
        ({ error, done, finish, text }) =>
          error !== undefined || !done || finish !== 'stop' || (options.real ? text === '' : text !== SCRIPTED_TEXT),
      ).length;
      orphans += proxy.leftBehind().length;
    } finally {
      await proxy.remove();
    }
    if ((count + 1) % 10 === 0) options.say(`${String(count + 1)} SIGTERMs, ${String(cut)} streams cut`);
  }
  return {
    name: 'terms',
    figures: [
      atLeast('SIGTERMs in the middle of streams', drainsMs.length, options.terms),
      shown('streams', String(streams)),
      none('streams cut', cut),
      none('exit codes other than 0', badExits),
      shown('from the signal to the end, p50', `${String(Math.round(percentile(drainsMs, 0.5)))} ms`),
      none('processes left behind', orphans),
    ],
  };
}
