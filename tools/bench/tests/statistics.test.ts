import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, percentile, slope } from '@codex-proxy/bench';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
const samples = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });

describe('percentile', () => {
  test.each([
    [0, 1],
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
  ])('%d of 1 to 100 is %d', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  test('of one value is that value, of none is no number', () => {
    expect([percentile([7], 0.95), percentile([], 0.95)]).toEqual([7, Number.NaN]);
  });

  test('was measured, and no fewer than its share of the sample are at or below it', () => {
    fc.assert(
      fc.property(samples, fc.double({ noNaN: true, min: 0, max: 1 }), (sample, share) => {
        const value = percentile(sample, share);
        expect(sample).toContain(value);
        expect(sample.filter((other) => other <= value).length).toBeGreaterThanOrEqual(share * sample.length);
      }),
    );
  });
});

describe('median', () => {
  test('is the middle, or the mean of the middle two', () => {
    expect([median([9, 1, 5]), median([4, 1, 3, 2]), median([])]).toEqual([5, 2.5, Number.NaN]);
  });
});

describe('slope', () => {
  test('of points on a line is that of the line', () => {
    const line = fc.tuple(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -1_000, max: 1_000 }));
    const xs = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(line, xs, ([rise, start], values) => {
        expect(slope(values.map((x) => [x, rise * x + start]))).toBeCloseTo(rise, 6);
      }),
    );
  });

  test('of one point is no number', () => {
    expect(slope([[1, 1]])).toBeNaN();
  });
});
