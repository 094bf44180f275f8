import { describe, expect, test, vi } from 'vitest';
import { groupLives, guardsOf } from '../rig/process-table.ts';
import { commandOf, scripted, supervise, type Supervised } from '../rig/supervised.ts';
import { HandClock } from '../rig/turn-samples.ts';

const LONG = 600_000;
const FALSE = commandOf('/bin/false', []);
const input = (script: object) => ({ input: [{ type: 'text', text: `!script ${JSON.stringify(script)}`, text_elements: [] }] }) as const;
const slow = input({ deltas: 20, interDeltaMs: 10 });
const endless = input({ deltas: 1, hang: true });

/** Resolves when worker `pid` has ended. */
async function ended({ events }: Supervised, pid: number): Promise<(typeof events.kept.onExited)[number]> {
  return vi.waitFor(
    () => {
      const exit = events.kept.onExited.find((one) => one.pid === pid);
      if (exit === undefined) throw new Error('it lives');
      return exit;
    },
    { timeout: 20_000 },
  );
}

describe('a recycle on demand', () => {
  test('starts a successor first, gives it what is new, and ends the old worker when its turns have ended', async () => {
    const rig = supervise([await scripted(), await scripted({ handshakeMs: 500 })]);
    const { supervisor, events, ready, run } = rig;
    await ready();
    const old = supervisor.snapshot().pid!;
    const before = run(slow).observer;
    await before.heard();

    const answer = supervisor.recycle();
    expect(answer).toMatchObject({ status: 'starting', reason: 'demand', worker_pid: old, recycles: 0, started: true });
    // The old one serves while its successor starts.
    const meanwhile = run().observer;
    await meanwhile.ended();
    expect([meanwhile.result, meanwhile.admissions[0]?.workerPid]).toEqual(['stop', old]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', pid: old });
    // Asked again, it goes on as it was.
    expect(supervisor.recycle()).toMatchObject({ other_pid: answer.other_pid, started: false });

    const { successorPid } = await events.nth('onRecycled', 1);
    expect(successorPid).toBe(answer.other_pid);
    const long = run(endless).observer;
    await long.heard();
    expect([long.admissions[0]?.workerPid, supervisor.snapshot().pid]).toEqual([successorPid, successorPid]);

    await before.settled();
    expect([before.result, before.text]).toEqual(['stop', 'word '.repeat(20)]);
    expect(await ended(rig, old)).toMatchObject({ reason: 'recycled', served: false, turnsLost: 0 });
    expect(groupLives(old)).toBe(false);
    expect(long.result).toBeUndefined();
    expect(supervisor.recycleState()).toEqual({ status: 'idle', worker_pid: successorPid, recycles: 1 });
    // Nothing of it looks like a restart.
    expect(events.states).toEqual(['handshake', 'ready']);
    expect(events.kept.onRestart).toEqual([]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', restartCount: 0, restartStreak: 0, backoffMs: 0 });
    expect(supervisor.snapshot().lastExitCode).toBeUndefined();
    expect(events.kept.onStarting.map(({ successor }) => successor)).toEqual([false, true]);
    expect(events.kept.onRecycling).toMatchObject([{ reason: 'demand', pid: old, turns: 1, residentBytes: expect.any(Number) }]);
    expect(events.kept.onRecycled).toMatchObject([{ reason: 'demand', pid: old }]);
  });

  test('ends an old worker without turns at once, but not before it has answered what it was asked', async () => {
    const rig = supervise(await scripted());
    await rig.ready();
    const old = rig.supervisor.snapshot().pid!;
    rig.supervisor.recycle();
    await rig.events.nth('onStarted', 2);
    expect(await ended(rig, old)).toMatchObject({ reason: 'recycled' });
    expect(await rig.supervisor.request('model/list', {})).toMatchObject({ data: [{ id: 'scripted-model' }] });
  });

  test('shows the turns that drain, and one of them that takes long may', async () => {
    const rig = supervise(await scripted(), { drainMs: 1 });
    const { supervisor, events, ready, run } = rig;
    await ready();
    const old = supervisor.snapshot().pid!;
    const { turn, observer } = run(endless);
    await observer.heard();
    supervisor.recycle();
    const { successorPid } = await events.nth('onRecycled', 1);
    expect(supervisor.recycleState()).toEqual({
      status: 'draining',
      reason: 'demand',
      worker_pid: successorPid,
      other_pid: old,
      draining_turns: 1,
      recycles: 1,
    });
    expect(supervisor.recycle()).toMatchObject({ status: 'draining', started: false });
    expect(observer.result).toBeUndefined();
    turn.abort();
    expect(await ended(rig, old)).toMatchObject({ reason: 'recycled', turnsLost: 0 });
  });

  test('is refused while no worker serves', async () => {
    const { supervisor, events, ready } = supervise(await scripted(), { backoffInitialMs: LONG, backoffMaxMs: LONG });
    expect(() => supervisor.recycle()).toThrow('no worker serves');
    await ready();
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    await events.nth('onBackoff', 1);
    expect(() => supervisor.recycle()).toThrow('no worker serves');
    await supervisor.stop(0);
    expect(() => supervisor.recycle()).toThrow('no worker serves');
    expect(supervisor.recycleState()).toEqual({ status: 'idle', recycles: 0 });
  });
});

describe('limits', () => {
  test('of turns: five recycles under load, and no turn fails', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted({ deltas: 10, interDeltaMs: 5 }), {
      maxTurns: 40,
      maxConcurrency: 8,
    });
    await ready();
    const rounds = [1, 2, 3, 4, 5];
    for (const round of rounds) {
      const turns = Array.from({ length: 50 }, () => run().observer);
      for (const observer of turns) await observer.settled();
      expect(turns.filter(({ result, text }) => result !== 'stop' || text !== 'word '.repeat(10))).toEqual([]);
      expect(turns.flatMap(({ violations }) => violations)).toEqual([]);
      await events.nth('onRecycled', round);
      await events.nth('onExited', round);
    }
    expect(events.kept.onRecycled.map(({ reason }) => reason)).toEqual(rounds.map(() => 'turns'));
    expect(events.kept.onExited.map(({ reason, turnsLost }) => [reason, turnsLost])).toEqual(rounds.map(() => ['recycled', 0]));
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', restartCount: 0, inflight: 0, queueDepth: 0 });
    expect(supervisor.recycleState()).toMatchObject({ status: 'idle', recycles: 5 });
    await supervisor.stop(0);
    await vi.waitFor(
      () => {
        expect(guardsOf(process.pid)).toEqual([]);
      },
      { timeout: 10_000 },
    );
  });

  test('of memory: a worker beyond it is replaced when it has served for the stable period', async () => {
    const rig = supervise([await scripted({ ballastMb: 200 }), await scripted()], {
      maxResidentBytes: 180 * 1_048_576,
      memoryCheckMs: 5,
      stableMs: 1,
    });
    const { supervisor, events, ready } = rig;
    await ready();
    const { pid } = await events.nth('onRecycling', 1);
    expect(events.kept.onRecycling).toMatchObject([{ reason: 'memory', residentBytes: expect.any(Number) }]);
    expect(events.kept.onRecycling[0]!.residentBytes).toBeGreaterThan(180 * 1_048_576);
    expect(await ended(rig, pid)).toMatchObject({ reason: 'recycled' });
    expect(supervisor.residentBytes()).toBeLessThan(180 * 1_048_576);
  });

  test('of memory: when the next worker is beyond it too, turns that hold the old one up get what drains get, and no more', async () => {
    const clock = new HandClock();
    const rig = supervise(await scripted({ ballastMb: 200 }), {
      maxResidentBytes: 180 * 1_048_576,
      memoryCheckMs: 5,
      stableMs: 1,
      drainMs: 10_000,
      monotonicMs: clock.read,
    });
    const { events, ready, run } = rig;
    await ready();
    const { observer } = run(endless);
    await observer.heard();
    clock.nowMs += 10;
    const { pid } = await events.nth('onRecycled', 1);
    clock.nowMs += 9_999;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(observer.result).toBeUndefined();
    clock.nowMs += 1;
    await observer.settled();
    expect(observer.end).toMatchObject({
      failure: { code: 'worker_exited', message: 'The Codex worker was replaced before it could finish this request.' },
    });
    expect(await ended(rig, pid)).toMatchObject({ reason: 'recycled' });
    await events.nth('onRecycling', 2);
  });
});

describe('a successor that fails to start', () => {
  test.each([
    ['cannot be run', commandOf('/nowhere/codex'), 'spawn_failed'],
    ['ends at once', FALSE, 'exited_early'],
    ['says nothing', commandOf('/bin/sleep', ['600']), 'handshake_timeout'],
  ] as const)('since it %s leaves the old one serving, and is reported', async (_, command, cause) => {
    const { supervisor, events, ready, run } = supervise([await scripted(), command], { handshakeTimeoutMs: 2_000 });
    await ready();
    const { pid } = supervisor.snapshot();
    const before = run(slow).observer;
    supervisor.recycle();
    expect(await events.nth('onRecycleFailed', 1)).toMatchObject({ reason: 'demand', cause, retryMs: undefined });
    expect(supervisor.recycleState()).toEqual({ status: 'idle', worker_pid: pid, recycles: 0 });
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', pid, restartCount: 0, restartStreak: 0, available: true });
    expect((await before.ended()).result).toBe('stop');
    expect((await run().observer.ended()).result).toBe('stop');
    expect(events.kept.onStartFailed).toEqual([]);
    expect(events.states).toEqual(['handshake', 'ready']);
  });

  test('and whose command cannot even be made', async () => {
    const good = await scripted();
    let asked = 0;
    const { supervisor, events, ready } = supervise(good, {
      command: () => {
        asked += 1;
        if (asked > 1) throw new Error('hunter2 is no command');
        return good;
      },
    });
    await ready();
    expect(supervisor.recycle()).toMatchObject({ status: 'idle', started: true });
    expect(events.kept.onRecycleFailed).toMatchObject([{ cause: 'spawn_failed', message: '[redacted] is no command' }]);
    expect(supervisor.state).toBe('ready');
  });

  test('for a limit is tried again after growing delays, until one starts', async () => {
    const { supervisor, events, ready, run } = supervise([await scripted(), FALSE, FALSE, FALSE, await scripted()], {
      maxTurns: 1,
      memoryCheckMs: 1,
      backoffInitialMs: 1,
      backoffMaxMs: 3,
    });
    await ready();
    const old = supervisor.snapshot().pid;
    expect((await run().observer.ended()).result).toBe('stop');
    await events.nth('onRecycled', 1);
    expect(events.kept.onRecycleFailed.map(({ reason, retryMs }) => [reason, retryMs])).toEqual([
      ['turns', 1],
      ['turns', 2],
      ['turns', 3],
    ]);
    expect(supervisor.snapshot().pid).not.toBe(old);
    expect(supervisor.snapshot().restartCount).toBe(0);
  });
});

describe('a worker that dies', () => {
  test('while its successor starts is replaced by that one, without a delay; what waits completes there', async () => {
    const { supervisor, events, ready, run } = supervise([await scripted(), await scripted({ handshakeMs: 300 })], {
      backoffInitialMs: LONG,
      backoffMaxMs: LONG,
    });
    await ready();
    const lost = run(endless).observer;
    await lost.heard();
    const { other_pid: successorPid } = supervisor.recycle();
    await events.nth('onStarting', 2);
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    await lost.settled();
    expect(lost.result).toBe('worker_exited');
    expect(supervisor.snapshot()).toMatchObject({ state: 'handshake', pid: successorPid, restartCount: 1, restartStreak: 1 });
    const waiting = run().observer;
    await ready(2);
    expect([(await waiting.ended()).result, waiting.admissions[0]?.workerPid]).toEqual(['stop', successorPid]);
    expect(events.states).toEqual(['handshake', 'ready', 'exited', 'starting', 'handshake', 'ready']);
    expect(events.kept.onExited).toMatchObject([{ reason: 'signal', turnsLost: 1 }]);
    expect(events.kept.onRecycleFailed).toMatchObject([{ cause: 'worker_exited' }]);
    expect(events.kept.onRecycled).toEqual([]);
    expect(events.kept.onRestart).toEqual([{ restartCount: 1 }]);
    expect(supervisor.recycleState()).toMatchObject({ status: 'idle', recycles: 0 });
  });

  test('while its successor starts, which fails then: restarts go their usual way', async () => {
    const slowToFail = commandOf('/bin/sh', ['-c', 'sleep 0.3; exit 3']);
    const { supervisor, events, ready, run } = supervise([await scripted(), slowToFail, await scripted()]);
    await ready();
    supervisor.recycle();
    await events.nth('onStarting', 2);
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    await ready(2);
    expect((await run().observer.ended()).result).toBe('stop');
    expect(events.kept.onStartFailed).toMatchObject([{ reason: 'exited_early' }]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', restartCount: 2 });
  });

  test('while it drains fails its turns alone; those that had not begun begin on the successor', async () => {
    const rig = supervise([await scripted({ deltas: 1, hang: true }), await scripted()], { backoffInitialMs: LONG });
    const { supervisor, events, ready, run } = rig;
    await ready();
    const old = supervisor.snapshot().pid!;
    const lost = run().observer;
    await lost.heard();
    supervisor.recycle();
    await events.nth('onStarting', 2);
    // It reads no more: this turn cannot begin.
    process.kill(old, 'SIGSTOP');
    const moved = run().observer;
    await events.nth('onRecycled', 1);
    const served = run().observer;
    process.kill(old, 'SIGKILL');
    await moved.settled();
    await served.settled();
    expect([lost.result, moved.result, served.result]).toEqual(['worker_exited', 'stop', 'stop']);
    expect(moved.admissions.map(({ workerPid }) => workerPid)).toEqual([old, supervisor.snapshot().pid]);
    expect(await ended(rig, old)).toMatchObject({ reason: 'signal', turnsLost: 1 });
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', restartCount: 0, inflight: 0, queueDepth: 0 });
    expect(supervisor.recycleState()).toMatchObject({ status: 'idle', recycles: 1 });
  });
});

describe('stopping', () => {
  test('while a successor starts ends both', async () => {
    const { supervisor, events, ready, run } = supervise([await scripted(), commandOf('/bin/sleep', ['600'])]);
    await ready();
    const { observer } = run(slow);
    supervisor.recycle();
    await events.nth('onStarting', 2);
    await supervisor.stop(LONG);
    expect(observer.result).toBe('stop');
    expect(events.kept.onExited.map(({ reason }) => reason)).toEqual(['stopped', 'stopped']);
    for (const { pid } of events.kept.onStarting) expect(groupLives(pid)).toBe(false);
    expect(supervisor.state).toBe('stopped');
    expect(events.kept.onRecycled).toEqual([]);
  });

  test('while the old one drains gives the turns of both the grace', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted());
    await ready();
    const onOld = run(slow).observer;
    await onOld.heard();
    supervisor.recycle();
    await events.nth('onRecycled', 1);
    const onNew = run(slow).observer;
    await onNew.heard();
    await supervisor.stop(LONG);
    expect([onOld.result, onNew.result]).toEqual(['stop', 'stop']);
    for (const { pid } of events.kept.onStarting) expect(groupLives(pid)).toBe(false);
  });
});
