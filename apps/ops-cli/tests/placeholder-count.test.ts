import { expect, it } from 'vitest';
import { createPlaceholderCount, difference } from '../src/redact/placeholder-count.ts';

function countOf(...parts: string[]): ReturnType<typeof createPlaceholderCount> {
  const count = createPlaceholderCount();
  for (const part of parts) count.add(part);
  return count;
}

it('placeholders are counted by type, however the text is cut', () => {
  const text = `[redacted:email]x[redacted:content:string:57][redacted:email] [redacted: [redacted:card]${'-'.repeat(500)}[redacted:email]`;
  const expected = [
    ['email', 3],
    ['card', 1],
    ['content:string', 1],
  ];
  expect(difference(countOf(text), countOf())).toEqual(expected);
  expect(difference(countOf(...text), countOf())).toEqual(expected);
});

it('those that were there before do not count', () => {
  expect(difference(countOf('[redacted:email] [redacted:card]'), countOf('[redacted:email] [redacted:email]'))).toEqual([['card', 1]]);
});
