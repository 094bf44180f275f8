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

describe('an abort', () => {
  test('in the queue leaves the queue', async () => {
    const { desk, submit, open } = peerDesk({ maxConcurrency: 1 });
    const { turn, observer } = submit();
    turn.abort();
    turn.abort();
    expect([desk.queueDepth, observer.settlements.length]).toEqual([0, 1]);
    expect(methods(open())).toEqual([]);
    await delivered();
    expect(observer.admissions).toEqual([]);
  });

  test('while the thread starts begins no turn and unloads the thread', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { turn, observer } = submit();
    turn.abort();
    await peer.answer('thread/start', started);
    await peer.answer('thread/unsubscribe', { result: {} });
    expect(methods(peer)).toEqual(['thread/start', 'thread/unsubscribe']);
    expect([desk.inflight, observer.settlements.length]).toEqual([0, 1]);
  });

  test('before the worker has named the turn interrupts it as soon as it has', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { turn, observer } = submit();
    await peer.answer('thread/start', started);
    turn.abort();
    expect(peer.requests('turn/interrupt')).toEqual([]);
    await peer.answer('turn/start', { result: { turn: { id: 'turn_1' } } });
    await delivered();
    expect(peer.requests('turn/interrupt')[0]?.params).toEqual({ threadId: 'thr', turnId: 'turn_1' });
    await peer.write(turnCompleted('thr', 'interrupted'));
    await peer.answer('thread/unsubscribe', { result: {} });
    expect([desk.inflight, observer.settlements.length]).toEqual([0, 1]);
  });

  test('while the turn runs interrupts it, once, and no more text is heard', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { turn, observer } = submit();
    await runTurn(peer);
    turn.abort();
    turn.abort();
    await peer.write(deltaFrame('thr', 'late'), turnCompleted('thr', 'interrupted'));
    await peer.answer('thread/unsubscribe', { result: {} });
    expect(peer.requests('turn/interrupt')).toHaveLength(1);
    expect([observer.text, desk.inflight, observer.settlements.length]).toEqual(['one ', 0, 1]);
  });

  test('after the end changes nothing', async () => {
    const { submit, open } = peerDesk();
    const peer = open();
    const { turn, observer } = submit();
    await runTurn(peer);
    await peer.write(turnCompleted('thr'));
    turn.abort();
    await peer.answer('thread/unsubscribe', { result: {} });
    turn.abort();
    await delivered();
    expect(methods(peer)).toEqual(['thread/start', 'turn/start', 'thread/unsubscribe']);
    expect([observer.ends.length, observer.settlements.length]).toEqual([1, 1]);
  });

  test.each(['queued', 'starting', 'unnamed', 'running'])('is never followed by onEnd (%s)', async (phase) => {
    const { desk, submit, open, lose, wait } = peerDesk({ maxConcurrency: 1 });
    const peer = phase === 'queued' ? undefined : open();
    const { turn, observer } = submit();
    if (phase === 'unnamed' || phase === 'running') await peer?.answer('thread/start', started);
    if (phase === 'running') await peer?.answer('turn/start', { result: { turn: { id: 'turn_1' } } });
    turn.abort();
    wait(120_000);
    wait(120_000);
    lose();
    expect([observer.ends, observer.settlements.length, desk.inflight, desk.queueDepth]).toEqual([[], 1, 0, 0]);
  });
});
