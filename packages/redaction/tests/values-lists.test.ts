import { describe, expect, it } from 'vitest';
import { createRedactor, type Profile } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(31);
const password = `${random.pick('a-z', 6)}4${random.pick('a-zA-Z0-9', 4)}`;
const token = ['a1B2c3', random.pick('A-Za-z0-9', 14), '7'].join('');
const PROFILES: readonly Profile[] = ['log', 'trace', 'archive', 'text'];

/** Every way in which a value is redacted, as what is written. */
function everyWay(value: Record<string, unknown>): readonly string[] {
  const ways = PROFILES.flatMap((profile) => [
    JSON.stringify(redactor.value(value, profile)),
    JSON.stringify(redactor.value({ deep: [value] }, profile)),
    redactor.json(JSON.stringify(value), profile),
    JSON.stringify(redactor.value({ line: JSON.stringify(value) }, profile)),
  ]);
  return [...ways, JSON.stringify(redactor.logRecord(value))];
}

const LISTS: readonly (readonly string[])[] = [
  ['--password', password],
  ['-pass', password],
  ['docker', 'login', '--username', 'ann', '--password', password, 'registry.example.com'],
  ['gh', 'auth', 'login', '--with-token', token],
  ['--api-key', token, '--region', 'eu'],
  ['set', 'API_KEY', token],
  ['X-Auth-Token', token],
  ['--passphrase', 'correct horse battery staple'],
  ['--password-file', '/run/secrets/db1'],
  ['--token-count', '12'],
  ['mysql', '-u', 'root', '-p', password],
  ['password', 'token', 'secret', 'authorization'],
  ['the', 'password', 'was', 'wrong'],
  ['item 1', 'item 2', 'item 3'],
  ['--password', '$DB_PASSWORD'],
];

describe('arguments in a list', () => {
  it.each(LISTS)('are judged as in the text of the list: %s %s', (...list) => {
    const text = redactor.text(JSON.stringify(list));
    expect(JSON.stringify(redactor.value(list, 'text'))).toBe(text);
    expect(redactor.json(JSON.stringify({ argv: list }), 'text')).toBe(`{"argv":${text}}`);
  });

  it('lose their secrets in every profile', () => {
    for (const argv of LISTS.slice(0, 7)) {
      for (const way of everyWay({ argv: [...argv] })) {
        expect(way).not.toContain(password);
        expect(way).not.toContain(token);
        expect(way).toContain('[redacted:');
      }
    }
  });

  it('stay the same lists when there is nothing in them', () => {
    for (const list of [
      ['--verbose', 'yes'],
      ['key', 'value'],
      [1, 2, 3],
      ['token', 5],
      ['password', null],
      ['a', { password: null }],
    ])
      expect(redactor.value(list)).toBe(list);
  });

  it('keep quotes, escapes and what else is in them', () => {
    expect(redactor.value(['say "hi"\n', '--password', `${password}"\\`, 'ü "x"'], 'text')).toEqual([
      'say "hi"\n',
      '--password',
      expect.not.stringContaining(password),
      'ü "x"',
    ]);
  });
});

describe('names and values of headers in turn', () => {
  it.each([
    ['Authorization', 'Token short'],
    ['Authorization', password],
    ['x-api-key', 'short'],
    ['X-Goog-Api-Key', 'short'],
    ['Cookie', 'a=short'],
    ['Proxy-Authorization', 'Basic short'],
  ])('are judged by name: %s: %s', (name, value) => {
    for (const rawHeaders of [
      [name, value],
      ['Host', 'example.com', name, value, 'Accept', '*/*'],
    ]) {
      for (const way of everyWay({ rawHeaders })) {
        expect(way).not.toContain('short');
        expect(way).not.toContain(password);
        expect(way).toContain(name);
      }
    }
  });

  it('are known without a name of their own by the headers that every request has', () => {
    const list = ['Host', 'example.com', 'Connection', 'keep-alive', 'X-Api-Key', 'short', 'Vary', 'Origin'];
    for (const way of everyWay({ list })) expect(way).not.toContain('short');
    expect(redactor.value(list)).toEqual([...list.slice(0, 5), '[redacted:api_key]', 'Vary', 'Origin']);
    expect(redactor.value({ headers: list })).toEqual({ headers: [...list.slice(0, 5), '[redacted:api_key]', 'Vary', 'Origin'] });
  });

  it('are told from lists of names', () => {
    for (const list of [
      ['authorization', 'cookie'],
      ['Authorization', 'X-Custom-Thing'],
      ['content-type', 'authorization', 'x-request-id', 'cookie'],
      ['host', 'x-api-key', 'accept', 'set-cookie'],
    ]) {
      expect(redactor.value(list)).toBe(list);
      expect(redactor.value({ allowedHeaders: list })).toEqual({ allowedHeaders: list });
    }
  });

  it('keep what names a request', () => {
    const rawHeaders = ['Host', 'example.com', 'X-Request-Id', 'req_1', 'traceparent', `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`];
    const record = { rawHeaders };
    for (const profile of PROFILES) expect(redactor.value(record, profile)).toBe(record);
  });
});
