import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { peerDesk, runTurn } from '../rig/peer-desk.ts';
import { turnCompleted } from '../rig/worker-frames.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const EXITED = { code: 'worker_exited', message: 'gone' } as const;

describe('when the worker is lost', () => {
  test('a turn that runs fails with all that is known of it', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    const total = { inputTokens: 7, cachedInputTokens: 0, outputTokens: 5, reasoningOutputTokens: 0 };
    await peer.write({ method: 'thread/tokenUsage/updated', params: { threadId: 'thr', tokenUsage: { total } } });
    expect(desk.workerLost(EXITED)).toBe(1);
    expect(observer.ends).toEqual([{ kind: 'failed', failure: EXITED, usage: total }]);
    expect([observer.settlements.length, desk.inflight]).toEqual([1, 0]);
  });

  test('a turn that had not begun begins on the next, before those that came later', async () => {
    const { desk, submit, open } = peerDesk({ maxConcurrency: 1 });
    open();
    const [first, second] = [submit(), submit()];
    expect(desk.workerLost(EXITED)).toBe(0);
    expect([desk.inflight, desk.queueDepth]).toEqual([0, 2]);
    const peer = open();
    await runTurn(peer);
    await peer.write(turnCompleted('thr'));
    expect([first.observer.result, first.observer.admissions.length, first.observer.violations]).toEqual(['stop', 2, []]);
    await runTurn(peer, 'thr-2');
    expect(second.observer.text).toBe('one ');
  });

  test('a request that takes its worker down each time is not tried for ever', () => {
    const { desk, submit, open } = peerDesk();
    const { observer } = submit();
    const lost = [1, 2, 3].map(() => {
      open();
      return desk.workerLost(EXITED);
    });
    expect(lost).toEqual([0, 0, 1]);
    expect([observer.result, observer.settlements.length]).toEqual(['worker_exited', 1]);
  });

  test('a turn that has ended but is not unloaded is let go', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    await peer.write(turnCompleted('thr'));
    expect(desk.workerLost(EXITED)).toBe(0);
    expect([observer.result, observer.settlements.length]).toEqual(['stop', 1]);
  });

  test('a drain that waits for turns ends, also when they go back to the queue', async () => {
    const { desk, submit, open } = peerDesk();
    open();
    const { observer } = submit();
    desk.close();
    const idle = desk.idle(600_000);
    desk.workerLost(EXITED);
    await idle;
    desk.failAll({ code: 'shutting_down', message: 'down' });
    expect([observer.result, desk.queueDepth]).toEqual(['shutting_down', 0]);
  });
});
