import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isolatedEvents } from '../../src/supervisor/isolated-events.ts';
import { peerDesk, runTurn } from '../rig/peer-desk.ts';
import { RecordingObserver } from '../rig/recording-observer.ts';
import { rawCall, responseCompleted, turnCompleted } from '../rig/worker-frames.ts';
import { uncaught } from '../rig/uncaught.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

class DefectiveObserver extends RecordingObserver {
  override onAdmitted(): void {
    throw new Error('admitted');
  }

  override onDelta(): void {
    throw new Error('delta');
  }

  override onToolCall(): void {
    throw new Error('call');
  }

  override onAnswerRestarted(): boolean {
    throw new Error('restarted');
  }

  override onEnd(): void {
    throw new Error('end');
  }

  override onSettled(): void {
    throw new Error('settled');
  }
}

test('an observer that throws harms neither its own turn nor another, and what it threw is not hidden', async () => {
  const { desk, submit, open } = peerDesk();
  const peer = open();
  const errors = await uncaught(async () => {
    submit({}, new DefectiveObserver());
    const { observer } = submit();
    await runTurn(peer, 'one');
    await runTurn(peer, 'two');
    await peer.write(turnCompleted('one'), turnCompleted('two'));
    await peer.answer('thread/unsubscribe', { result: {} });
    await peer.answer('thread/unsubscribe', { result: {} });
    expect([observer.text, observer.result, observer.settlements.length]).toEqual(['one ', 'stop', 1]);
  });
  expect(errors).toEqual(['admitted', 'delta', 'end', 'settled'].map((message) => new Error(message)));
  expect([desk.inflight, desk.queueDepth, vi.getTimerCount()]).toEqual([0, 0, 0]);
});

test('an observer that throws instead of saying whether it can begin anew cannot', async () => {
  const { submit, open } = peerDesk();
  const peer = open();
  const errors = await uncaught(async () => {
    submit({}, new DefectiveObserver());
    await runTurn(peer);
    await peer.write({ method: 'error', params: { threadId: 'thr', willRetry: true, error: { message: 'cut' } } });
    expect(peer.requests('turn/interrupt')).toHaveLength(1);
  });
  expect(errors.map(String)).toEqual(['Error: admitted', 'Error: delta', 'Error: restarted', 'Error: end']);
});

test('an observer that throws at a call ends its turn all the same', async () => {
  const { desk, submit, open } = peerDesk();
  const peer = open();
  const tools = [{ name: 'look', description: '', inputSchema: {} }];
  const errors = await uncaught(async () => {
    submit({ tools }, new DefectiveObserver());
    await runTurn(peer);
    await peer.write(rawCall('thr', 'c', 'look', '{}'), responseCompleted('thr', null), turnCompleted('thr', 'interrupted'));
  });
  expect(errors.map(String)).toEqual(['Error: admitted', 'Error: delta', 'Error: call', 'Error: end']);
  expect(desk.inflight).toBe(0);
});

test('callbacks of events may be missing, and may throw', async () => {
  const missing = isolatedEvents({});
  missing.onBackoff({ delayMs: 1, restartStreak: 1 });
  const defective = isolatedEvents({
    onBackoff() {
      throw new Error('backoff');
    },
  });
  const errors = await uncaught(() => {
    defective.onBackoff({ delayMs: 1, restartStreak: 1 });
  });
  expect(errors).toEqual([new Error('backoff')]);
});
