import { describe, expect, it } from 'vitest';
import { createRedactor, type Profile } from '../src/index.ts';
import { withLuhnDigit } from '../src/rules/card.ts';
import { ibanExample } from '../src/rules/iban.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(47);
const PROFILES: readonly Profile[] = ['log', 'trace', 'archive', 'text'];
const KEYS = ['path', 'line', 'request_id', 'event', 'file', 'host', 'status', 'ref', 'type', 'tag', 'index', 'cursor', 'url_path', 'safe'];

const PERSONAL: Readonly<Record<string, () => string>> = {
  card: () => withLuhnDigit(`4${random.pick('0-9', 14)}`),
  ssn: () => `${random.pick('1-5', 3)}-${random.pick('1-9', 2)}-${random.pick('1-9', 4)}`,
  iban: () => ibanExample(random.pick('0-9', 18)),
};

/** More than one name: what is personal in them is taken out, whatever the key. */
const STRUCTURES: readonly (readonly [before: string, behind: string])[] = [
  ['/pay?x=', '&y=1'],
  ['/pay?', ''],
  ['https://shop.example.com/pay?n=', ''],
  ['n=', ''],
  ['a=1&n=', '&b'],
  ['a=1;n=', ';b=2'],
  ['employee,', ',5000'],
  ['employee|', '|5000'],
  ['employee;', ';5000'],
  ['employee\t', '\t5000'],
  ['employee\n', '\r\n5000'],
  ['employee ', ''],
  ['employee\u00a0', '\u00a05000'],
  ['员工，', '，5000'],
  ['employee("', '")'],
  ['employee[', ']'],
  ["x'", "'y"],
  ['<e>', '</e>'],
  ['m{le="', '"}'],
  ['"employee","', '"'],
  ['[redacted:email],', ''],
];

/** One name each, however they are written. */
const NAMES: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `/orders/${name}`,
  (name) => `/srv/app/orders/${name}.json:41:13`,
  (name) => `C:\\orders\\${name}`,
  (name) => `https://shop.example.com/orders/${name}#top`,
  (name) => `order_${name}-1`,
  (name) => `arn:aws:sqs:eu-west-1:${name}:queue/a`,
  (name) => `registry.example.com/app:${name}@sha256:${'a1'.repeat(32)}`,
  (name) => `"${name}"`,
  (name) => `W/"${name}"`,
  (name) => `[order-${name}]`,
  (name) => `<${name}>`,
  (name) => `${name}==`,
  (name) => `"${name}="`,
  (name) => `/заказы/${name}`,
  (name) => `~${name}+a%20b`,
];

const HARMLESS: readonly string[] = [
  'app=web,tier=db',
  'app in (web,db),tier!=cache',
  '/v1/threads?limit=20&after=thread_123&order=desc',
  'https://example.com/a/b?page=2&sort=-created_at#top',
  `/orders?id=${withLuhnDigit('411111111111111')}`,
  `/v1/items?trace_id=${'a1b2c3d4'.repeat(4)}`,
  '127.0.0.1:5000',
  `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`,
  `rojo=${'00f067aa'.repeat(2)},congo=t61rcWkgMzE`,
  '/users/{id}/orders/[orderId]',
  'text/html;charset=utf-8',
  'src/app.ts(41,13)',
  '{"a":1}',
  '',
];

describe('a value under a key that names something', () => {
  it.each(Object.entries(PERSONAL))('loses its %s where it is more than one name', (type, make) => {
    const safe = createRedactor({ safeKeys: ['safe'] });
    for (const [before, behind] of STRUCTURES) {
      for (const key of KEYS) {
        const number = make();
        const record = { [key]: `${before}${number}${behind}` };
        for (const profile of PROFILES) {
          const written = [JSON.stringify(safe.value(record, profile)), safe.json(JSON.stringify(record), profile)];
          for (const each of written) expect(each).not.toContain(number);
          for (const each of written) expect(each).toContain(`[redacted:${type}]`);
          expect(safe.json(written[1] ?? '', profile)).toBe(written[1]);
        }
        expect(JSON.stringify(safe.logRecord(record))).not.toContain(number);
      }
    }
  });

  it.each(['card', 'iban'])('keeps what looks like a number of type %s where it is one name', (type) => {
    for (const name of NAMES) {
      for (const key of KEYS.slice(0, -1)) {
        const record = { [key]: name(PERSONAL[type]?.() ?? '') };
        for (const profile of PROFILES) expect(redactor.value(record, profile)).toBe(record);
        expect(redactor.logRecord(record)).toBe(record);
        expect(redactor.json(JSON.stringify(record))).toBe(JSON.stringify(record));
      }
    }
  });

  it.each(HARMLESS)('is the same where nothing is in it: %s', (value) => {
    for (const key of KEYS) {
      const record = { [key]: value };
      for (const profile of PROFILES) expect(redactor.value(record, profile)).toBe(record);
      expect(redactor.logRecord(record)).toBe(record);
    }
  });

  it('is one name still when a secret was taken out of it', () => {
    const password = random.pick('a-zA-Z0-9', 16);
    const card = PERSONAL['card']?.() ?? '';
    const once = redactor.value({ path: `postgres://app:${password}@db.example.com/${card}` });
    expect(once).toEqual({ path: `postgres://app:[redacted:url_password]@db.example.com/${card}` });
    expect(redactor.value(once)).toBe(once);
  });

  it('is found again after a clean one was remembered', () => {
    const card = PERSONAL['card']?.() ?? '';
    for (const value of [`/pay/${card}`, 'n=1', `n=${'1'.repeat(16)}`]) redactor.logRecord({ path: value });
    expect(redactor.logRecord({ path: `n=${card}` })).toEqual({ path: 'n=[redacted:card]' });
  });

  it('is searched in time that grows with its length alone', () => {
    for (const part of ['a', '=', '"', '[', ')', 'é', '[redacted:a]', 'W/', '"=']) {
      const path = `${part.repeat(500_000)}|`;
      expect(JSON.stringify(redactor.value({ path }))).not.toContain('[redacted:failed]');
    }
  });
});
