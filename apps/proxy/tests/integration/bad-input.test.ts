import { gzipSync } from 'node:zlib';
import { errorDefinition, errorEnvelopeSchema, type ErrorCode } from '@codex-proxy/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectRecords, type Line } from '../support/log-lines.ts';
import { sampleSum } from '../support/metric-samples.ts';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { exchange, requestText, type RawAnswer } from '../support/raw-http.ts';

const CHAT = '/v1/chat/completions';
const BODY_LIMIT = 65_536;
const GOOD = { model: 'demo-codex', messages: [{ role: 'user', content: 'hi' }] };
let proxy: ProxyUnderTest;

beforeAll(async () => {
  proxy = await startReadyProxy({
    PROXY_PROVIDER: 'demo',
    PROXY_BODY_LIMIT: String(BODY_LIMIT),
    PROXY_METRICS_TOKEN: ['metrics', 'token'].join('-'),
  });
});

afterAll(async () => {
  await proxy.remove();
  expectRecords(proxy.log.lines);
});

interface BadRequest {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sent as it is, in place of all the above. */
  readonly bytes?: string;
}

function bytesOf({ method = 'POST', target = CHAT, headers = {}, body = '', bytes }: BadRequest): Buffer {
  if (bytes !== undefined) return Buffer.from(bytes, 'latin1');
  const content = Buffer.from(body);
  const standing = {
    Authorization: `Bearer ${proxy.apiKey}`,
    ...(content.length === 0 ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(content.length) }),
  };
  return Buffer.concat([Buffer.from(requestText(method, target, { ...standing, ...headers }), 'latin1'), content]);
}

const errorsSoFar = async (code: ErrorCode): Promise<number> =>
  sampleSum(await (await fetch(`${proxy.url}/metrics`)).text(), 'codex_http_errors_total', { error_code: code });

/** The one line that tells how the request ended. */
async function lineOf(answer: RawAnswer, isRequest: boolean): Promise<Line> {
  const request_id = answer.headers['x-request-id'];
  const event = isRequest ? 'request_completed' : 'client_error';
  const line = await proxy.log.waitFor({ event, request_id });
  const ends = proxy.log.all({ request_id }).filter((other) => other.event !== 'request_received');
  expect(ends).toEqual([line]);
  return line;
}

const json = (value: unknown): BadRequest => ({ body: JSON.stringify(value) });

const BOTTOMLESS = `{"model":"demo-codex","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":${'{"items":'.repeat(5_000)}{}${'}'.repeat(5_000)}}}}`;

const CASES: [string, ErrorCode, BadRequest, Line?][] = [
  ['malformed JSON', 'invalid_json', { body: '{"model":' }],
  ['JSON in a language of its own', 'invalid_json', { body: "{'model': True}" }],
  ['invalid UTF-8', 'invalid_json', { body: Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]) }],
  ['no body', 'unsupported_media_type', {}],
  ['an empty body', 'model_required', { headers: { 'Content-Type': 'application/json', 'Content-Length': '0' } }],
  ['a list', 'invalid_request', json([GOOD])],
  ['a number', 'invalid_request', { body: '7' }],
  ['messages of the wrong type', 'invalid_request', json({ ...GOOD, messages: 'hi' })],
  ['empty messages', 'invalid_request', json({ ...GOOD, messages: [] })],
  ['no model', 'model_required', json({ messages: GOOD.messages })],
  ['an unknown model', 'model_not_found', json({ ...GOOD, model: 'gpt-nothing' }), { model: 'other' }],
  ['deep nesting', 'invalid_request', { body: `{"model":"demo-codex","messages":${'['.repeat(20_000)}${']'.repeat(20_000)}}` }],
  ['a schema without bottom', 'invalid_request', { body: BOTTOMLESS }],
  ['half of a surrogate pair', 'invalid_request', { body: '{"model":"demo-codex","messages":[{"role":"user","content":"\\ud800"}]}' }],
  ['a parameter that cannot be honoured', 'invalid_request', json({ ...GOOD, n: 3 })],
  ['a huge body', 'request_too_large', { body: JSON.stringify({ ...GOOD, user: 'x'.repeat(BODY_LIMIT) }) }],
  ['a gzip bomb', 'request_too_large', { body: gzipSync(Buffer.alloc(60_000_000, ' ')), headers: { 'Content-Encoding': 'gzip' } }],
  ['a body that is no gzip', 'invalid_request', { ...json(GOOD), headers: { 'Content-Encoding': 'gzip' } }],
  ['an unknown encoding', 'unsupported_media_type', { ...json(GOOD), headers: { 'Content-Encoding': 'lzma' } }],
  ['the wrong content type', 'unsupported_media_type', { ...json(GOOD), headers: { 'Content-Type': 'text/plain' } }],
  ['the wrong method', 'method_not_allowed', { method: 'DELETE' }, { method: 'DELETE', route: CHAT }],
  ['the wrong method on a probe', 'method_not_allowed', { method: 'POST', target: '/readyz' }, { route: '/readyz' }],
  ['the wrong method on metrics', 'method_not_allowed', { method: 'PUT', target: '/metrics' }, { route: '/metrics' }],
  ['no key', 'invalid_api_key', { ...json(GOOD), headers: { Authorization: '' } }, { model: undefined }],
  ['a wrong key', 'invalid_api_key', { ...json(GOOD), headers: { Authorization: 'Bearer something-else' } }],
  ['an unknown route', 'not_found', { method: 'GET', target: '/v1/engines' }, { route: 'other' }],
  ['a route by another case', 'not_found', { method: 'GET', target: '/LIVEZ' }, { route: 'other' }],
  ['a bad percent-encoding', 'invalid_request', { method: 'GET', target: '/v1/models/%E0%A4%A' }, { route: '/v1/models/:id' }],
  ['a bad expectation', 'invalid_request', { ...json(GOOD), headers: { Expect: '200-ok' } }],
  ['no host', 'invalid_request', { bytes: 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n' }],
  [
    'metrics through a proxy',
    'forbidden',
    { method: 'GET', target: '/metrics', headers: { 'X-Forwarded-For': '127.0.0.1' } },
    { route: '/metrics' },
  ],
];

describe('a request with', () => {
  test.each<[string, ErrorCode, BadRequest, Line?]>(CASES)('%s is refused as %s', async (_what, code, request, fields = {}) => {
    const before = await errorsSoFar(code);
    const answer = await exchange(proxy.url, bytesOf(request));
    expectEnvelope(answer, code);
    const line = await lineOf(answer, true);
    expect(line).toMatchObject({ status: errorDefinition(code).status, error_code: code, outcome: 'refused', level: 'info' });
    for (const [name, value] of Object.entries(fields)) expect(line[name], name).toBe(value);
    expect(await errorsSoFar(code)).toBe(before + 1);
  });

  test.each<[string, ErrorCode, string]>([
    ['headers that are too large', 'headers_too_large', requestText('GET', '/livez', { Cookie: 'x'.repeat(20_000) })],
    ['garbage in place of HTTP', 'invalid_request', '\u0000\u0001\u0002 nonsense\r\n\r\n'],
    ['a tunnel', 'method_not_allowed', 'CONNECT internal:22 HTTP/1.1\r\nHost: internal\r\n\r\n'],
  ])('%s is refused as %s', async (_what, code, bytes) => {
    const before = await errorsSoFar(code);
    const answer = await exchange(proxy.url, bytesOf({ bytes }));
    expectEnvelope(answer, code);
    expect(await lineOf(answer, false)).toMatchObject({ status: errorDefinition(code).status, error_code: code });
    expect(await errorsSoFar(code)).toBe(before + 1);
    expect((await proxy.readiness()).body.status).toBe('ok');
  });

  test('all of that leaves the proxy as it was', async () => {
    const response = await proxy.chat(GOOD);
    expect(response.status).toBe(200);
    expect(proxy.log.all({ event: 'uncaught_error' })).toEqual([]);
    expect((await proxy.readiness()).body.status).toBe('ok');
  });
});

function expectEnvelope(answer: RawAnswer, code: ErrorCode): void {
  const { status, type, retryable } = errorDefinition(code);
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['x-request-id']).toMatch(/^req_[0-9A-Za-z]{24}$/);
  expect(errorEnvelopeSchema.parse(JSON.parse(answer.body)).error).toMatchObject({ code, type, retryable });
  expect(answer.body).not.toMatch(/<html|<!DOCTYPE|\n\s+at |\.ts:\d|node_modules/i);
}

describe('what a client chooses', () => {
  const injection = 'x"\r\nX-Injected: yes\n{"level":"fatal"}\u0007\u001b[31m\u2028';

  test('as the name of a model stays inside its line and its answer', async () => {
    const response = await proxy.chat({ ...GOOD, model: injection });
    expect(response.status).toBe(404);
    expect(response.headers.has('x-injected')).toBe(false);
    await proxy.terminalOf(response);
    expect(proxy.log.all({ level: 'fatal' })).toEqual([]);
    expect(await (await fetch(`${proxy.url}/metrics`)).text()).not.toMatch(/injected|fatal/i);
  });

  test.each(['two words', '{"a":1}', 'a;b', 'x'.repeat(129), 'ключ'])('as the id of a request is left out when it is %j', async (id) => {
    const answer = await exchange(proxy.url, Buffer.from(requestText('GET', '/livez', { 'X-Request-Id': id })));
    expect(answer.status).toBe(200);
    expect(answer.headers['x-request-id']).toMatch(/^req_/);
    expect(await lineOf(answer, true)).not.toHaveProperty('client_request_id');
  });

  test('as the id of a request is kept when it is well formed, and never becomes the key', async () => {
    const answers = await Promise.all(
      [1, 2].map(async () => exchange(proxy.url, requestText('GET', '/livez', { 'X-Request-Id': 'same-id' }))),
    );
    const ids = answers.map((answer) => answer.headers['x-request-id']);
    expect(new Set(ids).size).toBe(2);
    for (const answer of answers) expect(await lineOf(answer, true)).toMatchObject({ client_request_id: 'same-id' });
  });

  test('as a path mints no label', async () => {
    const paths = Array.from({ length: 50 }, (_, index) => `/random/${String(index)}`);
    await Promise.all(paths.map(async (path) => fetch(`${proxy.url}${path}`)));
    const exposition = await (await fetch(`${proxy.url}/metrics`)).text();
    expect(exposition).not.toContain('random');
    expect(sampleSum(exposition, 'codex_http_requests_total', { route: 'other' })).toBeGreaterThanOrEqual(50);
  });
});

describe('who may read the metrics', () => {
  const status = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await fetch(`${proxy.url}/metrics`, { headers })).status;

  test('this host, directly', async () => {
    expect(await status({})).toBe(200);
  });

  test.each(['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'])(
    'nobody with a %s header, unless with the token',
    async (header) => {
      expect(await status({ [header]: '127.0.0.1' })).toBe(403);
      expect(await status({ [header]: '127.0.0.1', authorization: `Bearer ${proxy.apiKey}` })).toBe(403);
      expect(await status({ [header]: '127.0.0.1', authorization: `Bearer ${['metrics', 'token'].join('-')}` })).toBe(200);
    },
  );
});
