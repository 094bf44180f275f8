import { WorkerUnavailableError, type Supervisor } from '@codex-proxy/worker';
import { describe, expect, test } from 'vitest';
import { groupLives } from '../rig/process-table.ts';
import { commandOf, scripted, supervise } from '../rig/supervised.ts';
import { HandClock } from '../rig/turn-samples.ts';

const TIMES = { requestTimeoutMs: 60_000, idleTimeoutMs: 20_000 };

/** A worker that stops reading does so after the read that holds `initialized`. */
async function untilBlocked(supervisor: Supervisor): Promise<void> {
  for (;;) {
    try {
      await supervisor.request('model/list', {}, 200);
    } catch {
      return;
    }
  }
}

describe('a worker that hangs', () => {
  test('in the middle of a turn: the turn fails when it has been silent too long, and the next one is served', async () => {
    const clock = new HandClock();
    const { supervisor, ready, run } = supervise(await scripted(), { ...TIMES, monotonicMs: clock.read });
    await ready();
    const input = (script: object) =>
      ({ input: [{ type: 'text', text: `!script ${JSON.stringify(script)}`, text_elements: [] }] }) as const;
    const { observer } = run(input({ deltas: ['so', ' far'], hang: true }));
    await observer.heard(2);
    clock.nowMs += 20_000;
    await observer.settled();
    expect([observer.result, observer.text]).toEqual(['stream_idle_timeout', 'so far']);
    expect(supervisor.snapshot()).toMatchObject({ inflight: 0, state: 'ready', restartCount: 0 });
    expect((await run().observer.ended()).result).toBe('stop');
  });

  test('and ignores the interrupt: the slot is taken back all the same', async () => {
    const clock = new HandClock();
    const options = { ...TIMES, maxConcurrency: 1, monotonicMs: clock.read };
    const { supervisor, ready, run } = supervise(await scripted(), options);
    await ready();
    const script = JSON.stringify({ deltas: ['x'], hang: true, deaf: true });
    const { turn, observer } = run({ input: [{ type: 'text', text: `!script ${script}`, text_elements: [] }] });
    const next = run().observer;
    await observer.heard();
    turn.abort();
    clock.nowMs += 5_001;
    await next.ended();
    expect(next.result).toBe('stop');
    await observer.settled();
    await next.settled();
    expect(observer.ends).toEqual([]);
    expect(supervisor.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0 });
  });

  test('and reads nothing: turns end with worker_timeout, requests with a time-out of their own, and it can be stopped', async () => {
    const clock = new HandClock();
    const { supervisor, ready, run, events } = supervise(await scripted({ blockStdin: true, ignoreStdinEnd: true }), {
      ...TIMES,
      monotonicMs: clock.read,
    });
    await ready();
    await untilBlocked(supervisor);
    await expect(supervisor.request('model/list', {}, 1)).rejects.toThrow(WorkerUnavailableError);
    await expect(supervisor.request('model/list', {}, 1)).rejects.toThrow('model/list had no answer: 1 ms have passed');
    // More than a pipe holds.
    const { observer } = run({ instructions: 'x'.repeat(1_000_000) });
    clock.nowMs += 60_000;
    await observer.ended();
    expect(observer.result).toBe('worker_timeout');
    clock.nowMs += 5_001;
    await observer.settled();
    expect(supervisor.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0 });
    await supervisor.stop(0);
    expect(events.kept.onExited).toMatchObject([{ reason: 'stopped', signal: 'SIGTERM' }]);
  });

  test('without any process left to speak: it is killed and replaced', async () => {
    // The shell closes its output and lives on.
    const script = 'read -r line; echo \'{"id":1,"result":{"userAgent":"codex/9.9.9 (sh)"}}\'; exec >&-; sleep 600';
    const { events, ready } = supervise([commandOf('/bin/sh', ['-c', script]), await scripted()]);
    await ready();
    const { pid, reason, signal } = await events.nth('onExited', 1);
    expect([reason, signal]).toEqual(['signal', 'SIGKILL']);
    expect(groupLives(pid)).toBe(false);
    await ready(2);
    expect(events.kept.onStarted[0]).toMatchObject({ version: '9.9.9' });
  });
});
