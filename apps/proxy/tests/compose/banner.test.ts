import { expect, test } from 'vitest';
import { banner } from '../../src/compose/banner.ts';

const key = ['sk', 'of', 'this', 'test'].join('-');
const common = {
  url: 'http://127.0.0.1:11435',
  provider: { kind: 'demo', summary: 'offline demo provider' },
  models: () => ['demo-codex'],
};

test('a generated key is shown, with where it is kept and a command that works', () => {
  const text = banner({ ...common, credentials: { apiKey: key, adminToken: 'adm', file: '/state/credentials.json' } });
  expect(text).toContain('http://127.0.0.1:11435');
  expect(text).toContain('offline demo provider');
  expect(text).toContain(`${key}   (kept in /state/credentials.json)`);
  expect(text).toContain(`-H "Authorization: Bearer ${key}"`);
  expect(text).toContain('"model":"demo-codex"');
});

test("an operator's own key is not shown", () => {
  const text = banner({ ...common, models: () => [], credentials: { apiKey: key, adminToken: undefined } });
  expect(text).not.toContain(key);
  expect(text).toContain('the one in PROXY_API_KEY');
  expect(text).toContain('Bearer $PROXY_API_KEY');
  expect(text).toContain('/v1/models');
});
