import { expect, test } from 'vitest';
import { hideInRecord, hideSecrets } from '../../src/observe/known-secrets.ts';

const one = ['plain', 'words', 'as', 'key'].join(' ');
const other = ['$&', '(.*)', 'key'].join('-');

test('keys of any shape are taken out, everywhere', () => {
  const hide = hideSecrets([one, undefined, ` ${other} `, '']);
  expect(hide(`Key "${one}" and ${other}, again ${one}`)).toBe('Key "[redacted:key]" and [redacted:key], again [redacted:key]');
});

test('a stand-in for a key is no secret', () => {
  expect(hideSecrets(['none', 'x'])('none of the xylophones')).toBe('none of the xylophones');
});

test('keys are taken out of every text of a record, and a record without one stays the same', () => {
  const hide = hideSecrets([other]);
  const record = { event: 'request_completed', client_request_id: 'abc', latency_ms: 12 };
  expect(hideInRecord(record, hide)).toBe(record);
  expect(hideInRecord({ ...record, client_request_id: other, error_message: `not ${other}` }, hide)).toEqual({
    ...record,
    client_request_id: '[redacted:key]',
    error_message: 'not [redacted:key]',
  });
});
