import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from '../../src/supervisor/backoff.ts';

test('delays double up to the maximum', () => {
  const backoff = new Backoff({ initialMs: 250, maxMs: 5_000 });
  expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(backoff.streak).toBe(7);
});

test('a stable period ends the streak', () => {
  const backoff = new Backoff({ initialMs: 250, maxMs: 5_000 });
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.streak).toBe(0);
  expect(backoff.next()).toBe(250);
});

test('however long the streak, a delay is between the first and the maximum, and never shrinks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 1, max: 200 }),
      (initialMs, more, tries) => {
        const maxMs = initialMs + more;
        const backoff = new Backoff({ initialMs, maxMs });
        let last = 0;
        for (let at = 0; at < tries; at += 1) {
          const delayMs = backoff.next();
          expect(delayMs).toBeGreaterThanOrEqual(Math.max(last, initialMs));
          expect(delayMs).toBeLessThanOrEqual(maxMs);
          last = delayMs;
        }
      },
    ),
    { numRuns: 50 },
  );
});
