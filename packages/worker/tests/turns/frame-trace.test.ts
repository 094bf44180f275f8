import { expect, test } from 'vitest';
import { FrameTrace } from '../../src/turns/frame-trace.ts';

test('consecutive deltas become one entry with their number, size and longest gap', () => {
  const trace = new FrameTrace();
  trace.add('rpc_request', 'to_worker', 'turn/start', 120, 1, 7);
  trace.addDelta(100, 10);
  trace.addDelta(101, 12);
  trace.addDelta(102, 30);
  trace.addDelta(103, 31);
  trace.add('rpc_notification', 'from_worker', 'turn/completed', 80, 40);
  expect(trace.frames).toEqual([
    { type: 'rpc_request', direction: 'to_worker', method: 'turn/start', id: 7, atMs: 1, bytes: 120 },
    {
      type: 'delta_run',
      direction: 'from_worker',
      method: 'item/agentMessage/delta',
      atMs: 10,
      bytes: 406,
      count: 4,
      lastAtMs: 31,
      maxGapMs: 18,
    },
    { type: 'rpc_notification', direction: 'from_worker', method: 'turn/completed', id: undefined, atMs: 40, bytes: 80 },
  ]);
});

test('another frame between deltas begins a new run', () => {
  const trace = new FrameTrace();
  trace.addDelta(1, 1);
  trace.add('rpc_notification', 'from_worker', 'item/completed', 5, 2);
  trace.addDelta(1, 3);
  trace.addDelta(1, 4);
  expect(trace.frames.map((frame) => [frame.type, frame.count])).toEqual([
    ['delta_run', 1],
    ['rpc_notification', undefined],
    ['delta_run', 2],
  ]);
});

test('a flood does not grow it beyond its limit', () => {
  const trace = new FrameTrace();
  for (let at = 0; at < 30_000; at += 1) {
    trace.addDelta(1, at);
    trace.add('rpc_notification', 'from_worker', 'item/updated', 5, at);
  }
  expect(trace.frames).toHaveLength(10_000);
});
