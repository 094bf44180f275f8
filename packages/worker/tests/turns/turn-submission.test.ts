import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { peerDesk } from '../rig/peer-desk.ts';
import { RecordingObserver } from '../rig/recording-observer.ts';
import { turnRequest } from '../rig/turn-samples.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('submitting', () => {
  test('beyond the slots and the queue is refused at once', () => {
    const { desk, submit, open } = peerDesk({ maxConcurrency: 1, maxQueue: 1 });
    open();
    const all = [submit(), submit(), submit()];
    expect(all.map(({ observer }) => observer.result)).toEqual([undefined, undefined, 'queue_full']);
    expect(all[2]?.observer.settlements).toHaveLength(1);
    expect([desk.inflight, desk.queueDepth]).toEqual([1, 1]);
  });

  test('with a refusal ends at once, and aborting then changes nothing', () => {
    const { desk } = peerDesk();
    const observer = new RecordingObserver();
    desk.submit(turnRequest(), observer, { code: 'shutting_down', message: 'down' }).abort();
    expect([observer.result, observer.settlements.length, observer.violations]).toEqual(['shutting_down', 1, []]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
