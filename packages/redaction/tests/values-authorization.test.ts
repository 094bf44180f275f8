import { describe, expect, it } from 'vitest';
import { createRedactor, type Profile } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(53);
const PROFILES: readonly Profile[] = ['log', 'trace', 'archive', 'text'];
const KEYS = ['auth', 'Auth', 'authorization', 'Authorization', 'AUTHORIZATION'];
const TAKEN = '[redacted:authorization]';

const VAULT = { display_name: 'approle', policies: ['default', 'ops'], token_type: 'service', lease_duration: 3600, renewable: true };

const HARMLESS: readonly object[] = [
  VAULT,
  {},
  { provider: 'github', scopes: ['repo'], nested: { method: 'oidc', auth: { display_name: 'approle' } } },
  [VAULT, { display_name: 'token' }],
  [{}],
];

const secret = random.pick('a-z', 8);

/** What comes of objects whose own keys name secrets. */
const JUDGED: readonly (readonly [value: object, redacted: object])[] = [
  [
    { username: 'bob', password: secret },
    { username: 'bob', password: '[redacted:password]' },
  ],
  [
    { ...VAULT, client_token: secret },
    { ...VAULT, client_token: '[redacted:token]' },
  ],
  [
    { kind: 'ldap', password: { value: secret } },
    { kind: 'ldap', password: '[redacted:password]' },
  ],
  [
    { type: 'basic', basic: [{ key: 'password', value: secret }] },
    { type: 'basic', basic: [{ key: 'password', value: '[redacted:secret]' }] },
  ],
  [
    { display_name: 'approle', authorization: secret },
    { display_name: 'approle', authorization: TAKEN },
  ],
  [[{ name: 'a', api_key: secret }], [{ name: 'a', api_key: '[redacted:api_key]' }]],
];

class Header {
  toJSON(): string {
    return secret;
  }
}

/** What writes a header, or may. */
const HEADERS: readonly (readonly [name: string, value: unknown])[] = [
  ['a text', secret],
  ['a password under the name of its user', { bob: 'hunter22' }],
  ['credentials under a key that says nothing', { scheme: 'Bearer', parameter: `${random.pick('A-Za-z0-9', 24)}7a` }],
  ['a list of texts', [`Bearer ${secret}`, secret]],
  ['an empty list', []],
  ['a list of lists', [[secret]]],
  ['a list of objects and texts', [VAULT, secret]],
  ['a list with holes', new Array<unknown>(3)],
  ['a list that has no end', Array.from({ length: 1000 }, () => VAULT)],
  ['a text in an object', Object(secret)],
  ['an object that is written as a text', new Header()],
  ['an object with such a method', { toJSON: () => secret }],
  ['raw JSON', Reflect.apply(Reflect.get(JSON, 'rawJSON') ?? Object, JSON, [JSON.stringify(secret)])],
  ['a number', 12],
  ['a map', new Map([['a', secret]])],
  ['bytes', Buffer.from(secret)],
];

describe('under a key for a header', () => {
  it.each(HARMLESS)('an object that holds no secret stays as it is: %j', (value) => {
    for (const key of KEYS) {
      for (const record of [{ [key]: value }, { outer: [{ [key]: value }] }]) {
        for (const profile of PROFILES) {
          expect(redactor.value(record, profile)).toBe(record);
          for (const line of [JSON.stringify(record), JSON.stringify({ message: JSON.stringify(record) })])
            expect(redactor.json(line, profile)).toBe(line);
        }
        expect(redactor.logRecord(record)).toBe(record);
      }
    }
  });

  it.each(JUDGED)('an object is judged by its own keys: %j', (value, redacted) => {
    for (const key of KEYS) {
      for (const profile of ['log', 'archive', 'text'] satisfies readonly Profile[]) {
        const once = redactor.value({ [key]: value }, profile);
        expect(once).toEqual({ [key]: redacted });
        expect(redactor.value(once, profile)).toBe(once);
        expect(redactor.json(JSON.stringify({ [key]: value }), profile)).toBe(JSON.stringify({ [key]: redacted }));
      }
    }
  });

  it.each(HEADERS)('%s is taken out', (_name, value) => {
    for (const key of KEYS) for (const profile of PROFILES) expect(redactor.value({ [key]: value }, profile)).toEqual({ [key]: TAKEN });
  });

  it('an object that cannot be asked what it is, is taken out', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(redactor.value({ auth: proxy, id: 'a' })).toEqual({ auth: TAKEN, id: 'a' });
  });

  it('an object that leads back to itself comes to an end', () => {
    const auth: Record<string, unknown> = { display_name: 'approle' };
    auth['auth'] = auth;
    expect(redactor.value({ auth })).toEqual({ auth: { display_name: 'approle', auth: '[redacted:circular]' } });
  });
});

describe('under any other key for a secret', () => {
  it.each(['password', 'secret', 'credentials', 'basic_auth', 'authentication', 'proxy_authorization', 'cookie', 'token'])(
    '%s: an object is taken out whole',
    (key) => {
      for (const value of HARMLESS)
        expect(redactor.value({ [key]: value })).toEqual({ [key]: expect.stringMatching(/^\[redacted:\w+\]$/) });
    },
  );

  it('one that the operator named is one, whatever its name', () => {
    const own = createRedactor({ secretKeys: ['auth'] });
    expect(own.value({ auth: VAULT })).toEqual({ auth: '[redacted:secret]' });
  });
});
