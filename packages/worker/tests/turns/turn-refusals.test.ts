import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { peerDesk } from '../rig/peer-desk.ts';
import { type StreamPeer } from '../rig/stream-peer.ts';
import { deltaFrame, turnCompleted } from '../rig/worker-frames.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const methods = (peer: StreamPeer): (string | undefined)[] => peer.frames.map((frame) => frame.method);
const started = { result: { thread: { id: 'thr' } } };

describe('a request that the worker refuses', () => {
  const refused = { error: { code: -32_600, message: 'hunter2 is invalid' } };
  const failure = { code: 'invalid_request', message: 'The worker refused the request: [redacted] is invalid' };

  test('thread/start: the turn fails and its slot is free', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await peer.answer('thread/start', refused);
    expect(observer.end).toMatchObject({ kind: 'failed', failure });
    expect([desk.inflight, observer.settlements.length, methods(peer)]).toEqual([0, 1, ['thread/start']]);
  });

  test('thread/start answered without a thread: the same', async () => {
    const { desk, submit, open } = peerDesk();
    const { observer } = submit();
    await open().answer('thread/start', { result: {} });
    expect([observer.result, desk.inflight, observer.settlements.length]).toEqual(['internal_error', 0, 1]);
  });

  test('turn/start: the thread is unloaded', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit();
    await peer.answer('thread/start', started);
    await peer.answer('turn/start', refused);
    await peer.answer('thread/unsubscribe', { result: {} });
    expect(observer.end).toMatchObject({ kind: 'failed', failure });
    expect([desk.inflight, observer.settlements.length]).toEqual([0, 1]);
  });

  test('thread/inject_items: the turn that was sent along is interrupted', async () => {
    const { desk, submit, open } = peerDesk();
    const peer = open();
    const { observer } = submit({ history: [{ type: 'message', role: 'user', content: [] }] });
    await peer.answer('thread/start', started);
    await peer.answer('thread/inject_items', refused);
    expect(observer.end).toMatchObject({ kind: 'failed', failure });
    await peer.answer('turn/start', { result: { turn: { id: 'turn_1' } } });
    await peer.answer('turn/interrupt', { result: {} });
    await peer.write(deltaFrame('thr', 'never shown'), turnCompleted('thr', 'interrupted'));
    await peer.answer('thread/unsubscribe', { result: {} });
    expect([observer.text, observer.ends.length, desk.inflight, observer.settlements.length]).toEqual(['', 1, 0, 1]);
  });
});
