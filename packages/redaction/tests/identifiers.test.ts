import { describe, expect, it } from 'vitest';
import { createRedactor, type Profile } from '../src/index.ts';
import { isIban } from '../src/rules/checksum.ts';
import { ibanExample } from '../src/rules/iban.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(2026);
const hex = (length: number): string => random.pick('0-9a-f', length);
const uuid = (): string => [8, 4, 4, 4, 12].map(hex).join('-');

const IDENTIFIERS: Readonly<Record<string, () => string>> = {
  request_id: () => `req_${random.pick('A-Za-z0-9_-', 21)}`,
  thread_id: uuid,
  tool_call_id: () => `call_${random.pick('A-Za-z0-9', 24)}`,
  response_id: () => `resp_${hex(48)}`,
  event_id: () => `wevt_01${random.pick('0-9A-HJKMNP-TV-Z', 24)}`,
  trace_id: () => hex(32),
  span_id: () => hex(16),
  traceparent: () => `00-${hex(32)}-${hex(16)}-01`,
  digest: () => `sha256:${hex(64)}`,
  integrity: () => `sha512-${random.pick('A-Za-z0-9+/', 86)}==`,
  commit: () => hex(40),
  etag: () => `"${hex(32)}"`,
  object_id: () => hex(24),
  snowflake_id: () => `1${random.pick('0-9', 18)}`,
  order_id: () => `4${random.pick('0-9', 15)}`,
  timestamp: () => new Date(1.7e12 + random.index(1e9)).toISOString(),
  start_ns: () => `17${random.pick('0-9', 17)}`,
  file: () => `/srv/app/.codex-api/trace-buffer/2026-11-20T10-11-10Z-req_${random.pick('A-Za-z0-9', 12)}.json`,
  image: () => `registry.example.com/app@sha256:${hex(64)}`,
  pod: () => `codex-proxy-${hex(9)}-${random.pick('a-z0-9', 5)}`,
  remote: () => `127.0.0.1:${random.index(60_000)}`,
  model: () => 'claude-sonnet-4-20250514',
  version: () => `1.${random.index(99)}.0-beta.1+${hex(7)}`,
  tokens_prompt: () => String(random.index(100_000)),
  idempotency_key: uuid,
  storage_key: () => `uploads/2026/11/${uuid()}.png`,
  secret_arn: () => `arn:aws:secretsmanager:eu-west-1:${random.pick('0-9', 12)}:secret:prod/db-${random.pick('A-Za-z0-9', 6)}`,
  token_endpoint: () => 'https://auth.example.com/oauth2/v1/token',
  line: () => `codex_http_latency_ms_bucket{route="/v1/chat/completions",method="POST",le="${random.index(100)}"} ${random.index(100)}`,
};

describe('identifiers', () => {
  it.each([
    ['ad', 20],
    ['de', 18],
    ['be', 12],
  ])('a hash that begins with %s is no IBAN, though its check digits are right', (country, length) => {
    const hashes = Array.from({ length: 4000 }, () => `${country}${random.pick('0-9', 2)}${hex(length)}`).filter(isIban);
    expect(hashes.length).toBeGreaterThan(10);
    for (const hash of hashes) expect(redactor.text(`commit ${hash} of 3`)).toBe(`commit ${hash} of 3`);
  });

  it('what no hash begins with is an IBAN, in small letters too', () => {
    const french = Array.from({ length: 4000 }, () => `fr${random.pick('0-9', 2)}${random.pick('0-9', 20)}a${random.pick('0-9', 2)}`).find(
      isIban,
    );
    expect(redactor.text(`to ${french ?? ''} now`)).toBe('to [redacted:iban] now');
  });

  it('what names something is searched for secrets alone, in brackets too; a sentence for all', () => {
    const iban = ibanExample(random.pick('0-9', 18));
    const record = { id: `[${iban}]` };
    expect(redactor.value(record)).toBe(record);
    expect(redactor.value({ status: `transfer to ${iban} failed`, user_id: iban })).toEqual({
      status: 'transfer to [redacted:iban] failed',
      user_id: iban,
    });
  });

  it.each(['pwd: /home/app/src', 'at Object.validatePassword (/app/src/auth.js:41:13)'])('%s is no password', (line) => {
    expect(redactor.text(line)).toBe(line);
  });

  it.each(Object.entries(IDENTIFIERS))('%s survives in every profile', (key, make) => {
    for (let time = 0; time < 50; time += 1) {
      const value = make();
      for (const profile of ['log', 'trace', 'text'] satisfies readonly Profile[]) {
        const record = { [key]: value };
        expect(redactor.value(record, profile)).toBe(record);
        const line = JSON.stringify(record);
        expect(redactor.json(line, profile)).toBe(line);
        expect(redactor.text(line, profile)).toBe(line);
        expect(redactor.text(`${key}=${value} next`, profile)).toBe(`${key}=${value} next`);
      }
    }
  });
});

it('leaves digests that hold what a key begins with', () => {
  const [long, short] = [
    `${random.pick('A-Za-z0-9', 45)}+ASt${random.pick('A-Za-z0-9', 37)}==`,
    `${random.pick('A-Za-z0-9', 33)}+ASt${random.pick('A-Za-z0-9', 6)}`,
  ];
  for (const text of [`"integrity": "sha512-${long}"`, `SHA256:${short}`, `mod v1.2.3 h1:${short}=`])
    expect(redactor.text(text)).toBe(text);
  for (const text of [long, short]) expect(redactor.text(`blob ${text}`)).toBe('blob [redacted:azure_key]');
  const token = ['glpat', random.pick('A-Za-z0-9', 20)].join('-');
  for (const name of ['auth1', 'SHA256', 'h1', 'sha512'])
    expect(redactor.text(`${name}:${token}`), name).toBe(`${name}:[redacted:gitlab_token]`);
});

it('leaves the key of an entry in a cache, under `key`', () => {
  for (const value of [`eyes:there:${random.pick('0-9a-f', 16)}`, `user:profile:${random.pick('1-9', 12)}`]) {
    const record = { event: 'cache_miss', key: value };
    expect(redactor.value(record)).toBe(record);
    expect(redactor.text(JSON.stringify(record))).toBe(JSON.stringify(record));
  }
});
