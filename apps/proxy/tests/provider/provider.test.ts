import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfiguration, type Environment } from '../../src/config/read-configuration.ts';
import { chooseProvider, codexProvider, customProvider, demoProvider } from '../../src/provider/provider.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOGIN = '{"tokens":"of the user"}';
const key = ['provider', 'key', 'of', 'this', 'test'].join('-');

interface Homes {
  readonly codexHome: string;
  readonly environment: Environment;
  /** Where a login of the user would be. */
  readonly userAuth: string;
}

function homes(): Homes {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'user', '.codex'), { recursive: true });
  return {
    codexHome: join(folder, 'codex-home'),
    environment: { HOME: join(folder, 'user') },
    userAuth: join(folder, 'user', '.codex', 'auth.json'),
  };
}

const choose = (settings: Environment, { environment, codexHome }: Homes): string =>
  chooseProvider(readConfiguration(settings), { ...environment, ...settings }, codexHome);

describe('the choice', () => {
  test('is demo without any credentials', () => {
    expect(choose({}, homes())).toBe('demo');
    expect(choose({ OPENAI_API_KEY: ' ', CODEX_HOME: '' }, homes())).toBe('demo');
  });

  test('is never demo in production without being asked', () => {
    expect(() => choose({ NODE_ENV: 'production' }, homes())).toThrow(/PROXY_PROVIDER: neither OPENAI_API_KEY .* PROXY_PROVIDER=demo$/m);
    expect(choose({ NODE_ENV: 'production', PROXY_PROVIDER: 'demo' }, homes())).toBe('demo');
    expect(choose({ NODE_ENV: 'production', OPENAI_API_KEY: key }, homes())).toBe('codex');
  });

  test('is codex with a key', () => {
    expect(choose({ OPENAI_API_KEY: key }, homes())).toBe('codex');
  });

  test('is codex with a login of the user, in either of its places', () => {
    const at = homes();
    writeFileSync(at.userAuth, LOGIN);
    expect(choose({}, at)).toBe('codex');
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'auth.json'), LOGIN);
    expect(choose({ CODEX_HOME: elsewhere }, homes())).toBe('codex');
  });

  test('is codex with a login made in the home of the worker', () => {
    const at = homes();
    mkdirSync(at.codexHome);
    writeFileSync(join(at.codexHome, 'auth.json'), LOGIN);
    expect(choose({}, at)).toBe('codex');
  });

  test('is demo again when the login that was linked is gone', () => {
    const at = homes();
    writeFileSync(at.userAuth, LOGIN);
    codexProvider(at.environment, at.codexHome);
    rmSync(at.userAuth);
    expect(choose({}, at)).toBe('demo');
  });

  test('is custom with an address, whatever credentials there are', () => {
    expect(choose({ PROXY_PROVIDER_BASE_URL: 'http://host/v1', OPENAI_API_KEY: key }, homes())).toBe('custom');
  });

  test.each(['demo', 'codex'] as const)('is %s when that is what was asked for', (kind) => {
    expect(choose({ PROXY_PROVIDER: kind, PROXY_PROVIDER_BASE_URL: 'http://host/v1', OPENAI_API_KEY: key }, homes())).toBe(kind);
  });
});

describe('a login of the user', () => {
  test('is linked and never copied', () => {
    const { codexHome, environment, userAuth } = homes();
    writeFileSync(userAuth, LOGIN);
    const provider = codexProvider(environment, codexHome);
    const link = join(codexHome, 'auth.json');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readlinkSync(link)).toBe(userAuth);
    expect(provider).toMatchObject({ kind: 'codex', settings: {}, rawSettings: [], environment: {} });
    expect(codexProvider(environment, codexHome).summary).toBe(provider.summary);
    writeFileSync(userAuth, 'refreshed');
    expect(readFileSync(link, 'utf8')).toBe('refreshed');
  });

  test('takes the place of a link to another one', () => {
    const { codexHome, environment, userAuth } = homes();
    writeFileSync(userAuth, LOGIN);
    mkdirSync(codexHome);
    symlinkSync('/nowhere/auth.json', join(codexHome, 'auth.json'));
    codexProvider(environment, codexHome);
    expect(readlinkSync(join(codexHome, 'auth.json'))).toBe(userAuth);
  });

  test('never takes the place of a login made in the home of the worker', () => {
    const { codexHome, environment, userAuth } = homes();
    writeFileSync(userAuth, LOGIN);
    mkdirSync(codexHome);
    writeFileSync(join(codexHome, 'auth.json'), 'its own');
    codexProvider(environment, codexHome);
    codexProvider({ ...environment, OPENAI_API_KEY: key }, codexHome);
    expect(lstatSync(join(codexHome, 'auth.json')).isFile()).toBe(true);
    expect(readFileSync(join(codexHome, 'auth.json'), 'utf8')).toBe('its own');
  });

  test('is unlinked when a key is used in its stead', () => {
    const { codexHome, environment, userAuth } = homes();
    writeFileSync(userAuth, LOGIN);
    codexProvider(environment, codexHome);
    codexProvider({ ...environment, OPENAI_API_KEY: key }, codexHome);
    expect(existsSync(join(codexHome, 'auth.json'))).toBe(false);
    expect(readFileSync(userAuth, 'utf8')).toBe(LOGIN);
  });
});

describe('keys', () => {
  test('reach the worker by its environment alone', () => {
    const custom = customProvider('https://user-less.example/v1', key);
    expect(JSON.stringify([custom.settings, custom.rawSettings, custom.summary, custom.models])).not.toContain(key);
    expect(custom.environment).toEqual({ PROXY_PROVIDER_API_KEY: key });
    const openai = codexProvider({ OPENAI_API_KEY: key }, temporaryFolder());
    expect(JSON.stringify([openai.settings, openai.rawSettings, openai.summary])).not.toContain(key);
    expect(openai.environment).toEqual({ PROXY_PROVIDER_API_KEY: key });
  });

  test('of an address travel as the header that they stand for, and not beside another key', () => {
    const address = `https://us%40er:${key}%20x@host.example/v1`;
    const custom = customProvider(address, undefined);
    expect(JSON.stringify([custom.settings, custom.rawSettings, custom.summary])).not.toContain(key);
    expect(custom.rawSettings[0]).toContain('base_url="https://host.example/v1"');
    expect(custom.rawSettings[0]).toContain('env_http_headers={Authorization="PROXY_PROVIDER_AUTHORIZATION"}');
    const header = `Basic ${Buffer.from(`us@er:${key} x`).toString('base64')}`;
    expect(custom.environment).toEqual({ PROXY_PROVIDER_AUTHORIZATION: header });
    expect(customProvider('https://%zz:p@host.example', undefined).environment).toEqual({
      PROXY_PROVIDER_AUTHORIZATION: `Basic ${Buffer.from('%zz:p').toString('base64')}`,
    });
    const both = customProvider(address, 'another');
    expect(both.environment).toEqual({ PROXY_PROVIDER_API_KEY: 'another' });
    expect(JSON.stringify(both.rawSettings)).not.toContain(key);
  });

  test('that are not there leave no trace', () => {
    const { environment, rawSettings } = customProvider('http://host/v1', undefined);
    expect(environment).toEqual({});
    expect(rawSettings.join('')).not.toContain('env_key');
  });

  test('go to the address that belongs to them', () => {
    expect(codexProvider({ OPENAI_API_KEY: key }, temporaryFolder()).rawSettings[0]).toContain('base_url="https://api.openai.com/v1"');
    const elsewhere = codexProvider({ OPENAI_API_KEY: key, OPENAI_BASE_URL: ' https://gateway.example/v1 ' }, temporaryFolder());
    expect(elsewhere.rawSettings[0]).toContain('base_url="https://gateway.example/v1"');
    expect(elsewhere.summary).toBe('OpenAI API key, https://gateway.example');
  });
});

test('the summary of an address shows neither user nor password', () => {
  expect(customProvider('https://me:hidden@host.example:8443/v1?k=hidden', undefined).summary).toBe(
    'custom provider at https://host.example:8443',
  );
});

test('the demo provider is reached without any proxy of the machine, and closed by its provider', async () => {
  let closed = 0;
  const close = async (): Promise<void> => Promise.resolve(void (closed += 1));
  const demo = demoProvider({ baseUrl: 'http://127.0.0.1:9/v1', models: ['one'], catalog: { models: [] }, close });
  expect(demo).toMatchObject({ kind: 'demo', models: ['one'], environment: { NO_PROXY: '*', no_proxy: '*' }, catalog: { models: [] } });
  await demo.close();
  expect(closed).toBe(1);
});
