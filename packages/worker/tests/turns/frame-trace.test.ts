import { expect, test } from 'vitest';
import type { RpcFrame } from '@codex-proxy/contracts';
import { FrameTrace } from '../../src/turns/frame-trace.ts';

const REQUEST = { type: 'rpc_request', direction: 'to_worker', method: 'turn/start', id: 7, atMs: 1, bytes: 120 } satisfies RpcFrame;

function notification(method: string, bytes: number, atMs: number): RpcFrame {
  return { type: 'rpc_notification', direction: 'from_worker', method, bytes, atMs };
}

test('consecutive deltas become one entry with their number, size and longest gap', () => {
  const trace = new FrameTrace({ keepsPayloads: false });
  trace.add(REQUEST, {});
  trace.addDelta(100, 10);
  trace.addDelta(101, 12);
  trace.addDelta(102, 30);
  trace.addDelta(103, 31);
  trace.add(notification('turn/completed', 80, 40), { secret: true });
  expect(trace.frames).toEqual([
    REQUEST,
    {
      type: 'delta_run',
      direction: 'from_worker',
      method: 'item/agentMessage/delta',
      atMs: 10,
      bytes: 406,
      count: 4,
      lastAtMs: 31,
      maxGapMs: 18,
      maxGapAfter: 2,
    },
    { type: 'rpc_notification', direction: 'from_worker', method: 'turn/completed', atMs: 40, bytes: 80 },
  ]);
});

test('another frame between deltas begins a new run', () => {
  const trace = new FrameTrace({ keepsPayloads: false });
  trace.addDelta(1, 1);
  trace.add(notification('item/completed', 5, 2), {});
  trace.addDelta(1, 3);
  trace.addDelta(1, 4);
  expect(trace.frames.map((frame) => [frame.type, frame.count])).toEqual([
    ['delta_run', 1],
    ['rpc_notification', undefined],
    ['delta_run', 2],
  ]);
});

test('a flood does not grow it beyond its limit', () => {
  const trace = new FrameTrace({ keepsPayloads: false });
  for (let at = 0; at < 30_000; at += 1) {
    trace.addDelta(1, at);
    trace.add(notification('item/updated', 5, at), {});
  }
  expect(trace.frames).toHaveLength(10_000);
});

test('payloads are kept where they were asked for, up to 4 MiB on the wire', () => {
  const trace = new FrameTrace({ keepsPayloads: true });
  trace.add(REQUEST, { threadId: 'thr' });
  trace.add(notification('item/completed', 4_194_000, 2), { text: 'long' });
  trace.add(notification('turn/completed', 200, 3), { turn: {} });
  expect(trace.frames.map((frame) => frame.payload)).toEqual([{ threadId: 'thr' }, { text: 'long' }, undefined]);
});
