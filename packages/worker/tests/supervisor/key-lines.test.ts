import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeyLines } from '../../src/supervisor/key-lines.ts';

const HIDDEN = '[redacted:private_key]';
const [BEGIN = '', END = ''] = ['BEGIN', 'END'].map((word) => `-----${word} ${['RSA', 'PRIVATE', 'KEY'].join(' ')}-----`);

/** What is left of lines that come one by one. */
function leftOf(lines: readonly string[]): string[] {
  const keys = new KeyLines();
  return lines.map((line) => keys.hide(line));
}

test.each([
  ['of one width', []],
  ['that is encrypted', ['Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-128-CBC,00', '']],
])('of a key %s nothing is left, and the lines around it stay', (_what, headers) => {
  const key = [48, 48, 48, 19].map((length) => randomBytes(length).toString('base64'));
  const left = leftOf(['before', BEGIN, ...headers, ...key, END, 'after', 'and-after']);
  expect(left.slice(0, 2)).toEqual(['before', BEGIN]);
  expect(left.slice(-2)).toEqual(['after', 'and-after']);
  expect(left.slice(2 + headers.length, -3)).toEqual(key.map(() => HIDDEN));
});

test('a line of the width of a key is one, whether or not its beginning was seen', () => {
  const line = randomBytes(48).toString('base64');
  expect(leftOf(['worker started', line, 'it is done'])).toEqual(['worker started', HIDDEN, 'it is done']);
});

test('a key that is whole on its line begins nothing', () => {
  const whole = `${BEGIN} ${randomBytes(48).toString('base64')} ${END}`;
  expect(leftOf([whole, 'ready'])).toEqual([whole, 'ready']);
});

test('digests, paths and words stay', () => {
  const lines = [randomBytes(32).toString('hex'), 'ready', '/usr/lib/codex/worker', 'a'.repeat(20), 'ERROR it failed: no such file'];
  expect(leftOf(lines)).toEqual(lines);
});
