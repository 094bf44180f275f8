import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { peerDesk, runTurn } from '../rig/peer-desk.ts';
import { delivered, type StreamPeer } from '../rig/stream-peer.ts';
import { deltaFrame, turnCompleted } from '../rig/worker-frames.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const methods = (peer: StreamPeer): (string | undefined)[] => peer.frames.map((frame) => frame.method);
const started = { result: { thread: { id: 'thr' } } };

describe('time', () => {
  test('runs out for a request that waits', () => {
    const { desk, submit, wait } = peerDesk({ requestTimeoutMs: 1_000 });
    const { observer } = submit();
    wait(999);
    expect(observer.ends).toEqual([]);
    wait(1);
    expect([observer.result, observer.settlements.length, desk.queueDepth]).toEqual(['worker_timeout', 1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('runs out for a turn that goes on and on: it is interrupted', async () => {
    const { desk, submit, open, wait } = peerDesk({ requestTimeoutMs: 1_000 });
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    wait(1_000);
    await delivered();
    expect([observer.result, desk.inflight]).toEqual(['worker_timeout', 1]);
    expect(peer.requests('turn/interrupt')).toHaveLength(1);
    await peer.write(turnCompleted('thr', 'interrupted'));
    expect(desk.inflight).toBe(0);
  });

  test('runs out for a turn in which the worker is silent, but not while it speaks', async () => {
    const { submit, open, wait } = peerDesk({ idleTimeoutMs: 1_000 });
    const peer = open();
    const { observer } = submit();
    await runTurn(peer);
    for (const frame of [deltaFrame('thr', 'x'), { method: 'item/started', params: { threadId: 'thr' } }]) {
      wait(999);
      await peer.write(frame);
    }
    wait(999);
    expect(observer.ends).toEqual([]);
    wait(1);
    expect(observer.result).toBe('stream_idle_timeout');
  });

  test('a turn that cannot be interrupted loses its slot, and is let go when the worker does not unload it either', async () => {
    const { desk, submit, open, wait } = peerDesk({ maxConcurrency: 1, requestTimeoutMs: 10_000 });
    const peer = open();
    const first = submit();
    await runTurn(peer);
    wait(9_000);
    const second = submit();
    wait(1_000);
    expect(first.observer.result).toBe('worker_timeout');
    wait(5_001);
    expect([desk.inflight, second.observer.admissions.length, first.observer.settlements.length]).toEqual([1, 1, 0]);
    wait(5_001);
    expect(first.observer.settlements).toHaveLength(1);
  });

  test('a thread that starts after its turn was given up is unloaded', async () => {
    const { desk, submit, open, wait } = peerDesk({ requestTimeoutMs: 1_000 });
    const peer = open();
    const { observer } = submit();
    wait(1_000);
    wait(5_001);
    expect([observer.result, observer.settlements.length, desk.inflight]).toEqual(['worker_timeout', 1, 0]);
    await peer.answer('thread/start', started);
    await peer.answer('thread/unsubscribe', { result: {} });
    expect(methods(peer)).toEqual(['thread/start', 'thread/unsubscribe']);
  });

  test('is not watched while there is no turn', async () => {
    const { submit, open } = peerDesk();
    const peer = open();
    expect(vi.getTimerCount()).toBe(0);
    submit();
    expect(vi.getTimerCount()).toBe(1);
    await runTurn(peer);
    await peer.write(turnCompleted('thr'));
    await peer.answer('thread/unsubscribe', { result: {} });
    expect(vi.getTimerCount()).toBe(0);
  });
});
