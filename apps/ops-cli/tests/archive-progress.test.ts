import { ARCHIVE_PHASES, type ArchiveProgress } from '@codex-proxy/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { progressText } from '../src/archive/run-progress.ts';
import { temporaryFolder } from './support/folder.ts';

it('a phase that goes on is shown as going on', () => {
  const folder = temporaryFolder();
  const shareOf = (at: ArchiveProgress): number => Number(/(\d+) %/.exec(progressText(at, folder))?.[1]);
  fc.assert(
    fc.property(fc.constantFrom(...ARCHIVE_PHASES), fc.integer({ min: 1, max: 9_999 }), fc.nat(), fc.nat(), (phase, total, one, other) => {
      const [less = 0, more = 0] = [one % (total + 1), other % (total + 1)].toSorted((a, b) => a - b);
      expect(shareOf({ phase, done: less, total })).toBeLessThanOrEqual(shareOf({ phase, done: more, total }));
    }),
  );
  expect(progressText({ phase: 'reclaim', done: 0, total: 4_000 }, folder)).toMatch(/^giving back .* 0 % {2}0 of 4,000 pages$/);
  expect(progressText({ phase: 'reclaim', done: 4_000, total: 4_000 }, folder)).toMatch(/^giving back .* 100 % {2}4,000 of 4,000 pages$/);
});
