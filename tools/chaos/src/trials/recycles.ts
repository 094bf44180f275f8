import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '@codex-proxy/bench';
import { Load } from '../load.ts';
import { numberOf } from '../log.ts';
import { startProxy, type Proxy } from '../proxy.ts';
import { atLeast, none, SCRIPT, SCRIPTED_TEXT, shown, type Trial, type TrialOptions } from '../trial.ts';

export interface RecycleOptions extends TrialOptions {
  readonly recycles: number;
  readonly requests: number;
}

const CLIENTS = 16;
const PATH = '/internal/worker/recycle';

/** Recycles the worker on demand, again and again, under load. */
export async function recycleWorkers(options: RecycleOptions): Promise<Trial> {
  const proxy = await startProxy({ worker: options.real ? undefined : SCRIPT });
  try {
    const load = new Load(proxy, CLIENTS, 'Tell me something.');
    const refused: unknown[] = [];
    for (let count = 1; count <= options.recycles; count += 1) {
      const { http_status: status } = await proxy.admin('POST', PATH);
      if (status !== 202) refused.push(status);
      await settled(proxy, count);
      options.say(`${String(count)} recycles, ${String(load.answers.length)} answers`);
    }
    while (load.answers.length < options.requests) await sleep(100);
    const answers = await load.stop();
    const bad = answers.filter(
      ({ error, done, finish, text }) =>
        error !== undefined || !done || finish !== 'stop' || (options.real ? text === '' : text !== SCRIPTED_TEXT),
    );
    const restarts = await proxy.metric('codex_worker_restarts_total');
    const recycled = proxy.log.all({ event: 'worker_recycled' });
    proxy.signal('SIGTERM');
    await proxy.ended;
    return {
      name: 'recycles',
      figures: [
        atLeast('requests', answers.length, options.requests),
        atLeast('recycles under load', recycled.length, options.recycles),
        none('requests that failed', bad.length),
        none('recycles refused or failed', refused.length + proxy.log.all({ event: 'worker_recycle_failed' }).length),
        none('counted as restarts', restarts),
        shown(
          'until the successor serves, p50',
          `${String(
            percentile(
              recycled.map((line) => numberOf(line, 'duration_ms')),
              0.5,
            ),
          )} ms`,
        ),
        none("databases of the worker's home that are damaged", damaged(join(proxy.stateDir, 'codex-home')).length),
        none('processes left behind', proxy.leftBehind().length),
      ],
    };
  } finally {
    await proxy.remove();
  }
}

async function settled(proxy: Proxy, recycles: number): Promise<void> {
  for (;;) {
    const { status, recycles: count } = await proxy.admin('GET', PATH);
    if (status === 'idle' && count === recycles) return;
    if (status === 'idle') throw new Error(`recycle ${String(recycles)} did not come about`);
    await sleep(50);
  }
}

/** Both workers of a recycle write to the same home. */
function damaged(home: string): string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home)
    .filter((name) => name.endsWith('.sqlite'))
    .filter((name) => {
      const database = new DatabaseSync(join(home, name));
      try {
        return database.prepare('PRAGMA integrity_check').get()?.integrity_check !== 'ok';
      } finally {
        database.close();
      }
    });
}
