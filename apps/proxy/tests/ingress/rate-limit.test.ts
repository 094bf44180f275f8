import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimit } from '../../src/ingress/rate-limit.ts';

test('0 is no limit', () => {
  const limit = new RateLimit(0, () => 0);
  for (let request = 0; request < 10_000; request += 1) expect(limit.take()).toBeUndefined();
});

test('as many as a minute holds may come at once; then one each time a token is made', () => {
  let nowMs = 0;
  const limit = new RateLimit(6, () => nowMs);
  for (let request = 0; request < 6; request += 1) expect(limit.take()).toBeUndefined();
  expect(limit.take()).toBe(10);
  nowMs = 4_000;
  expect(limit.take()).toBe(6);
  nowMs = 10_000;
  expect(limit.take()).toBeUndefined();
  expect(limit.take()).toBe(10);
});

test('a long rest earns no more than a minute of requests', () => {
  let nowMs = 0;
  const limit = new RateLimit(3, () => nowMs);
  nowMs = 3_600_000;
  expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([undefined, undefined, undefined, 20]);
});

test('the wait is at least a second, and long enough', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 50 }),
      (perMinute, gaps) => {
        let nowMs = 0;
        const limit = new RateLimit(perMinute, () => nowMs);
        for (let request = 0; request < perMinute && request < 200; request += 1) limit.take();
        for (const gapMs of gaps) {
          nowMs += gapMs;
          const waitSeconds = limit.take();
          if (waitSeconds === undefined) continue;
          expect(waitSeconds).toBeGreaterThanOrEqual(1);
          nowMs += waitSeconds * 1_000;
          expect(limit.take()).toBeUndefined();
        }
      },
    ),
  );
});

test('in any stretch of time no more pass than the bucket held and a minute makes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 300 }), (perMinute, gaps) => {
      let nowMs = 0;
      let passed = 0;
      const limit = new RateLimit(perMinute, () => nowMs);
      for (const gapMs of gaps) {
        nowMs += gapMs;
        if (limit.take() === undefined) passed += 1;
      }
      expect(passed).toBeLessThanOrEqual(perMinute + (nowMs * perMinute) / 60_000 + 1e-6);
    }),
  );
});
