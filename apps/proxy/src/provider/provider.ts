import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Configuration } from '../config/configuration.ts';
import { ConfigurationError } from '../config/errors.ts';
import type { Environment } from '../config/read-configuration.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { tomlString } from './toml.ts';

export type ProviderKind = 'demo' | 'codex' | 'custom';

/** Where the worker gets its model from, as settings and environment of the worker. */
export interface Provider {
  readonly kind: ProviderKind;
  readonly settings: Readonly<Record<string, string | boolean | number>>;
  /** `-c` values that are TOML already. */
  readonly rawSettings: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The catalog of models that the worker gets; absent for the one inside its binary. */
  readonly catalog?: ModelCatalog;
  /** Models known without asking the worker. */
  readonly models: readonly string[];
  /** Puts a link to the user's login into the worker's home, where there is none. Absent: it needs none. */
  readonly linkLogin?: () => void;
  /** One line for the banner. */
  readonly summary: string;
  close(): Promise<void>;
}

const KEY_VARIABLE = 'PROXY_PROVIDER_API_KEY';
const AUTHORIZATION_VARIABLE = 'PROXY_PROVIDER_AUTHORIZATION';
const OPENAI_BASE_URL = 'https://api.openai.com/v1';
const nothing = async (): Promise<void> => Promise.resolve();

/**
 * What `PROXY_PROVIDER=auto` comes to: custom, when an address is given; codex, when there are credentials; else demo, but not in production.
 * @throws ConfigurationError where `NODE_ENV` is `production` and nothing is found: clients would be answered, and mean nothing to anybody.
 */
export function chooseProvider(configuration: Configuration, environment: Environment, codexHome: string): ProviderKind {
  if (configuration.PROXY_PROVIDER !== 'auto') return configuration.PROXY_PROVIDER;
  if (configuration.PROXY_PROVIDER_BASE_URL !== undefined) return 'custom';
  if (hasText(environment.OPENAI_API_KEY) || hasOwnLogin(codexHome) || userAuthFile(environment) !== undefined) return 'codex';
  if (environment.NODE_ENV !== 'production') return 'demo';
  throw new ConfigurationError([
    'PROXY_PROVIDER: neither OPENAI_API_KEY nor PROXY_PROVIDER_BASE_URL is set, and no login is found. With NODE_ENV=production the offline demo, which answers without meaning, is taken only when it is asked for: PROXY_PROVIDER=demo',
  ]);
}

export function customProvider(baseUrl: string, apiKey: string | undefined): Provider {
  return responsesProvider({ kind: 'custom', baseUrl, apiKey, models: [], summary: `custom provider at ${new URL(baseUrl).origin}` });
}

/** Talks to the demo provider, which listens on loopback and keeps no secret. */
export function demoProvider(demo: {
  readonly baseUrl: string;
  readonly models: readonly string[];
  readonly catalog: ModelCatalog;
  readonly close: () => Promise<void>;
}): Provider {
  const { baseUrl, models, catalog, close } = demo;
  const provider = responsesProvider({ kind: 'demo', baseUrl, apiKey: undefined, models, summary: 'offline demo provider' });
  // Loopback must not go through a proxy that the machine may have.
  return { ...provider, environment: { NO_PROXY: '*', no_proxy: '*' }, catalog, close };
}

/**
 * The worker's own credentials: a key from the environment, a login made in the worker's own home, or the user's login. The
 * user's login file is linked and never copied, so that a refreshed or revoked login is seen by both.
 */
export function codexProvider(environment: Environment, codexHome: string): Provider {
  const key = environment.OPENAI_API_KEY;
  if (hasText(key)) {
    unlinkAuth(codexHome);
    const baseUrl = (environment.OPENAI_BASE_URL ?? '').trim() || OPENAI_BASE_URL;
    return responsesProvider({ kind: 'codex', baseUrl, apiKey: key, models: [], summary: `OpenAI API key, ${new URL(baseUrl).origin}` });
  }
  const login = { kind: 'codex', settings: {}, rawSettings: [], environment: {}, models: [], close: nothing } as const;
  if (hasOwnLogin(codexHome)) return { ...login, summary: 'Codex login of its own' };
  const auth = userAuthFile(environment);
  const summary = 'Codex login of this user';
  if (auth === undefined) return { ...login, summary };
  const linkLogin = (): void => {
    linkAuth(auth, codexHome);
  };
  linkLogin();
  return { ...login, summary, linkLogin };
}

interface ResponsesEndpoint {
  readonly kind: ProviderKind;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly models: readonly string[];
  readonly summary: string;
}

function responsesProvider(endpoint: ResponsesEndpoint): Provider {
  const { kind, apiKey, models, summary } = endpoint;
  const { baseUrl, credentials } = withoutCredentials(endpoint.baseUrl);
  // There is one such header, and the key goes into it.
  const authorization = apiKey === undefined ? credentials : undefined;
  // The client decides about retries: one in the middle of an answer would repeat text that is out already, and one of a provider that says
  // Retry-After waits as long as it says, with the slot held.
  const fields = [
    `name=${tomlString(kind)}`,
    `base_url=${tomlString(baseUrl)}`,
    'wire_api="responses"',
    'request_max_retries=0',
    'stream_max_retries=0',
    ...(apiKey === undefined ? [] : [`env_key=${tomlString(KEY_VARIABLE)}`]),
    ...(authorization === undefined ? [] : [`env_http_headers={Authorization=${tomlString(AUTHORIZATION_VARIABLE)}}`]),
  ];
  return {
    kind,
    settings: { model_provider: 'proxy' },
    rawSettings: [`model_providers.proxy={${fields.join(', ')}}`],
    environment: {
      ...(apiKey === undefined ? {} : { [KEY_VARIABLE]: apiKey }),
      ...(authorization === undefined ? {} : { [AUTHORIZATION_VARIABLE]: authorization }),
    },
    models,
    summary,
    close: nothing,
  };
}

/**
 * Everyone on the machine can read the worker's command line, so user and password of a URL travel in its environment: as the header that
 * they stand for (RFC 7617).
 */
function withoutCredentials(text: string): { readonly baseUrl: string; readonly credentials?: string } {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { baseUrl: text };
  const pair = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { baseUrl: url.href.replace(/\/+$/, ''), credentials: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hasText(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

function userAuthFile(environment: Environment): string | undefined {
  const homes = [environment.CODEX_HOME, environment.HOME === undefined ? undefined : join(environment.HOME, '.codex')];
  for (const home of homes) {
    if (hasText(home) && existsSync(join(home, 'auth.json'))) return resolve(home, 'auth.json');
  }
  return undefined;
}

/** A login file that someone put into the worker's home; a link there was made by this proxy. */
function hasOwnLogin(codexHome: string): boolean {
  return lstatSync(join(codexHome, 'auth.json'), { throwIfNoEntry: false })?.isFile() === true;
}

function linkAuth(target: string, codexHome: string): void {
  const link = join(codexHome, 'auth.json');
  mkdirSync(codexHome, { recursive: true, mode: 0o700 });
  if (resolve(link) === target) return;
  const current = lstatSync(link, { throwIfNoEntry: false });
  if (current?.isSymbolicLink() === true && readlinkSync(link) === target) return;
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

function unlinkAuth(codexHome: string): void {
  const link = join(codexHome, 'auth.json');
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(link, { force: true });
}
