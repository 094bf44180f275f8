import { describe, expect, test, vi } from 'vitest';
import { codexCommand, demoProvider } from '../rig/codex-command.ts';
import { groupLives } from '../rig/process-table.ts';
import { commandOf, scripted, supervise } from '../rig/supervised.ts';

const PATIENCE = { patienceMs: 200 };
const STOPPED = 'The Codex worker stopped responding while it worked on this request, and was ended.';
const input = (script: object) => ({ input: [{ type: 'text', text: `!script ${JSON.stringify(script)}`, text_elements: [] }] }) as const;
const endless = input({ deltas: ['so far'], hang: true });

describe('a worker that is stopped', () => {
  test('in the middle of turns is killed and replaced; they fail, and those that it had not begun complete on the next', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted(), PATIENCE);
    await ready();
    const pid = supervisor.snapshot().pid!;
    const lost = run(endless).observer;
    await lost.heard();
    process.kill(pid, 'SIGSTOP');
    const beginning = run().observer;
    const inquiry = supervisor.request('model/list', {}, 600_000);
    await expect(inquiry).rejects.toThrow('the worker ended');
    await lost.settled();
    expect(lost.end).toMatchObject({ kind: 'failed', failure: { code: 'worker_exited', message: STOPPED } });
    await beginning.settled();
    expect([beginning.result, beginning.admissions.length, beginning.violations]).toEqual(['stop', 2, []]);
    expect(events.kept.onUnresponsive).toMatchObject([{ pid, reason: 'silent' }]);
    expect(events.kept.onUnresponsive[0]!.silentMs).toBeGreaterThanOrEqual(400);
    expect(events.kept.onExited).toMatchObject([{ pid, signal: 'SIGKILL', reason: 'killed_unresponsive', turnsLost: 1 }]);
    expect(groupLives(pid)).toBe(false);
    expect(events.states).toEqual(['handshake', 'ready', 'exited', 'backoff', 'starting', 'handshake', 'ready']);
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', restartCount: 1, restartStreak: 1, lastExitCode: null, inflight: 0 });
  });

  test('while it has nothing to do is found out before anybody asks it something', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted(), PATIENCE);
    await ready();
    const pid = supervisor.snapshot().pid!;
    process.kill(pid, 'SIGSTOP');
    expect(await events.nth('onExited', 1)).toMatchObject({ pid, reason: 'killed_unresponsive', turnsLost: 0 });
    await ready(2);
    expect((await run().observer.ended()).result).toBe('stop');
  });

  test('for a moment only goes on where it was', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted(), { patienceMs: 5_000 });
    await ready();
    const pid = supervisor.snapshot().pid!;
    process.kill(pid, 'SIGSTOP');
    const { observer } = run();
    await observer.admitted();
    process.kill(pid, 'SIGCONT');
    await observer.settled();
    expect([observer.result, supervisor.snapshot().pid, events.kept.onUnresponsive]).toEqual(['stop', pid, []]);
  });

  test('while it drains is killed, and its successor serves on', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted(), PATIENCE);
    await ready();
    const pid = supervisor.snapshot().pid!;
    const { observer } = run(endless);
    await observer.heard();
    supervisor.recycle();
    const { successorPid } = await events.nth('onRecycled', 1);
    process.kill(pid, 'SIGSTOP');
    await observer.settled();
    expect(observer.end).toMatchObject({ failure: { message: STOPPED } });
    expect(events.kept.onExited).toMatchObject([{ pid, reason: 'killed_unresponsive' }]);
    expect(supervisor.snapshot()).toMatchObject({ state: 'ready', pid: successorPid, restartCount: 0 });
  });
});

describe('a worker that reads nothing', () => {
  test('is killed and replaced, and turns complete on the next', async () => {
    const deaf = await scripted({ blockStdin: true, ignoreStdinEnd: true, ignoreSigterm: true });
    const { supervisor, events, ready, run } = supervise([deaf, await scripted()], { patienceMs: 1_500 });
    await ready();
    // More than a pipe holds: those after it wait until somebody reads.
    const turns = [run({ instructions: 'x'.repeat(70_000_000) }), run(), run()].map(({ observer }) => observer);
    expect(supervisor.snapshot()).toMatchObject({ inflight: 1, queueDepth: 2 });
    const { reason } = await events.nth('onUnresponsive', 1);
    expect(['silent', 'input_blocked']).toContain(reason);
    for (const observer of turns) await observer.settled();
    expect(turns.map(({ result }) => result)).toEqual(['stop', 'stop', 'stop']);
    expect(events.kept.onExited).toMatchObject([{ reason: 'killed_unresponsive', turnsLost: 0 }]);
  });

  test('though it talks', async () => {
    // It keeps its input open and never reads it again.
    const talk = 'while :; do echo \'{"method":"x"}\'; sleep 0.02; done';
    const script = `read -r line; echo '{"id":1,"result":{"userAgent":"sh/1"}}'; exec 4<&0 </dev/null; ${talk}`;
    const talks = commandOf('/bin/sh', ['-c', script]);
    const { events, ready, run } = supervise([talks, await scripted()], PATIENCE);
    await ready();
    const { observer } = run({ instructions: 'x'.repeat(1_000_000) });
    await events.nth('onUnresponsive', 1);
    expect(events.kept.onUnresponsive).toMatchObject([{ reason: 'input_blocked' }]);
    expect((await observer.settled()).result).toBe('stop');
  });
});

describe('a worker that waits for its provider', () => {
  test('is asked, answers, and is left alone; so is one without work', async () => {
    const { supervisor, events, ready, run } = supervise(await scripted(), { patienceMs: 250 });
    await ready();
    const { observer } = run(input({ deltas: ['at', ' last'], firstDeltaMs: 2_000 }));
    await observer.settled();
    expect([observer.result, observer.text]).toEqual(['stop', 'at last']);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(events.kept.onUnresponsive).toEqual([]);
    expect(supervisor.snapshot().restartCount).toBe(0);
  });

  test('is left alone when it is the real one, with many turns that wait', async () => {
    const provider = await demoProvider({ script: () => ({ deltas: ['at', ' last'], firstTokenMs: 3_000 }) });
    const { supervisor, events, ready, run } = supervise(codexCommand(provider), { patienceMs: 300 });
    await ready();
    const { pid } = supervisor.snapshot();
    const turns = Array.from({ length: 12 }, () => run().observer);
    for (const observer of turns) await observer.settled();
    expect(turns.map(({ result, text }) => [result, text])).toEqual(turns.map(() => ['stop', 'at last']));
    expect(events.kept.onUnresponsive).toEqual([]);
    expect(supervisor.snapshot()).toMatchObject({ pid, restartCount: 0 });
  });

  test('is killed when it is the real one and stopped', async () => {
    const provider = await demoProvider({ script: () => ({ deltas: ['so', ' far'], interTokenMs: 100_000 }) });
    const { supervisor, events, ready, run } = supervise(codexCommand(provider), { patienceMs: 300 });
    await ready();
    const pid = supervisor.snapshot().pid!;
    const { observer } = run();
    await observer.heard();
    process.kill(pid, 'SIGSTOP');
    await observer.settled();
    expect(observer.end).toMatchObject({ failure: { code: 'worker_exited', message: STOPPED } });
    expect(events.kept.onExited).toMatchObject([{ pid, reason: 'killed_unresponsive' }]);
    await ready(2);
    await vi.waitFor(
      () => {
        expect(groupLives(pid)).toBe(false);
      },
      { timeout: 10_000 },
    );
  });
});
