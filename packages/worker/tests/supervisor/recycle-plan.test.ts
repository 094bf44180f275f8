import { describe, expect, test } from 'vitest';
import { RecyclePlan } from '../../src/supervisor/recycle-plan.ts';

const OPTIONS = { maxResidentBytes: 1_000, maxTurns: 3, backoff: { initialMs: 250, maxMs: 1_000 }, stableMs: 10_000 };
const light = (): number => 1_000;
const heavy = (): number => 1_001;

function planWith(options: Partial<typeof OPTIONS> = {}): RecyclePlan {
  const plan = new RecyclePlan({ ...OPTIONS, ...options });
  plan.serving(0);
  return plan;
}

describe('a recycle is due', () => {
  test('after so many turns of this worker', () => {
    const plan = planWith();
    expect([plan.turnBegun(), plan.turnBegun(), plan.due(0, light), plan.turnBegun(), plan.due(0, light)]).toEqual([
      false,
      false,
      undefined,
      true,
      'turns',
    ]);
    plan.succeeded('turns', 1);
    plan.serving(1);
    expect([plan.turns, plan.due(1, light)]).toEqual([0, undefined]);
  });

  test('when a worker that has served for the stable period takes more than it may', () => {
    const plan = planWith();
    expect([plan.due(9_999, heavy), plan.due(10_000, heavy), plan.due(10_000, light)]).toEqual([undefined, 'memory', undefined]);
  });

  test('never without limits, and then nobody asks for the memory', () => {
    const plan = planWith({ maxResidentBytes: 0, maxTurns: 0 });
    for (let turn = 0; turn < 1_000; turn += 1) expect(plan.turnBegun()).toBe(false);
    const ask = (): number => {
      throw new Error('asked');
    };
    expect(plan.due(1_000_000, ask)).toBeUndefined();
  });
});

describe('after a recycle', () => {
  test('that failed limits wait, longer each time, and no longer once one succeeds; a demand is not repeated', () => {
    const plan = planWith();
    for (let turn = 0; turn < 3; turn += 1) plan.turnBegun();
    expect([1, 2, 3, 4].map(() => plan.failed('turns', 0))).toEqual([250, 500, 1_000, 1_000]);
    expect([plan.due(999, light), plan.due(1_000, light)]).toEqual([undefined, 'turns']);
    expect(plan.failed('demand', 1_000)).toBeUndefined();
    plan.succeeded('demand', 2_000);
    expect(plan.failed('turns', 2_000)).toBe(250);
  });

  test('for memory the next worker serves longer, while each is soon too big again', () => {
    const plan = planWith();
    let nowMs = 0;
    const served: number[] = [];
    for (let times = 0; times < 9; times += 1) {
      const sinceMs = nowMs;
      while (plan.due(nowMs, heavy) === undefined) nowMs += 1_000;
      served.push(nowMs - sinceMs);
      plan.succeeded('memory', nowMs);
      plan.serving(nowMs);
    }
    expect(served).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600].map((seconds) => seconds * 1_000));
    nowMs += 1_500_000;
    plan.succeeded('memory', nowMs);
    plan.serving(nowMs);
    expect([plan.due(nowMs + 9_999, heavy), plan.due(nowMs + 10_000, heavy)]).toEqual([undefined, 'memory']);
  });
});
