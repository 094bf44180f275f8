import fc from 'fast-check';
import { expect, it } from 'vitest';
import { truncateText } from '../src/index.ts';

it('leaves short texts alone and says how much it left out of long ones', () => {
  expect(truncateText('short', 5)).toBe('short');
  expect(truncateText('a'.repeat(100), 20)).toBe(`${'a'.repeat(12)}… [+88]`);
});

it('cuts neither a placeholder nor a character in two', () => {
  expect(truncateText(`${'a'.repeat(12)}[redacted:github_token] and more`, 30)).toBe(`${'a'.repeat(12)}… [+32]`);
  expect(truncateText('😀'.repeat(20), 12)).toBe('😀😀… [+36]');
});

it('never gives back more than was asked for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(220), (text, maxLength) => {
      expect(truncateText(text, maxLength).length).toBeLessThanOrEqual(maxLength);
    }),
  );
});
