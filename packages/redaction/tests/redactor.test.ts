import { describe, expect, it } from 'vitest';
import { createRedactor, type Profile } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(17);
const secret = ['ghp', random.pick('A-Za-z0-9', 36)].join('_');
const PROFILES: readonly Profile[] = ['log', 'trace', 'archive', 'text'];

describe('keys', () => {
  it('are denied in any spelling, at any depth', () => {
    for (const key of [
      'Authorization',
      'authorization',
      'PROXY-AUTHORIZATION',
      'x-api-key',
      'X_API_KEY',
      'xApiKey',
      'clientSecret',
      'db_password',
      'PGPASSWORD',
      'set-cookie',
      'refreshToken',
    ]) {
      for (const profile of PROFILES) {
        const redacted = JSON.stringify(redactor.value({ a: [{ b: { [key]: 'short' } }] }, profile));
        expect(redacted, key).not.toContain('short');
        expect(redacted, key).toContain('[redacted:');
      }
    }
  });

  it('are told from keys that count, name or describe', () => {
    const record = {
      tokens_prompt: 12,
      max_tokens: 4096,
      token_type: 'Bearer',
      token_count: 3,
      secret_name: 'prod/db',
      password_policy: 'strong',
      key_id: 'K1',
    };
    expect(redactor.value(record)).toBe(record);
  });

  it('keep null, true and nothing as they are: they hold no secret', () => {
    const record = { password: null, token: true, secret: '', apiKey: undefined };
    expect(redactor.value(record)).toBe(record);
  });

  it('may hold a secret themselves', () => {
    expect(redactor.value({ [secret]: 1, [`a ${secret}`]: 2 }, 'text')).toEqual({
      '[redacted:github_token]': 1,
      'a [redacted:github_token]': 2,
    });
  });

  it('can be named by configuration', () => {
    const configured = createRedactor({ safeKeys: ['build-token'], secretKeys: ['tenant'], contentKeys: ['note'] });
    expect(configured.value({ build_token: 'abc', Tenant: 'acme', note: 'hello' })).toEqual({
      build_token: 'abc',
      Tenant: '[redacted:secret]',
      note: '[redacted:content:string:5]',
    });
  });

  it('may stand beside their value', () => {
    expect(
      redactor.value(
        [
          { name: 'DB_PASSWORD', value: 'short' },
          { name: 'region', value: 'eu' },
        ],
        'text',
      ),
    ).toEqual([
      { name: 'DB_PASSWORD', value: '[redacted:secret]' },
      { name: 'region', value: 'eu' },
    ]);
  });
});

describe('content', () => {
  const gone = (value: unknown, profile: Profile): void => {
    expect(JSON.stringify(redactor.value(value, profile))).not.toContain('whales');
  };

  it('is known by a key that stands beside it, before it, or at the end of a path', () => {
    for (const profile of ['log', 'trace'] satisfies readonly Profile[]) {
      gone({ name: 'messages', value: 'whales' }, profile);
      gone({ key: 'gen_ai.prompt', value: { stringValue: 'whales' } }, profile);
      gone(
        [
          ['messages', [{ content: 'whales' }]],
          ['n', 2],
        ],
        profile,
      );
      gone({ 'user.messages': 'whales' }, profile);
    }
    const tags = { tags: ['prompt', 'text'] };
    expect(redactor.value(tags)).toBe(tags);
  });

  it('is known where a text quotes it, whole or cut off, and in the query of a URL', () => {
    const quoted = { messages: [{ role: 'user', content: 'of whales ] }' }] };
    for (const profile of ['log', 'trace'] satisfies readonly Profile[]) {
      gone(new Error(`bad request ${JSON.stringify(quoted)} at line 1`), profile);
      gone({ line: JSON.stringify(quoted).slice(0, -5) }, profile);
      gone({ line: `sent ${JSON.stringify(JSON.stringify(quoted))} away` }, profile);
      gone({ url: 'GET /v1/search?a=1&prompt=tell+me+of+whales&b=2' }, profile);
    }
    expect(redactor.value({ line: `bad ${JSON.stringify(quoted)} at x` })).toEqual({
      line: `bad {"messages":"[redacted:content:string:${JSON.stringify(quoted.messages).length}]"} at x`,
    });
    expect(redactor.value({ url: '/x?prompt=whales&a=1' })).toEqual({ url: '/x?prompt=[redacted:content:string:6]&a=1' });
    expect(redactor.value({ url: '/x?prompt=whales&a=1' }, 'text')).toEqual({ url: '/x?prompt=whales&a=1' });
  });

  it('keeps of the words that say how it is built only those that the protocols know', () => {
    const built = { messages: [{ type: 'message', role: 'user', status: 'completed', content: [{ type: 'text', text: 'a' }] }] };
    expect(redactor.value(built, 'trace')).toMatchObject({ messages: [{ type: 'message', role: 'user', status: 'completed' }] });
    gone({ messages: [{ type: 'whales', role: 'whales', status: 'whales' }] }, 'trace');
  });
});

describe('what types forbid', () => {
  it('is no text and comes out as such', () => {
    for (const given of [{ a: 1 }, new Error('password=Tr0ub4dor'), null, 7]) {
      expect(Reflect.apply(redactor.text, redactor, [given])).toBe('[redacted:failed]');
      expect(Reflect.apply(redactor.json, redactor, [given])).toBe('"[redacted:failed]"');
      expect(Reflect.apply(redactor.find, redactor, [given])).toEqual([]);
    }
  });
});

describe('profiles', () => {
  it('are told by name when there is none of that name', () => {
    expect(() => Reflect.apply(redactor.stream, redactor, ['nope'])).toThrow('there is no profile nope: log, trace, archive, text');
  });

  const frame = {
    method: 'turn/start',
    params: {
      threadId: '0199a213-81c0-7800-8aa1-bbab2a035a53',
      input: [
        { type: 'text', text: 'tell me of whales' },
        { type: 'image', url: 'data:image/png;base64,AAAA' },
      ],
      tools: [{ name: 'f', description: 'looks things up', inputSchema: { type: 'object', properties: { q: { type: 'string' } } } }],
      effort: 'high',
    },
    usage: { inputTokens: 12, outputTokens: 34 },
  };

  it('log: content is never written', () => {
    expect(redactor.value(frame, 'log')).toMatchObject({
      method: 'turn/start',
      params: { threadId: frame.params.threadId, input: '[redacted:content:array:2]', effort: 'high' },
      usage: { inputTokens: 12, outputTokens: 34 },
    });
    for (const key of [
      'content',
      'messages',
      'input',
      'output',
      'text',
      'prompt',
      'arguments',
      'instructions',
      'delta',
      'systemPrompt',
      'reasoning_content',
    ]) {
      expect(JSON.stringify(redactor.value({ a: [{ [key]: 'whales' }] }))).not.toContain('whales');
    }
  });

  it('trace: structure stays, content becomes its kind and length', () => {
    const redacted = redactor.value(frame, 'trace');
    expect(redacted).toMatchObject({
      params: {
        input: [
          { type: 'text', text: '[redacted:content:string:17]' },
          { type: 'image', url: '[redacted:content:string:26]' },
        ],
        tools: [{ name: 'f', description: '[redacted:content:string:15]' }],
      },
    });
    expect(JSON.stringify(redacted)).not.toMatch(/whales|looks things|AAAA/);
  });

  it('trace: what somebody wrote does not pass as an identifier', () => {
    const content = {
      messages: [{ role: 'user', id: 'my-diary', file: 'whales.txt', content: [{ type: 'text', text: 'whales' }], number: 42 }],
    };
    expect(JSON.stringify(redactor.value(content, 'trace'))).not.toMatch(/diary|whales|42/);
    expect(redactor.value(content, 'trace')).toMatchObject({ messages: [{ role: 'user' }] });
  });

  it('archive and text: content stays, without secrets', () => {
    for (const profile of ['archive', 'text'] satisfies readonly Profile[]) {
      expect(redactor.value({ prompt: `use ${secret} for whales` }, profile)).toEqual({ prompt: 'use [redacted:github_token] for whales' });
    }
  });
});

describe('values of any shape', () => {
  it('come back as the same object when nothing was found', () => {
    const record = { a: 1, b: 'two', c: [true, null, { d: 'e' }], f: 1.5 };
    for (const profile of PROFILES) expect(redactor.value(record, profile)).toBe(record);
    expect(redactor.logRecord(record)).toBe(record);
  });

  it('are not changed in place', () => {
    const record = { a: { password: 'short' }, b: [secret] };
    const before = structuredClone(record);
    redactor.value(record, 'text');
    expect(record).toEqual(before);
  });

  it('may answer otherwise when asked again: what was judged is what is given', () => {
    let asked = 0;
    const answers = { x: 'clean' };
    const getter = {
      get x() {
        asked += 1;
        return asked === 1 ? 'clean' : secret;
      },
    };
    expect(JSON.stringify({ nested: redactor.value({ nested: getter }, 'text') })).not.toContain(secret);
    const proxy = new Proxy(answers, { get: () => secret });
    expect(JSON.stringify(redactor.value({ proxy }, 'text'))).not.toContain(secret);
  });

  it('may be numbers in a box, and JSON as it is written', () => {
    expect(redactor.value({ big: Object(5n) as unknown }, 'text')).toEqual({ big: '5' });
    const rawJson: unknown = Reflect.get(JSON, 'rawJSON');
    if (typeof rawJson !== 'function') return;
    const raw = (text: string): unknown => Reflect.apply(rawJson, JSON, [text]) as unknown;
    expect(JSON.stringify(redactor.value({ s: raw(JSON.stringify(secret)), n: raw('12345678901234567890') }, 'text'))).toBe(
      '{"s":"[redacted:github_token]","n":12345678901234567890}',
    );
  });

  it('keep every field when keys come to be the same', () => {
    const other = ['ghp', random.pick('A-Za-z0-9', 36)].join('_');
    expect(redactor.value({ [secret]: 1, [other]: 2 }, 'text')).toEqual({
      '[redacted:github_token]': 1,
      '[redacted:github_token] (2)': 2,
    });
  });

  it('may be circular, shared, or deeper than any stack', () => {
    const shared = { token: 'short' };
    const circular: Record<string, unknown> = { shared, again: shared };
    circular['self'] = circular;
    expect(redactor.value(circular, 'text')).toEqual({
      shared: { token: '[redacted:token]' },
      again: { token: '[redacted:token]' },
      self: '[redacted:circular]',
    });
    let deep: unknown = secret;
    for (let level = 0; level < 50_000; level += 1) deep = { deep };
    expect(JSON.stringify(redactor.value(deep, 'text'))).toContain('[redacted:depth]');
  });

  it('may share so much that walking every path would never end', () => {
    let lattice: object = { end: secret };
    for (let level = 0; level < 60; level += 1) lattice = { left: lattice, right: lattice };
    expect(redactor.value(lattice, 'text')).toHaveProperty('left.left.left');
  });

  it('may be of classes, of maps, of bytes, of errors', () => {
    class Session {
      readonly id = 's1';
      readonly #hidden = secret;
      toJSON(): unknown {
        return { id: this.id, token: this.#hidden };
      }
    }
    expect(redactor.value(new Session(), 'text')).toEqual({ id: 's1', token: '[redacted:token]' });
    expect(
      redactor.value(
        new Map<unknown, unknown>([
          ['password', 'short'],
          [1, secret],
        ]),
        'text',
      ),
    ).toEqual({ password: '[redacted:password]', '1': '[redacted:github_token]' });
    expect(redactor.value(new Set([secret]), 'text')).toEqual(['[redacted:github_token]']);
    expect(redactor.value({ raw: new Uint8Array(7), at: new Date(0), big: 10n, call: () => secret })).toEqual({
      raw: '[redacted:binary:7]',
      at: '1970-01-01T00:00:00.000Z',
      big: '10',
    });
    const error = new Error(`cannot use ${secret}`, { cause: new Error(`because of ${secret}`) });
    const redacted = redactor.value(error, 'log');
    expect(JSON.stringify(redacted)).not.toContain(secret);
    expect(redacted).toMatchObject({
      type: 'Error',
      message: 'cannot use [redacted:github_token]',
      cause: { message: 'because of [redacted:github_token]' },
    });
  });

  it('of pairs that JSON would leave out has them', () => {
    const pairs = new URLSearchParams([
      ['page', '2'],
      ['page', '3'],
      ['token', 'abc'],
    ]);
    expect(redactor.value({ asked: pairs, headers: new Headers({ accept: 'text/html', cookie: 'a=b' }) })).toEqual({
      asked: { page: '2, 3', token: '[redacted:token]' },
      headers: { accept: 'text/html', cookie: '[redacted:cookie]' },
    });
  });

  it('may throw from every getter', () => {
    const hostile = Object.defineProperty({ fine: 1 }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error(secret);
      },
    });
    expect(redactor.value(hostile, 'text')).toEqual({ fine: 1, bad: '[redacted:failed]' });
    const failures: string[] = [];
    const watched = createRedactor({ onFailure: ({ operation }) => failures.push(operation) });
    const broken = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error(secret);
        },
      },
    );
    expect(watched.value(broken)).toBe('[redacted:failed]');
    expect(failures).toEqual(['value']);
    const loud = createRedactor({
      onFailure: () => {
        throw new Error(secret);
      },
    });
    expect(loud.value(broken)).toBe('[redacted:failed]');
    expect(
      watched.value({
        toJSON: () => {
          throw new Error(secret);
        },
      }),
    ).toBe('[redacted:failed]');
  });

  it('may never end', () => {
    const endless = (): object => ({ toJSON: () => ({ left: endless(), right: endless() }) });
    expect(JSON.stringify(redactor.value(endless(), 'text')).length).toBeGreaterThan(0);
  });

  it('may answer differently each time they are asked', () => {
    let asked = 0;
    const fickle = {
      get note() {
        asked += 1;
        return asked > 1 ? secret : 'fine';
      },
      password: 'short',
    };
    expect(JSON.stringify(redactor.value(fickle, 'text'))).not.toContain(secret);
  });

  it('may share what is content in one place with another', () => {
    const shared = { line: 'whales' };
    expect(redactor.value({ a: shared, messages: [shared] }, 'trace')).toEqual({
      a: shared,
      messages: [{ line: '[redacted:content:string:6]' }],
    });
  });

  it('keep a key called __proto__ a key', () => {
    const parsed: unknown = JSON.parse('{"__proto__":{"password":"short"},"a":1}');
    expect(JSON.stringify(redactor.value(parsed, 'text'))).toBe('{"__proto__":{"password":"[redacted:password]"},"a":1}');
  });

  it('may be JSON inside strings inside JSON', () => {
    const inner = JSON.stringify({ headers: { authorization: 'Basic short', accept: '*/*' } });
    const outer = { payload_json: JSON.stringify({ inner, note: 'ok' }) };
    const redacted = JSON.stringify(redactor.value(outer, 'archive'));
    expect(redacted).not.toContain('short');
    expect(redacted).toContain('accept');
  });
});

describe('a log record', () => {
  it('is copied only when something was found, and keeps its other fields', () => {
    const record = { level: 'info', event: 'worker_stderr', message: `using ${secret}`, count: 3, stream: false };
    expect(redactor.logRecord(record)).toEqual({ ...record, message: 'using [redacted:github_token]' });
    expect(record.message).toContain(secret);
  });

  it('is dropped, field by field, when it cannot be judged', () => {
    const broken = Object.defineProperty({ event: 'x' }, 'message', {
      enumerable: true,
      configurable: true,
      get: () => {
        throw new Error(secret);
      },
    });
    expect(JSON.stringify(redactor.logRecord(broken))).not.toContain(secret);
  });
});

describe('a JSON line', () => {
  it('comes back as it was written when nothing was found', () => {
    for (const line of ['{"a": 1.0, "b": [1e3]}', '[]', '"text"', '12', 'null', '{"big":123456789012345678901}'])
      expect(redactor.json(line, 'text')).toBe(line);
  });

  it('keeps the digits of its other numbers', () => {
    expect(redactor.json('{"id":12345678901234567890,"price":1.50,"password":"short"}', 'text')).toBe(
      '{"id":12345678901234567890,"price":1.50,"password":"[redacted:password]"}',
    );
  });

  it('hides nothing behind a key that comes twice', () => {
    expect(redactor.json(`{"note":"${secret}","note":"fine"}`, 'text')).not.toContain(secret);
  });

  it('is redacted as text when it is not JSON', () => {
    expect(redactor.json(`not json: ${secret}`, 'text')).toBe('not json: [redacted:github_token]');
  });
});

describe('headers', () => {
  it('lose their secrets by name and by value', () => {
    expect(
      redactor.headers({
        Authorization: `Bearer ${secret}`,
        'X-Api-Key': 'short',
        Cookie: 'a=b',
        host: 'example.com',
        accept: ['a', 'b'],
        'x-note': secret,
        'content-length': 12,
        gone: undefined,
      }),
    ).toEqual({
      Authorization: '[redacted:authorization]',
      'X-Api-Key': '[redacted:api_key]',
      Cookie: '[redacted:cookie]',
      host: 'example.com',
      accept: ['a', 'b'],
      'x-note': '[redacted:github_token]',
      'content-length': '12',
    });
  });
});

describe('what hides behind the form of JSON', () => {
  const hidden = createRedactor();

  it('a key that comes twice: what it held first does not stay', () => {
    expect(hidden.json('{"messages":"tell me of whales","messages":null}', 'log')).toBe('{"messages":null}');
    expect(hidden.value({ line: '{"password":"abc","password":null}' })).toEqual({ line: '{"password":null}' });
    expect(hidden.json('{ "a" : 1.0, "b":"x\\"y" }')).toBe('{ "a" : 1.0, "b":"x\\"y" }');
  });

  it.each([
    '{"messages":"whales"}\n',
    ' {"messages":"whales"}',
    '\ufeff{"messages":"whales"}',
    'data: {"messages":"whales"}',
    '[{"messages":"whales"}]\r\n',
  ])('a document in a text is judged by its keys: %j', (text) => {
    expect(JSON.stringify(hidden.value({ log: text }, 'log'))).not.toContain('whales');
  });

  it('a key that was taken out itself says nothing of its value', () => {
    const once = hidden.json(JSON.stringify({ [['gh', 'p_'].join('') + 'Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2Y']: 5 }));
    expect(once).toBe('{"[redacted:github_token]":5}');
    expect(hidden.json(once)).toBe(once);
  });
});
