import { describe, expect, test } from 'vitest';
import { commandOf, scripted, supervise, temporaryFolder } from '../rig/supervised.ts';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';

describe('when the worker ends', () => {
  test.each([
    [{ exitCode: 9 }, { exitCode: 9, signal: null, reason: 'crash' }],
    [{ exitSignal: 'SIGABRT' }, { exitCode: null, signal: 'SIGABRT', reason: 'signal' }],
  ] as const)('by %o, turns in flight fail with what they have, and the exit is told', async (how, exit) => {
    const { supervisor, events, ready, run } = supervise([
      await scripted({ deltas: ['a', 'b', 'c'], exitAfterDeltas: 2, ...how }),
      await scripted(),
    ]);
    await ready();
    const { pid } = supervisor.snapshot();
    const { observer } = run();
    await observer.settled();
    expect(observer.end).toEqual({
      kind: 'failed',
      failure: { code: 'worker_exited', message: 'The Codex worker ended while it worked on this request.' },
      usage: undefined,
    });
    // What it wrote before it ended is delivered.
    expect(observer.text).toBe('ab');
    expect(await events.nth('onExited', 1)).toEqual({ pid, ...exit, served: true, restartCount: 0, turnsLost: 1 });
    expect(supervisor.snapshot().lastExitCode).toBe(exit.exitCode);
  });

  test('it goes over exited and backoff to the next one, and turns that wait complete there', async () => {
    const { supervisor, events, ready, run } = supervise([await scripted({ deltas: 1, hang: true }), await scripted()], {
      maxConcurrency: 2,
    });
    await ready();
    const lost = [run().observer, run().observer];
    const waiting = [run().observer, run().observer, run().observer];
    for (const observer of lost) await observer.heard();
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    await ready(2);
    for (const observer of waiting) await observer.settled();
    expect(lost.map((observer) => observer.result)).toEqual(['worker_exited', 'worker_exited']);
    expect(waiting.map((observer) => [observer.result, observer.admissions.length])).toEqual(Array(3).fill(['stop', 1]));
    expect(events.states).toEqual(['handshake', 'ready', 'exited', 'backoff', 'starting', 'handshake', 'ready']);
    expect(events.kept.onExited[0]?.turnsLost).toBe(2);
    expect(supervisor.snapshot()).toMatchObject({ restartCount: 1, restartStreak: 1, inflight: 0, queueDepth: 0 });
    expect(events.kept.onStarted[1]?.restartCount).toBe(1);
  });

  test('turns whose thread was just starting begin again on the next one', async () => {
    const dying = await writeScriptedWorker(temporaryFolder(), { exitOn: { method: 'thread/start', count: 2 } });
    const { events, ready, run } = supervise(commandOf(dying));
    await ready();
    const turns = [run().observer, run().observer];
    for (const observer of turns) await observer.settled();
    expect(turns.map((observer) => [observer.result, observer.violations])).toEqual(Array(2).fill(['stop', []]));
    expect(turns.map((observer) => observer.admissions.length)).toEqual([3, 3]);
    expect(events.kept.onExited.map(({ turnsLost }) => turnsLost)).toEqual([0, 0]);
  });

  test('a request that takes the worker down each time is given up, and the worker comes back', async () => {
    const dying = await writeScriptedWorker(temporaryFolder(), { exitOn: { method: 'thread/start', count: 3 } });
    const { ready, run } = supervise(commandOf(dying));
    await ready();
    const { observer } = run();
    await observer.settled();
    expect(observer.result).toBe('worker_exited');
    await ready(4);
    expect((await run().observer.ended()).result).toBe('stop');
  });

  test('turns that were complete when it ended stay complete', async () => {
    const { ready, run } = supervise(await scripted({ exitAfterTurns: 1 }));
    for (let count = 1; count <= 3; count += 1) {
      await ready(count);
      expect((await run().observer.settled()).result).toBe('stop');
    }
  });

  test('those who wait too long through the restart get worker_timeout', async () => {
    let nowMs = 0;
    const { ready, run } = supervise([await scripted({ exitAfterTurns: 1 }), commandOf('/bin/sleep', ['600'])], {
      requestTimeoutMs: 30_000,
      handshakeTimeoutMs: 60_000,
      monotonicMs: () => nowMs,
    });
    await ready();
    await run().observer.settled();
    const { observer } = run();
    nowMs = 30_000;
    expect((await observer.settled()).result).toBe('worker_timeout');
  });

  test('a request outside turns is given up at once', async () => {
    const { supervisor, ready } = supervise(await scripted({ exitOn: { method: 'model/list', count: 1 } }));
    await ready();
    await expect(supervisor.request('model/list', {}, 600_000)).rejects.toThrow('model/list had no answer: the worker ended');
    await ready(2);
    expect(await supervisor.request('model/list', {})).toMatchObject({ data: [{ id: 'scripted-model' }] });
  });

  test('a request outside turns is refused while there is none', async () => {
    const { supervisor, events, ready } = supervise(await scripted(), { backoffInitialMs: 60_000, backoffMaxMs: 60_000 });
    await ready();
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    await events.nth('onBackoff', 1);
    await expect(supervisor.request('model/list', {})).rejects.toThrow('no worker serves');
    expect(supervisor.snapshot()).toMatchObject({ state: 'backoff', backoffMs: 60_000, lastExitCode: null });
    await supervisor.stop(0);
    expect(supervisor.snapshot()).toMatchObject({ state: 'stopped', backoffMs: 0 });
  });
});
