import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkerUnavailableError } from '@codex-proxy/worker';
import { describe, expect, test, vi } from 'vitest';
import { groupLives } from '../rig/process-table.ts';
import { commandOf, scripted, supervise, temporaryFolder } from '../rig/supervised.ts';

const FALSE = commandOf('/bin/false', []);

describe('a start', () => {
  test('goes from starting over the handshake to ready, and tells so', async () => {
    const { supervisor, events, ready } = supervise(await scripted());
    expect(supervisor.snapshot()).toMatchObject({ state: 'starting', everReady: false, available: true, restartCount: 0 });
    await ready();
    expect(events.states).toEqual(['handshake', 'ready']);
    const { pid } = supervisor.snapshot();
    expect(events.kept.onStarting).toEqual([{ pid, restartCount: 0, successor: false }]);
    expect(events.kept.onStarted).toEqual([{ pid, version: '0.169.0', handshakeMs: expect.any(Number), restartCount: 0 }]);
    expect(supervisor.snapshot()).toEqual({
      state: 'ready',
      pid,
      version: '0.169.0',
      everReady: true,
      available: true,
      restartCount: 0,
      restartStreak: 0,
      backoffMs: 0,
      inflight: 0,
      queueDepth: 0,
    });
    expect(supervisor.residentBytes()).toBeGreaterThan(1_000_000);
  });

  test('that is slow is waited for', async () => {
    const { supervisor, run, ready } = supervise(await scripted({ handshakeMs: 300 }));
    expect(run().observer.result).toBe('worker_not_ready');
    await expect(supervisor.request('model/list', {})).rejects.toThrow(WorkerUnavailableError);
    await ready();
    expect((await run().observer.ended()).result).toBe('stop');
  });
});

describe('a start fails', () => {
  test('when the binary is missing', async () => {
    const { supervisor, events, run } = supervise(commandOf('/nowhere/codex'));
    const failure = await events.nth('onStartFailed', 2);
    expect(failure).toMatchObject({ reason: 'spawn_failed', message: 'spawn /nowhere/codex ENOENT', restartStreak: 2 });
    expect(events.kept.onExited).toEqual([]);
    expect(events.states.slice(0, 2)).toEqual(['backoff', 'starting']);
    expect(supervisor.snapshot()).toMatchObject({ everReady: false, lastStartError: 'spawn /nowhere/codex ENOENT' });
    expect(supervisor.residentBytes()).toBe(0);
    expect(run().observer.result).toBe('worker_not_ready');
  });

  test('when the binary is not executable', async () => {
    const file = join(temporaryFolder(), 'codex');
    writeFileSync(file, '#!/bin/sh\n');
    const { events } = supervise(commandOf(file));
    expect(await events.nth('onStartFailed', 1)).toMatchObject({ reason: 'spawn_failed', message: `spawn ${file} EACCES` });
  });

  test('when the command cannot be made, or cannot be spawned at all', async () => {
    const { events } = supervise([commandOf('/bin/sh', ['x'.repeat(3_000_000)]), commandOf('a\0b')]);
    expect((await events.nth('onStartFailed', 1)).message).toContain('E2BIG');
    expect((await events.nth('onStartFailed', 2)).message).toContain('null bytes');
    const failing = supervise([], {});
    expect((await failing.events.nth('onStartFailed', 3)).message).toBe('no command to run');
  });

  test('when the process exits at once; what it said last is told', async () => {
    const { supervisor, events } = supervise(commandOf('/bin/sh', ['-c', 'printf "hunter2 is no password" >&2; exit 7']));
    const exit = await events.nth('onExited', 1);
    expect(exit).toMatchObject({ exitCode: 7, signal: null, reason: 'start_failed', restartCount: 0, turnsLost: 0 });
    expect(events.kept.onStartFailed[0]).toMatchObject({ reason: 'exited_early', message: 'it ended with code 7 before its handshake' });
    expect(events.kept.onStderr[0]).toEqual({ text: '[redacted] is no password', suppressed: 0 });
    expect(supervisor.snapshot().lastExitCode).toBe(7);
  });

  test('when the handshake is not answered: the whole group of the process is killed', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'silent');
    // A child that would survive its parent.
    writeFileSync(file, '#!/bin/sh\nsleep 600 &\nexec sleep 600\n');
    chmodSync(file, 0o755);
    const { events } = supervise(commandOf(file), { handshakeTimeoutMs: 50, backoffInitialMs: 60_000 });
    const { pid, signal, reason } = await events.nth('onExited', 1);
    expect([signal, reason]).toEqual(['SIGKILL', 'start_failed']);
    expect(events.kept.onStartFailed).toMatchObject([{ reason: 'handshake_timeout', message: 'no answer to the handshake in 50 ms', pid }]);
    await vi.waitFor(
      () => {
        expect(groupLives(pid)).toBe(false);
      },
      { timeout: 10_000 },
    );
  });

  test('when the process speaks something else: that is reported, with limits', async () => {
    const { events } = supervise(commandOf('/bin/sh', ['-c', 'seq 1000; echo Welcome; exit 0']));
    await events.nth('onExited', 1);
    expect(events.kept.onProtocolError).toHaveLength(10);
    expect(events.kept.onProtocolError[0]).toEqual({ reason: 'not_an_object', bytes: 1, suppressed: 0 });
  });

  test('when the handshake is refused', async () => {
    const { events, supervisor } = supervise(await scripted({ refuse: { initialize: { code: -32_600, message: 'not with hunter2' } } }));
    expect(await events.nth('onStartFailed', 1)).toMatchObject({ reason: 'handshake_failed', message: 'not with [redacted]' });
    await events.nth('onExited', 1);
    expect(supervisor.snapshot().lastStartError).toBe('not with [redacted]');
  });
});

describe('after failed starts', () => {
  test('delays double up to the maximum, and are told while they run', async () => {
    const { supervisor, events } = supervise(FALSE, { backoffInitialMs: 1, backoffMaxMs: 6 });
    await events.nth('onBackoff', 5);
    expect(events.kept.onBackoff.map(({ delayMs }) => delayMs).slice(0, 5)).toEqual([1, 2, 4, 6, 6]);
    expect(events.kept.onBackoff.map(({ restartStreak }) => restartStreak).slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'backoff', backoffMs: 6 });
    await events.nth('onStarting', 6);
    expect(supervisor.snapshot()).toMatchObject({ state: 'handshake', backoffMs: 0, restartCount: 5 });
    expect(events.kept.onRestart.map(({ restartCount }) => restartCount)).toEqual([1, 2, 3, 4, 5]);
  });

  test('five in a row make requests be refused at once; those that wait are refused, too; then it recovers', async () => {
    const good = await scripted({ exitAfterTurns: 1 });
    const { supervisor, events, run, ready } = supervise([good, FALSE, FALSE, FALSE, FALSE, FALSE, await scripted({ handshakeMs: 100 })]);
    await ready();
    await run().observer.ended();
    await events.nth('onExited', 1);
    const waiting = run().observer;
    expect(supervisor.snapshot()).toMatchObject({ available: true, queueDepth: 1 });
    await events.nth('onStartFailed', 4);
    expect(waiting.result).toBeUndefined();
    await waiting.ended();
    expect(waiting.result).toBe('worker_not_ready');
    expect(supervisor.snapshot()).toMatchObject({ available: false, everReady: true });
    expect(run().observer.result).toBe('worker_not_ready');
    await ready(2);
    expect(supervisor.snapshot()).toMatchObject({ available: true, restartCount: 6 });
    expect((await run().observer.ended()).result).toBe('stop');
  });

  test('a worker that serves for the stable period ends the streak', async () => {
    const { supervisor, events, ready } = supervise([FALSE, FALSE, await scripted()], { stableMs: 1, backoffMaxMs: 1_000 });
    await ready();
    await vi.waitFor(
      () => {
        expect(supervisor.snapshot().restartStreak).toBe(0);
      },
      { timeout: 10_000 },
    );
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    expect(await events.nth('onBackoff', 3)).toEqual({ delayMs: 1, restartStreak: 1 });
  });

  test('a worker that ends before that does not', async () => {
    const { supervisor, events, ready } = supervise([FALSE, FALSE, await scripted()], { stableMs: 60_000, backoffMaxMs: 1_000 });
    await ready();
    process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    expect(await events.nth('onBackoff', 3)).toEqual({ delayMs: 4, restartStreak: 3 });
  });
});
