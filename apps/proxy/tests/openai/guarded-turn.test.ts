import type { TurnObserver } from '@codex-proxy/worker';
import { expect, test } from 'vitest';
import { GuardedTurn } from '../../src/openai/guarded-turn.ts';

const CALLS: [keyof TurnObserver, (turn: GuardedTurn) => unknown][] = [
  ['onAdmitted', (turn) => turn.onAdmitted({ queueMs: 0, workerPid: 7 })],
  ['onDelta', (turn) => turn.onDelta('text')],
  ['onToolCall', (turn) => turn.onToolCall({ callId: 'call_1', tool: 'look', arguments: '{}' })],
  ['onAnswerRestarted', (turn) => turn.onAnswerRestarted()],
  ['onEnd', (turn) => turn.onEnd({ kind: 'completed', finishReason: 'stop', usage: undefined })],
];

function sink(note: (name: string) => void): TurnObserver {
  return {
    onAdmitted: () => note('onAdmitted'),
    onDelta: () => note('onDelta'),
    onToolCall: () => note('onToolCall'),
    onAnswerRestarted: () => {
      note('onAnswerRestarted');
      return true;
    },
    onEnd: () => note('onEnd'),
    onSettled: () => note('onSettled'),
  };
}

test.each(CALLS)('%s is handed on, and what it throws is a defect that ends the request, and nobody else hears of', (name, call) => {
  const heard: string[] = [];
  const defects: unknown[] = [];
  call(
    new GuardedTurn(
      sink((one) => heard.push(one)),
      (error) => defects.push(error),
    ),
  );
  expect([heard, defects]).toEqual([[name], []]);

  const defect = new Error('nobody expected this');
  const broken = sink(() => {
    throw defect;
  });
  expect(call(new GuardedTurn(broken, (error) => defects.push(error)))).not.toBe(true);
  expect(defects).toEqual([defect]);
});

test('what is thrown after the answer has nobody to be told', () => {
  const broken = sink(() => {
    throw new Error('late');
  });
  const defects: unknown[] = [];
  const turn = new GuardedTurn(broken, (error) => defects.push(error));
  expect(() => turn.onSettled({ threadId: undefined, frames: [] })).toThrow('late');
  expect(defects).toEqual([]);
});
