import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Vigil, type VigilFinding, type VitalSigns } from '../../src/supervisor/vigil.ts';

const OPTIONS = { patienceMs: 15_000, intervalMs: 1_000 };
const QUIET = { reads: 0, untaken: false, taken: 0 } as const;

/** Looks once a second, and tells what was found when. */
function watch(signs: (second: number) => VitalSigns, seconds: number): (readonly [second: number, finding: VigilFinding])[] {
  const vigil = new Vigil(OPTIONS, 0);
  return Array.from({ length: seconds }, (_, at) => at + 1).flatMap((second) => {
    const finding = vigil.look(signs(second), second * 1_000);
    return finding === undefined ? [] : [[second, finding] as const];
  });
}

describe('a worker', () => {
  test('that is silent is asked, and given up when it stays silent', () => {
    const found = watch(() => QUIET, 40);
    expect(found[0]).toEqual([15, { ask: true }]);
    expect(found[1]).toEqual([30, { dead: 'silent', silentMs: 30_000 }]);
  });

  test('that answers when asked is asked again after as long, and never given up', () => {
    const found = watch((second) => ({ ...QUIET, reads: Math.floor(second / 16) }), 600);
    expect(found.every(([, finding]) => 'ask' in finding)).toBe(true);
    expect(found.length).toBeGreaterThan(10);
  });

  test('that talks but takes none of its input is given up', () => {
    const found = watch((second) => ({ reads: second, untaken: true, taken: 3 }), 40);
    // The first look learns how much it has taken.
    expect(found[0]).toEqual([31, { dead: 'input_blocked', silentMs: 30_000 }]);
  });

  test('that takes its input slowly is not', () => {
    expect(watch((second) => ({ reads: second, untaken: true, taken: Math.floor(second / 20) }), 600)).toEqual([]);
  });
});

test('time in which nobody looked does not count: this process was frozen, not the worker', () => {
  const vigil = new Vigil(OPTIONS, 0);
  expect(vigil.look(QUIET, 3_600_000)).toBeUndefined();
  for (let second = 1; second <= 12; second += 1) expect(vigil.look(QUIET, 3_600_000 + second * 1_000)).toBeUndefined();
  expect(vigil.look(QUIET, 3_613_000)).toEqual({ ask: true });
  expect(vigil.look(QUIET, 7_200_000)).toBeUndefined();
});

test('whoever says something once in the time it takes to be asked is never given up', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 29 }), { minLength: 1, maxLength: 50 }), (gaps) => {
      const heardAt = new Set<number>();
      let last = 0;
      for (const gap of gaps) heardAt.add((last += gap));
      let reads = 0;
      const found = watch((second) => {
        if (heardAt.has(second)) reads += 1;
        return { ...QUIET, reads };
      }, last);
      expect(found.filter(([, finding]) => 'dead' in finding)).toEqual([]);
    }),
  );
});
