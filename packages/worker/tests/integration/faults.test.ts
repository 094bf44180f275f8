import { describe, expect, test, vi } from 'vitest';
import { groupLives } from '../rig/process-table.ts';
import { commandOf, scripted, supervise } from '../rig/supervised.ts';

const HANDSHAKE = 'read -r line; echo \'{"id":1,"result":{"userAgent":"sh/1"}}\'; read -r line; ';
/** A worker that answers its handshake and then does what `script` says. */
const afterHandshake = (script: string) => commandOf('/bin/sh', ['-c', HANDSHAKE + script]);

describe('a worker that ends whenever it has started', () => {
  test('is started after growing delays; who asks gets worker_exited after three beginnings, and nobody waits for ever', async () => {
    const { supervisor, events, ready, run } = supervise(afterHandshake('read -r line; exit 9'), { backoffInitialMs: 1, backoffMaxMs: 4 });
    await ready();
    const turns = [run().observer, run().observer];
    for (const observer of turns) await observer.settled();
    expect(turns.map(({ result, admissions }) => [result, admissions.length])).toEqual([
      ['worker_exited', 3],
      ['worker_exited', 3],
    ]);
    expect(events.kept.onExited.map(({ exitCode, reason }) => [exitCode, reason])).toEqual([
      [9, 'crash'],
      [9, 'crash'],
      [9, 'crash'],
    ]);
    expect(events.kept.onBackoff.map(({ delayMs }) => delayMs)).toEqual([1, 2, 4]);
    await ready(4);
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', restartCount: 3, restartStreak: 3, lastExitCode: 9, inflight: 0 });
    for (const { pid } of events.kept.onExited) expect(groupLives(pid)).toBe(false);
  });

  test('by itself, without being asked anything, is seen in the streak, and what waits is served by the one that stays', async () => {
    const dying = afterHandshake('exit 0');
    const { supervisor, events, run, ready } = supervise([dying, dying, dying, await scripted()]);
    await ready();
    const { observer } = run();
    await ready(4);
    await observer.settled();
    expect(['stop', 'worker_exited']).toContain(observer.result);
    expect((await run().observer.ended()).result).toBe('stop');
    expect(events.kept.onExited).toHaveLength(3);
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', restartCount: 3, restartStreak: 3, lastExitCode: 0 });
  });
});

describe('a line of 50 MB', () => {
  test('is read, and the turn goes on', async () => {
    const { events, ready, run } = supervise(await scripted({ hugeLineBytes: 52_428_800 }));
    await ready();
    const { observer } = run();
    await observer.settled();
    expect([observer.result, observer.text]).toEqual(['stop', 'Hello from the scripted worker.']);
    expect([events.kept.onProtocolError, events.kept.onExited]).toEqual([[], []]);
  });

  test('that never ends is given up at the limit, without being kept', async () => {
    const endless = afterHandshake('head -c 52428800 /dev/zero | tr "\\0" x; echo; exec sleep 600');
    const { supervisor, events, ready } = supervise(endless, { maxLineBytes: 1_000_000 });
    await ready();
    expect(await events.nth('onProtocolError', 1)).toEqual({ reason: 'line_too_long', bytes: 52_428_800, suppressed: 0 });
    expect(supervisor.state).toBe('ready');
  });
});

test('a worker that dies in the middle of a line loses that line alone: what was whole before it is delivered', async () => {
  const { events, ready, run } = supervise([await scripted({ deltas: ['one ', 'two '], hang: true }), await scripted()]);
  await ready();
  const { observer } = run();
  await observer.heard(2);
  const { pid } = events.kept.onStarted[0]!;
  process.kill(pid, 'SIGKILL');
  await observer.settled();
  expect([observer.result, observer.text]).toEqual(['worker_exited', 'one two ']);
  const cut = supervise([afterHandshake('printf \'{"id":2,"res\'; exit 4'), await scripted()]);
  await cut.ready();
  const again = cut.run().observer;
  await again.settled();
  expect([again.result, again.violations]).toEqual(['stop', []]);
  expect(cut.events.kept.onExited).toMatchObject([{ exitCode: 4, reason: 'crash' }]);
});

test('killed twenty times at any moment, no turn is left without an end and no process lives on', async () => {
  const { supervisor, events, ready, run } = supervise(await scripted({ deltas: 10, interDeltaMs: 2 }), { maxConcurrency: 4 });
  await ready();
  const turns = Array.from({ length: 40 }, () => run().observer);
  for (let kills = 1; kills <= 20; kills += 1) {
    await events.nth('onStarting', kills);
    const { pid } = supervisor.snapshot();
    await new Promise((resolve) => setTimeout(resolve, (kills * 37) % 400));
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    await events.nth('onExited', kills);
  }
  for (const observer of turns) await observer.settled();
  for (const { result, ends, violations } of turns) {
    expect(['stop', 'worker_exited', 'worker_not_ready']).toContain(result);
    expect([ends.length, violations]).toEqual([1, []]);
  }
  await vi.waitFor(
    () => {
      expect(supervisor.snapshot()).toMatchObject({ state: 'ready', inflight: 0, queueDepth: 0 });
    },
    { timeout: 20_000 },
  );
  for (const { pid } of events.kept.onExited) expect(groupLives(pid)).toBe(false);
});
