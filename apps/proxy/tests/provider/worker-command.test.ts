import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { readConfiguration, type Environment } from '../../src/config/read-configuration.ts';
import { agentSettings, needsEnvironment } from '../../src/provider/agent-powers.ts';
import { customProvider } from '../../src/provider/provider.ts';
import { workerCommand } from '../../src/provider/worker-command.ts';

const paths = { binary: '/opt/codex', codexHome: '/state/codex-home', workdir: '/state/workdir' };
const hidden = ['hidden', 'from', 'the', 'worker'].join('-');

function command(settings: Environment, environment: Environment = {}, catalog?: string): ReturnType<typeof workerCommand> {
  const provider = customProvider('http://127.0.0.1:9/v1', ['provider', 'key'].join('-'));
  return workerCommand(readConfiguration(settings), provider, { ...paths, catalog }, environment);
}

/** The worker's settings as it reads them. */
function settingsOf({ args }: ReturnType<typeof workerCommand>): Record<string, unknown> {
  expect(args[0]).toBe('app-server');
  const pairs = args.slice(1);
  const settings: Record<string, unknown> = {};
  for (let index = 0; index < pairs.length; index += 2) {
    expect(pairs[index]).toBe('-c');
    const [name, value] = pairs[index + 1]!.split(/=(.*)/s);
    settings[name!] = parse(`value = ${value!}`).value;
  }
  return settings;
}

describe('by default', () => {
  const settings = settingsOf(command({}));

  test('no power of the agent is left', () => {
    for (const [name, value] of Object.entries(settings)) {
      if (/^(features|agents|skills|tools|include_)/.test(name)) expect(value, name).toBe(false);
    }
    expect(settings).toMatchObject({
      web_search: 'disabled',
      'features.shell_tool': false,
      'features.unified_exec': false,
      'features.multi_agent': false,
      'features.apps': false,
      'features.goals': false,
      'agents.enabled': false,
    });
  });

  test('the worker sends no telemetry and unloads a thread at once', () => {
    expect(settings).toMatchObject({ 'analytics.enabled': false, check_for_update_on_startup: false, thread_unload_delay_secs: 0 });
  });

  test('an answer that is under way is never begun again', () => {
    expect(settings).toMatchObject({
      model_provider: 'proxy',
      'model_providers.proxy': { wire_api: 'responses', request_max_retries: 0, stream_max_retries: 0, env_key: 'PROXY_PROVIDER_API_KEY' },
    });
  });

  test('it runs in its own folders', () => {
    const { file, cwd, env } = command({});
    expect({ file, cwd, env }).toEqual({
      file: '/opt/codex',
      cwd: '/state/workdir',
      env: { HOME: '/state/codex-home', CODEX_HOME: '/state/codex-home', PROXY_PROVIDER_API_KEY: 'provider-key' },
    });
  });
});

test('the environment is stripped to what is needed to run and to get out', () => {
  const environment = {
    PATH: '/bin',
    LANG: 'C.UTF-8',
    https_proxy: 'http://gate:3128',
    SSL_CERT_FILE: '/etc/ca.pem',
    PROXY_API_KEY: hidden,
    PROXY_ADMIN_TOKEN: hidden,
    OPENAI_API_KEY: hidden,
    AWS_SECRET_ACCESS_KEY: hidden,
    HOME: '/home/someone',
    CODEX_HOME: '/home/someone/.codex',
    NODE_OPTIONS: '--inspect',
    LD_PRELOAD: '/tmp/x.so',
    TZ: undefined,
  };
  expect(command({}, environment).env).toEqual({
    PATH: '/bin',
    LANG: 'C.UTF-8',
    https_proxy: 'http://gate:3128',
    SSL_CERT_FILE: '/etc/ca.pem',
    HOME: '/state/codex-home',
    CODEX_HOME: '/state/codex-home',
    PROXY_PROVIDER_API_KEY: 'provider-key',
  });
});

test('no key is on the command line', () => {
  const { args } = command({ PROXY_API_KEY: hidden }, { OPENAI_API_KEY: hidden });
  expect(args.join(' ')).not.toContain(hidden);
  expect(args.join(' ')).not.toContain('provider-key');
});

test('a catalog is named when there is one', () => {
  expect(settingsOf(command({}, {}, '/state/a "b".json')).model_catalog_json).toBe('/state/a "b".json');
  expect(settingsOf(command({}))).not.toHaveProperty('model_catalog_json');
});

describe('powers that the operator names', () => {
  test.each([
    ['shell', { 'features.shell_tool': true, 'features.unified_exec': true }],
    ['web_search', { web_search: 'live' }],
    ['view_image', { 'features.view_image': true }],
    ['multi_agent', { 'features.multi_agent': true, 'agents.enabled': true }],
    ['apply_patch', {}],
  ])('%s alone', (tool, granted) => {
    const plain = agentSettings([]);
    const settings = agentSettings([tool]);
    const explained = needsEnvironment([tool]) ? { include_permissions_instructions: true, include_environment_context: true } : {};
    expect(settings).toEqual({ ...plain, ...explained, ...granted });
    expect(settingsOf(command({ CODEX_AGENT_TOOLS: tool }))).toMatchObject(settings);
  });

  test('an environment goes with all that act on files or processes', () => {
    expect(needsEnvironment([])).toBe(false);
    expect(needsEnvironment(['web_search'])).toBe(false);
    for (const tool of ['shell', 'apply_patch', 'view_image', 'multi_agent']) expect(needsEnvironment(['web_search', tool])).toBe(true);
  });
});
