import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { peerDesk, runTurn } from '../rig/peer-desk.ts';
import { delivered } from '../rig/stream-peer.ts';
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
    const { desk, submit, open, lose } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    const total = { inputTokens: 7, cachedInputTokens: 0, outputTokens: 5, reasoningOutputTokens: 0 };
    await peer.write({ method: 'thread/tokenUsage/updated', params: { threadId: 'thr', tokenUsage: { total } } });
    expect(lose()).toBe(1);
    expect(observer.ends).toEqual([{ kind: 'failed', failure: EXITED, usage: total }]);
    expect([observer.settlements.length, desk.inflight]).toEqual([1, 0]);
  });

  test('a turn that had not begun begins on the next, before those that came later', async () => {
    const { desk, submit, open, lose } = peerDesk({ maxConcurrency: 1 });
    open();
    const [first, second] = [submit(), submit()];
    expect(lose()).toBe(0);
    expect([desk.inflight, desk.queueDepth]).toEqual([0, 2]);
    const peer = open();
    await runTurn(peer);
    await peer.write(turnCompleted('thr'));
    expect([first.observer.result, first.observer.admissions.length, first.observer.violations]).toEqual(['stop', 2, []]);
    await runTurn(peer, 'thr-2');
    expect(second.observer.text).toBe('one ');
  });

  test('a request that takes its worker down each time is not tried for ever', () => {
    const { submit, open, lose } = peerDesk();
    const { observer } = submit();
    const lost = [1, 2, 3].map(() => {
      open();
      return lose();
    });
    expect(lost).toEqual([0, 0, 1]);
    expect([observer.result, observer.settlements.length]).toEqual(['worker_exited', 1]);
  });

  test('a turn that has ended but is not unloaded is let go', async () => {
    const { submit, open, lose } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    await peer.write(turnCompleted('thr'));
    expect(lose()).toBe(0);
    expect([observer.result, observer.settlements.length]).toEqual(['stop', 1]);
  });

  test('a drain that waits for turns ends, also when they go back to the queue', async () => {
    const { desk, submit, open, lose } = peerDesk();
    open();
    const { observer } = submit();
    desk.close();
    const idle = desk.idle(600_000);
    lose();
    await idle;
    desk.failAll({ code: 'shutting_down', message: 'down' });
    expect([observer.result, desk.queueDepth]).toEqual(['shutting_down', 0]);
  });

  test('and another serves already, what it had begun goes there, and what runs there goes on', async () => {
    const { desk, submit, open, lose } = peerDesk({ maxConcurrency: 4 });
    const old = open();
    const [running, beginning] = [submit(), submit()];
    await runTurn(old);
    const next = open();
    const elsewhere = submit();
    await runTurn(next, 'elsewhere');
    expect([desk.turnsOn(old.channel), desk.turnsOn(next.channel)]).toEqual([2, 1]);
    expect(lose(old)).toBe(1);
    expect([running.observer.result, beginning.observer.result, elsewhere.observer.result]).toEqual([
      'worker_exited',
      undefined,
      undefined,
    ]);
    expect([desk.turnsOn(old.channel), desk.turnsOn(next.channel), desk.queueDepth]).toEqual([0, 2, 0]);
    await runTurn(next, 'thr-2');
    await next.write(turnCompleted('elsewhere'), turnCompleted('thr-2'));
    expect([beginning.observer.result, elsewhere.observer.result]).toEqual(['stop', 'stop']);
  });
});

describe('a worker that no new turns go to', () => {
  test('has let go when its last turn has ended and is unloaded, not before, and says so once', async () => {
    const { desk, submit, open } = peerDesk({ maxConcurrency: 4 });
    const old = open();
    const { observer } = submit();
    await runTurn(old);
    open();
    submit();
    let times = 0;
    desk.whenLetGo(old.channel, () => (times += 1));
    await old.write(turnCompleted('thr'));
    expect([observer.result, times]).toEqual(['stop', 0]);
    await old.answer('thread/unsubscribe', { result: {} });
    expect(times).toBe(1);
  });

  test('and without turns has let go at once', () => {
    const { desk, open } = peerDesk();
    const old = open();
    open();
    let times = 0;
    desk.whenLetGo(old.channel, () => (times += 1));
    expect(times).toBe(1);
  });
});

test('while a worker leaves its input unread turns wait, and begin when it has read', async () => {
  const { desk, submit, open } = peerDesk({ maxConcurrency: 4 });
  const peer = open();
  peer.hold();
  submit({ instructions: 'x'.repeat(70_000_000) });
  await delivered();
  submit();
  expect([desk.inflight, desk.queueDepth]).toEqual([1, 1]);
  await peer.unhold();
  desk.resume();
  expect([desk.inflight, desk.queueDepth]).toEqual([2, 0]);
});
