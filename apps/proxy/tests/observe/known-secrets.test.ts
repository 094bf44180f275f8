import { expect, test } from 'vitest';
import { hideSecrets } from '../../src/observe/known-secrets.ts';

const one = ['plain', 'words', 'as', 'key'].join(' ');
const other = ['$&', '(.*)', 'key'].join('-');

test('keys of any shape are taken out, everywhere', () => {
  const hide = hideSecrets([one, undefined, ` ${other} `, '']);
  expect(hide(`Key "${one}" and ${other}, again ${one}`)).toBe('Key "[redacted:key]" and [redacted:key], again [redacted:key]');
});

test('a stand-in for a key is no secret', () => {
  expect(hideSecrets(['none', 'x'])('none of the xylophones')).toBe('none of the xylophones');
});
