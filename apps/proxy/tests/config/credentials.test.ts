import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveCredentials } from '../../src/config/credentials.ts';
import { readConfiguration } from '../../src/config/read-configuration.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NOTHING_SET = readConfiguration({});
const made = (label: string): string => [label, 'made', 'for', 'this', 'test'].join('-');

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('are generated once, kept for their owner alone, and stay over restarts', () => {
  const folder = join(temporaryFolder(), 'state');
  const first = resolveCredentials(NOTHING_SET, folder);
  expect(first.file).toBe(join(folder, 'credentials.json'));
  expect(first.apiKey).toMatch(/^sk-proxy-[\w-]{32}$/);
  expect(first.adminToken).toMatch(/^adm-proxy-[\w-]{32}$/);
  expect(modeOf(folder)).toBe(0o700);
  expect(modeOf(join(folder, 'credentials.json'))).toBe(0o600);
  expect(resolveCredentials(NOTHING_SET, folder)).toEqual(first);
  expect(JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8'))).toEqual({
    api_key: first.apiKey,
    admin_token: first.adminToken,
  });
});

test('differ from folder to folder', () => {
  const [one, other] = [resolveCredentials(NOTHING_SET, temporaryFolder()), resolveCredentials(NOTHING_SET, temporaryFolder())];
  expect(one.apiKey).not.toBe(other.apiKey);
  expect(one.adminToken).not.toBe(other.adminToken);
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"api_key":"only-one-of-two"}',
  '{"api_key":"short","admin_token":"short"}',
  '{"api_key":1,"admin_token":2}',
])('replace a damaged file: %j', (content) => {
  const folder = temporaryFolder();
  const file = join(folder, 'credentials.json');
  writeFileSync(file, content, { mode: 0o644 });
  const credentials = resolveCredentials(NOTHING_SET, folder);
  expect(credentials.apiKey).toMatch(/^sk-proxy-/);
  expect(modeOf(file)).toBe(0o600);
  expect(resolveCredentials(NOTHING_SET, folder)).toEqual(credentials);
});

test('that others could read are closed to them', () => {
  const folder = temporaryFolder();
  const first = resolveCredentials(NOTHING_SET, folder);
  chmodSync(join(folder, 'credentials.json'), 0o644);
  expect(resolveCredentials(NOTHING_SET, folder)).toEqual(first);
  expect(modeOf(join(folder, 'credentials.json'))).toBe(0o600);
});

test.each([
  { PROXY_API_KEY: made('key') },
  { PROXY_ADMIN_TOKEN: made('admin') },
  { PROXY_API_KEY: made('key'), PROXY_ADMIN_TOKEN: made('admin') },
])('that the environment sets are not joined by generated ones', (environment) => {
  const folder = temporaryFolder();
  expect(resolveCredentials(readConfiguration(environment), folder)).toEqual({
    apiKey: environment.PROXY_API_KEY,
    adminToken: environment.PROXY_ADMIN_TOKEN,
  });
  expect(existsSync(join(folder, 'credentials.json'))).toBe(false);
});

test('are not generated beyond loopback', () => {
  const folder = temporaryFolder();
  const configuration = { ...NOTHING_SET, PROXY_HOST: '0.0.0.0' };
  expect(resolveCredentials(configuration, folder)).toEqual({ apiKey: undefined, adminToken: undefined });
  expect(existsSync(join(folder, 'credentials.json'))).toBe(false);
});
