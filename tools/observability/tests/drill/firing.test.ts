import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firings } from '../../src/drill/firing.ts';

const INTERVAL_MS = 500;
const course = (alertname: string, times: readonly number[]) => ({
  labels: { alertname },
  points: times.map((timeMs) => ({ timeMs, value: 1 })),
});
const at = (nowMs: number) => ({ intervalMs: INTERVAL_MS, nowMs });

test('an alert fires from its first sample to the evaluation after its last', () => {
  const [first, ...rest] = firings([course('A', [1_000, 1_500, 2_000])], at(60_000));
  expect(first).toEqual({ alert: 'A', firedAtMs: 1_000, clearedAtMs: 2_500 });
  expect(rest).toEqual([]);
});

test('a gap is a clearing, a late evaluation is none', () => {
  const found = firings([course('A', [1_000, 1_990, 9_000])], at(60_000));
  expect(found.map(({ firedAtMs }) => firedAtMs)).toEqual([1_000, 9_000]);
});

test('what still fires has not cleared', () => {
  expect(firings([course('A', [1_000, 1_500])], at(2_000))[0]).not.toHaveProperty('clearedAtMs');
});

test('all alerts stand in the order in which they fired', () => {
  expect(firings([course('B', [3_000]), course('A', [1_000, 5_000])], at(60_000)).map(({ alert }) => alert)).toEqual(['A', 'B', 'A']);
});

test('every sample lies in exactly one firing of its alert', () => {
  const times = fc
    .uniqueArray(fc.nat({ max: 60 }), { minLength: 1 })
    .map((ticks) => ticks.sort((a, b) => a - b).map((tick) => tick * INTERVAL_MS));
  fc.assert(
    fc.property(times, (samples) => {
      const found = firings([course('A', samples)], at(1_000_000));
      for (const sample of samples)
        expect(found.filter(({ firedAtMs, clearedAtMs = 0 }) => firedAtMs <= sample && sample < clearedAtMs)).toHaveLength(1);
    }),
  );
});
