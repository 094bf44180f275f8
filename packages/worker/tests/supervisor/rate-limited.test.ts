import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimited } from '../../src/supervisor/rate-limited.ts';

test('the first reports of a second pass, the others are counted in the next that passes', () => {
  let nowMs = 5_000;
  const limit = new RateLimited(2, () => nowMs);
  expect([limit.admit(), limit.admit(), limit.admit(), limit.admit()]).toEqual([0, 0, undefined, undefined]);
  nowMs += 999;
  expect(limit.admit()).toBeUndefined();
  nowMs += 1;
  expect([limit.admit(), limit.admit(), limit.admit()]).toEqual([3, 0, undefined]);
});

test('no report is lost from the count, and no second sees more than its share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat({ max: 700 }), { maxLength: 200, size: 'max' }), (perSecond, gapsMs) => {
      let nowMs = 0;
      const limit = new RateLimited(perSecond, () => nowMs);
      const passedAtMs: number[] = [];
      let counted = 0;
      let suppressedNow = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        const suppressed = limit.admit();
        if (suppressed === undefined) suppressedNow += 1;
        else {
          passedAtMs.push(nowMs);
          counted += 1 + suppressed;
          suppressedNow = 0;
        }
      }
      expect(counted + suppressedNow).toBe(gapsMs.length);
      for (const [at, passedAt] of passedAtMs.entries()) {
        // Two windows may meet.
        const later = passedAtMs[at + 2 * perSecond];
        if (later !== undefined) expect(later - passedAt).toBeGreaterThanOrEqual(1_000);
      }
    }),
  );
});
