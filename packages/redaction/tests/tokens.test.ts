import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/index.ts';
import { createExamples } from './examples.ts';

const { text: redact } = createRedactor();
const random = createExamples(717);
const alphanumeric = (length: number): string => `7a${random.pick('A-Za-z0-9', length - 5)}Q3z`;

describe('a bearer token of X', () => {
  const rest = `${random.pick('a-z', 4)}AAAAAAA${random.pick('A-Za-z0-9', 12)}%2B${random.pick('A-Za-z0-9', 20)}%3D${random.pick('A-Za-z0-9', 44)}`;
  it.each(['A'.repeat(21) + 'B', 'A'.repeat(21) + 'P', 'A'.repeat(22) + 'c'])('that begins with %s is taken whole', (start) => {
    for (const body of [rest, rest.replaceAll('%2B', '+').replaceAll('%3D', '='), rest.replace('%2B', '%2F')]) {
      expect(redact(`x ${start}${body} y`)).toBe('x [redacted:twitter_token] y');
    }
    expect(redact(`curl -H "Authorization: Bearer ${start}${rest}" https://example.com`)).not.toContain(rest.slice(-8));
    expect(redact(`{"t":"${start}${rest}"}`)).not.toContain(rest.slice(-8));
  });

  it('is no run of zeros in base64', () => {
    for (const text of [`a ${'A'.repeat(80)} b`, `${'A'.repeat(21)}B${'A'.repeat(60)}`]) expect(redact(text)).toBe(text);
  });
});

describe('a token glued to letters', () => {
  it.each([
    ['glpat', '-', 20, 'gitlab_token'],
    ['ghp', '_', 36, 'github_token'],
    ['github_pat', '_', 60, 'github_token'],
    ['npm', '_', 36, 'npm_token'],
    ['sk-proj', '-', 48, 'openai_key'],
    ['lin_api', '_', 40, 'linear_key'],
    ['shpat', '_', 0, 'shopify_token'],
  ] as const)('%s is found', (prefix, separator, length, type) => {
    const token = [prefix, length === 0 ? `${random.pick('a-f0-9', 31)}7` : alphanumeric(length)].join(separator);
    for (const before of ['word', 'ppp', 'x', '7', 'url=is', 'a/word', '\u001b[0m']) {
      expect(redact(`a ${before}${token} b`)).toBe(`a ${before}[redacted:${type}] b`);
    }
    const once = redact(`two${token} and ${token}`);
    expect(once).not.toContain(token.slice(-16));
    expect(redact(once)).toBe(once);
  });

  it.each([
    `local_${random.pick('a-f0-9', 32)}`,
    `favico-${random.pick('a-f0-9', 32)}.png`,
    `monkey-${random.pick('a-f0-9', 32)}`,
    `latest_${random.pick('a-f0-9', 35)}`,
    `session_${alphanumeric(42)}`,
    'task-proj-2026-migration-plan-of-June-v2-final',
    'disk-service-restart-Timeout-30s-retry-5x-backoff',
    'attr_prod_configurationManagerFactory2of3',
    'directory_at_the_top_of_the_tree_and_below',
    `${random.pick('A-Za-z0-9', 30)}ghp_${alphanumeric(36)}`,
    `${random.pick('A-Za-z0-9', 30)}-${random.pick('A-Za-z0-9', 5)}ghp_${alphanumeric(36)}`,
  ])('is none in %j', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('keys of New Relic', () => {
  const hex = (length: number): string => `${random.pick('a-f0-9', length - 1)}7`;
  it.each([`${hex(36)}NRAL`, `${hex(32)}FFFFNRAL`, `eu01xx${hex(30)}NRAL`, `eu01xx${hex(26)}FFFFNRAL`])('%s', (key) => {
    expect(redact(`use ${key}, please`)).toBe('use [redacted:newrelic_key], please');
    expect(redact(`a${key}`)).toBe(`a${key}`);
    expect(redact(`${key}s`)).toBe(`${key}s`);
  });
});

describe('keys of Stripe', () => {
  const key = (prefix: string, mode: string): string => [prefix, mode, alphanumeric(24)].join('_');
  it('are secret, or public', () => {
    for (const mode of ['live', 'test']) {
      for (const prefix of ['sk', 'rk']) expect(redact(`use ${key(prefix, mode)}`)).toBe('use [redacted:stripe_key]');
      const publishable = key('pk', mode);
      const lines = [
        `loadStripe("${publishable}")`,
        `Stripe("${publishable}")`,
        `<form data-key="${publishable}">`,
        `STRIPE_PUBLISHABLE_KEY=${publishable}`,
        `{"stripe":{"api_key":"${publishable}"}}`,
      ];
      for (const line of lines) expect(redact(line)).toBe(line);
    }
  });
});

it('takes a client secret of Azure out at the end of a sentence', () => {
  const secret = `${random.pick('A-Za-z0-9', 3)}8Q~${random.pick('A-Za-z0-9', 34)}`;
  expect(redact(`tried ${secret}. It failed`)).toBe('tried [redacted:azure_client_secret]. It failed');
});
