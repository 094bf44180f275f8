import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { expect, test } from 'vitest';
import { scripted, supervise, temporaryFolder, type Supervised } from '../rig/supervised.ts';

interface Journaled extends Supervised {
  /** Methods that the worker has been sent since its handshake. */
  methods(): string[];
}

async function journaled(options: ScriptedWorkerOptions, maxConcurrency = 4): Promise<Journaled> {
  const journal = join(temporaryFolder(), 'journal');
  const supervised = supervise(await scripted({ journal, ...options }), { maxConcurrency });
  await supervised.ready();
  return {
    ...supervised,
    methods: () =>
      readFileSync(journal, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): string => JSON.parse(line).method)
        .slice(2),
  };
}

/** Nothing is in the way of the next turn, and every thread was unloaded. */
async function expectNothingLeft({ supervisor, run, methods }: Journaled): Promise<void> {
  const { observer } = run({ input: [{ type: 'text', text: '!script {"deltas":["ok"],"hang":false}', text_elements: [] }] });
  await observer.settled();
  expect(observer.text).toBe('ok');
  expect(supervisor.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0, restartCount: 0, state: 'ready' });
  const count = (method: string): number => methods().filter((one) => one === method).length;
  expect(count('thread/unsubscribe')).toBe(count('thread/start'));
}

test('an abort in the queue is never heard of by the worker', async () => {
  const worker = await journaled({ deltas: 1, hang: true }, 1);
  const first = worker.run();
  const second = worker.run();
  await first.observer.heard();
  second.turn.abort();
  expect(second.observer.settlements).toHaveLength(1);
  expect(worker.methods()).toEqual(['thread/start', 'turn/start']);
  first.turn.abort();
  await first.observer.settled();
  await expectNothingLeft(worker);
});

test('an abort while the thread starts begins no turn', async () => {
  const worker = await journaled({});
  const { turn, observer } = worker.run();
  turn.abort();
  await observer.settled();
  expect(worker.methods()).toEqual(['thread/start', 'thread/unsubscribe']);
  expect(observer.ends).toEqual([]);
  await expectNothingLeft(worker);
});

test('an abort as soon as the turn runs interrupts it', async () => {
  const worker = await journaled({ deltas: 1, hang: true });
  const { turn, observer } = worker.run({
    history: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'before' }] }],
  });
  await observer.heard();
  turn.abort();
  await observer.settled();
  expect(worker.methods()).toEqual(['thread/start', 'thread/inject_items', 'turn/start', 'turn/interrupt', 'thread/unsubscribe']);
  expect([observer.ends, observer.text]).toEqual([[], 'word ']);
  await expectNothingLeft(worker);
});

test('an abort after the end asks for nothing', async () => {
  const worker = await journaled({});
  const { turn, observer } = worker.run();
  await observer.ended();
  turn.abort();
  await observer.settled();
  turn.abort();
  expect(worker.methods()).toEqual(['thread/start', 'turn/start', 'thread/unsubscribe']);
  await expectNothingLeft(worker);
});

test('aborts of many at once, each somewhere else, leave nothing', async () => {
  const worker = await journaled({ deltas: 30, interDeltaMs: 1 }, 8);
  const turns = Array.from({ length: 40 }, () => worker.run());
  await Promise.all(
    turns.map(async ({ turn, observer }, at) => {
      if (at % 4 === 1) await observer.admitted();
      if (at % 4 > 1) await observer.heard(at % 8);
      turn.abort();
      await observer.settled();
    }),
  );
  for (const { observer } of turns) expect([observer.ends.length, observer.settlements.length, observer.violations]).toEqual([0, 1, []]);
  await expectNothingLeft(worker);
});
