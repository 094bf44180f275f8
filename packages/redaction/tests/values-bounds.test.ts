import { describe, expect, it } from 'vitest';
import { createRedactor, type Profile } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(29);
const secret = ['ghp', random.pick('A-Za-z0-9', 36)].join('_');
const PROFILES: readonly Profile[] = ['log', 'trace', 'archive', 'text'];
const LONGEST_WRITTEN = 16 * 1024 * 1024;

/** What JSON writes of a redacted value. */
function written(value: unknown, profile: Profile = 'text'): string {
  const json = JSON.stringify(redactor.value(value, profile));
  expect(json.length).toBeLessThan(LONGEST_WRITTEN);
  expect(json).not.toContain(secret);
  return json;
}

/** Each of so many objects leads twice to the next. */
function lattice(end: object, levels: number): object {
  let top = end;
  for (let level = 0; level < levels; level += 1) top = { left: top, right: top };
  return top;
}

describe('what is shared', () => {
  it('is written as often as it stands there, while that is little', () => {
    const shared = { note: 'fine' };
    const list = Array.from({ length: 5000 }, () => shared);
    expect(redactor.value(list)).toBe(list);
    const small = lattice(shared, 12);
    expect(redactor.value(small)).toBe(small);
    const withToken = { token: 'short' };
    expect(redactor.value({ a: withToken, b: [withToken, withToken] })).toEqual({
      a: { token: '[redacted:token]' },
      b: [{ token: '[redacted:token]' }, { token: '[redacted:token]' }],
    });
  });

  it('becomes a placeholder where it would be written without end', () => {
    for (const profile of PROFILES) {
      expect(written(lattice({}, 40), profile)).toContain('[redacted:depth]');
      expect(written({ top: lattice({ note: secret }, 40) }, profile)).toContain('[redacted:depth]');
    }
    let list: unknown[] = ['ha'];
    for (let level = 0; level < 30; level += 1) list = new Array<unknown>(10).fill(list);
    expect(written(list)).toContain('[redacted:depth]');
  });

  it('counts with all that is in it, at the top of a value too', () => {
    const shared = { line: 'x'.repeat(100_000) };
    expect(written(Array.from({ length: 1000 }, () => shared))).toContain('[redacted:depth]');
    expect(written(Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`key${at}`, shared])))).toContain('[redacted:depth]');
    const bytes = { toJSON: () => 'y '.repeat(50_000) };
    expect(written(Array.from({ length: 1000 }, () => bytes))).toContain('[redacted:depth]');
  });

  it('may be given by many as what they are written as', () => {
    const inner = Array.from({ length: 1000 }, (_, at) => at);
    const one = { toJSON: () => inner };
    const many = Array.from({ length: 1000 }, () => ({ toJSON: () => inner }));
    expect(redactor.value([one, { toJSON: () => inner }])).toEqual([inner, inner]);
    expect(written(many)).toContain('[redacted:depth]');
  });

  it('does not nest deeper than JSON can write', () => {
    let top: object = { note: secret };
    const chain: object[] = [top];
    for (let level = 0; level < 20_000; level += 1) chain.push((top = { top }));
    expect(written(chain)).toContain('[redacted:github_token]');
  });
});

describe('lists with holes', () => {
  it('keep a few', () => {
    const list: unknown[] = ['a'];
    list[5] = secret;
    expect(written(list)).toBe('["a",null,null,null,null,"[redacted:github_token]"]');
  });

  it('end where there are too many, whatever comes behind', () => {
    const sparse: unknown[] = ['first'];
    sparse[4_294_967_290] = secret;
    const empty: unknown[] = [];
    empty.length = 4_294_967_295;
    for (const profile of PROFILES) {
      for (const list of [sparse, empty]) {
        expect(written(list, profile).endsWith('"[redacted:depth]"]')).toBe(true);
        expect(written({ list, other: 1 }, profile)).toContain('[redacted:depth]');
      }
    }
    expect(written({ sparse })).toContain('"first"');
    expect(JSON.stringify(redactor.logRecord({ sparse }))).not.toContain(secret);
  });

  it('share what may be written of nothing', () => {
    const lists = Array.from({ length: 5000 }, () => {
      const list: unknown[] = [];
      list[50_000_000] = secret;
      return list;
    });
    written(lists);
  });
});

describe('what makes itself as it is asked for', () => {
  const field = (value: unknown): PropertyDescriptor => ({ value, enumerable: true, configurable: true, writable: true });

  it('ends, with other fields each time', () => {
    const endless = (): object =>
      new Proxy(
        {},
        {
          ownKeys: () => ['a', 'b'],
          getOwnPropertyDescriptor: () => field(1),
          get: (_, key) => (key === 'a' || key === 'b' ? endless() : undefined),
        },
      );
    written(endless());
    written({ endless: endless() });
  });

  it('ends, with the same fields each time', () => {
    const endless = (): object => {
      const made = new Map<PropertyKey, object>();
      const get = (_: object, key: PropertyKey): object | undefined => {
        if (key !== 'a' && key !== 'b') return undefined;
        const known = made.get(key) ?? endless();
        made.set(key, known);
        return known;
      };
      return new Proxy({}, { ownKeys: () => ['a', 'b'], getOwnPropertyDescriptor: (target, key) => field(get(target, key)), get });
    };
    written(endless());
  });

  it('ends, with more fields than anybody wrote', () => {
    const keys = Array.from({ length: 150_000 }, (_, at) => `key${at}`);
    const wide = new Proxy({}, { ownKeys: () => keys, getOwnPropertyDescriptor: () => field(1), get: () => 'v' });
    expect(written({ wide })).toContain('"[redacted:depth]":"[redacted:depth]"');
  });

  it('ends, as a list, a map or a set', () => {
    const isPlace = (key: PropertyKey): boolean => typeof key === 'string' && /^\d+$/.test(key);
    const list = new Proxy<unknown[]>([], {
      has: () => true,
      get: (target, key): unknown => (key === 'length' ? 4_294_967_295 : isPlace(key) ? { token: 'short' } : Reflect.get(target, key)),
    });
    expect(written({ list })).toContain('[redacted:depth]');
    class EndlessMap extends Map<unknown, unknown> {
      override *[Symbol.iterator](): MapIterator<[unknown, unknown]> {
        for (let at = 0; ; at += 1) yield [at, at];
      }
    }
    class EndlessSet extends Set<unknown> {
      override *[Symbol.iterator](): SetIterator<unknown> {
        for (let at = 0; ; at += 1) yield at;
      }
    }
    expect(redactor.value({ map: new EndlessMap([['token', 'short']]), set: new EndlessSet(['a']) })).toEqual({
      map: { token: '[redacted:token]' },
      set: ['a'],
    });
  });

  it('is not asked again by JSON for what was judged', () => {
    class Inner {
      readonly note = 'fine';
      toJSON(): unknown {
        return { note: secret };
      }
    }
    const inner = new Inner();
    expect(written({ a: { toJSON: () => inner } })).toBe('{"a":{"note":"fine"}}');
    class Fickle {
      #asked = 0;
      readonly note = 'fine';
      toJSON(): unknown {
        this.#asked += 1;
        return this.#asked === 1 ? this : { note: secret };
      }
    }
    expect(written({ a: new Fickle(), b: [new Fickle()] })).toBe('{"a":{"note":"fine"},"b":[{"note":"fine"}]}');
    class Count extends Number {
      override valueOf(): never {
        throw new Error(secret);
      }
    }
    expect(written({ count: new Count(5) })).toBe('{"count":5}');
  });
});

describe('many keys', () => {
  it('of which the same remains are told apart', () => {
    const people = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`ann${at}@example.com`, at]));
    const redacted = redactor.value(people, 'text');
    expect(Object.keys(Object(redacted) as object)).toHaveLength(20_000);
    expect(redacted).toMatchObject({ '[redacted:email]': 0, '[redacted:email] (2)': 1, '[redacted:email] (20000)': 19_999 });
    expect(redactor.value({ '[redacted:email] (2)': 'a', 'ann@example.com': 'b', 'bob@example.com': 'c' }, 'text')).toEqual({
      '[redacted:email] (2)': 'a',
      '[redacted:email]': 'b',
      '[redacted:email] (3)': 'c',
    });
  });
});

describe('bytes that went through JSON', () => {
  it('are bytes still', () => {
    const record = { raw: JSON.parse(JSON.stringify(Buffer.from(secret))) as unknown, at: 1 };
    for (const profile of PROFILES) {
      expect(redactor.value(record, profile)).toEqual({ raw: '[redacted:binary:40]', at: 1 });
      expect(redactor.json(JSON.stringify(record), profile)).toBe('{"raw":"[redacted:binary:40]","at":1}');
    }
    expect(redactor.logRecord(record)).toEqual({ raw: '[redacted:binary:40]', at: 1 });
    expect(redactor.value({ data: [1, 2], type: 'Buffer' })).toBe('[redacted:binary:2]');
    const other = { type: 'Points', data: [1, 2] };
    expect(redactor.value(other)).toBe(other);
  });
});
