import { expect, test } from 'vitest';
import { BearerToken } from '../../src/ingress/bearer.ts';

const token = ['token', 'of', 'this', 'test'].join('-');

test.each([`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}  `])('%j is accepted', (header) => {
  expect(new BearerToken(token).matches(header)).toBe(true);
});

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  token,
  `Basic ${token}`,
  `Bearer${token}`,
  `Bearer ${token}x`,
  `Bearer x${token}`,
  `Bearer ${token.slice(0, -1)}`,
  `Bearer ${token.toUpperCase()}`,
  `Bearer ${token} ${token}`,
  `x Bearer ${token}`,
])('%j is refused', (header) => {
  expect(new BearerToken(token).matches(header)).toBe(false);
});

test('without a token nobody is accepted', () => {
  const nobody = new BearerToken(undefined);
  for (const header of [undefined, '', 'Bearer ', 'Bearer undefined', `Bearer ${token}`]) expect(nobody.matches(header)).toBe(false);
});
