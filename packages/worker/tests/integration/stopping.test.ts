import { describe, expect, test } from 'vitest';
import { groupLives } from '../rig/process-table.ts';
import { commandOf, scripted, supervise } from '../rig/supervised.ts';

const LONG = 600_000;
const slow = { deltas: 20, interDeltaMs: 10 };

describe('stopping', () => {
  test('lets turns that end within the grace end, refuses what waits, and leaves nothing', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted(slow), { maxConcurrency: 1 });
    await ready();
    const pid = supervisor.snapshot().pid!;
    const [running, waiting] = [run().observer, run().observer];
    await running.heard();
    const stopped = supervisor.stop(LONG);
    expect(supervisor.snapshot()).toMatchObject({ state: 'draining', inflight: 1, queueDepth: 0 });
    expect(waiting.result).toBe('shutting_down');
    expect(run().observer.result).toBe('shutting_down');
    await stopped;
    expect([running.result, running.text]).toEqual(['stop', 'word '.repeat(20)]);
    expect([running, waiting].map((observer) => observer.settlements.length)).toEqual([1, 1]);
    expect(events.states).toEqual(['handshake', 'ready', 'draining', 'exited', 'stopped']);
    expect(events.kept.onExited).toMatchObject([{ reason: 'stopped', turnsLost: 0 }]);
    expect(events.kept.onBackoff).toEqual([]);
    expect(groupLives(pid)).toBe(false);
    expect(run().observer.result).toBe('shutting_down');
  });

  test('fails turns that outlast the grace', async () => {
    const { supervisor, ready, run } = supervise(await scripted({ deltas: 1, hang: true }));
    await ready();
    const { observer } = run();
    await observer.heard();
    await supervisor.stop(1);
    expect([observer.result, observer.text, observer.settlements.length]).toEqual(['shutting_down', 'word ', 1]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'stopped', inflight: 0 });
  });

  test('ends a worker that ignores SIGTERM and the end of its input', async () => {
    const { supervisor, events, ready } = supervise(await scripted({ ignoreSigterm: true, ignoreStdinEnd: true }));
    await ready();
    await supervisor.stop(LONG);
    expect(events.kept.onExited).toMatchObject([{ signal: 'SIGKILL', reason: 'stopped' }]);
  });

  test('does not wait for the grace when the worker ends meanwhile', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted({ deltas: 1, hang: true }));
    await ready();
    const { observer } = run();
    await observer.heard();
    const stopped = supervisor.stop(LONG);
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    await stopped;
    expect(observer.result).toBe('worker_exited');
    expect(events.kept.onStarting).toHaveLength(1);
  });

  test('nor when the turns in flight had only just begun', async () => {
    const { supervisor, ready, run } = supervise(await scripted({ blockStdin: true, ignoreStdinEnd: true }));
    await ready();
    process.kill(supervisor.snapshot().pid!, 'SIGSTOP');
    const { observer } = run();
    const stopped = supervisor.stop(LONG);
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    await stopped;
    expect([observer.result, observer.settlements.length]).toEqual(['shutting_down', 1]);
  });

  test('twice resolves twice when the process is gone', async () => {
    const { supervisor, ready } = supervise(await scripted());
    await ready();
    const pid = supervisor.snapshot().pid!;
    const [first, second] = [supervisor.stop(LONG), supervisor.stop(0)];
    await second;
    expect(groupLives(pid)).toBe(false);
    await first;
  });

  test.each([
    ['before the process is there', 'starting', commandOf('/bin/sleep', ['600'])],
    ['before the handshake is answered', 'handshake', commandOf('/bin/sleep', ['600'])],
    ['while a restart is delayed', 'backoff', commandOf('/bin/false', [])],
    ['while the binary is missing', 'backoff', commandOf('/nowhere/codex', [])],
  ])('%s ends it', async (_, state, command) => {
    const { supervisor, events } = supervise(command, { backoffInitialMs: LONG, backoffMaxMs: LONG });
    if (state === 'handshake') await events.nth('onStarting', 1);
    if (state === 'backoff') await events.nth('onBackoff', 1);
    expect(supervisor.state).toBe(state);
    await supervisor.stop(LONG);
    expect(supervisor.state).toBe('stopped');
    expect(supervisor.snapshot().backoffMs).toBe(0);
    for (const { pid } of events.kept.onStarting) expect(groupLives(pid)).toBe(false);
  });

  test('does not make a worker ready that answers its handshake too late', async () => {
    const answersAtTheEnd = 'trap "" TERM; echo trapped >&2; cat >/dev/null; echo \'{"id":1,"result":{"userAgent":"sh/1"}}\'; exit 0';
    const { supervisor, events } = supervise(commandOf('/bin/sh', ['-c', answersAtTheEnd]));
    await events.nth('onStderr', 1);
    await supervisor.stop(LONG);
    expect(events.states).toEqual(['handshake', 'exited', 'stopped']);
    expect(events.kept.onStarted).toEqual([]);
  });
});
