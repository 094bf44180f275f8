import { errorDefinition, type ErrorCode } from '@codex-proxy/contracts';
import type { ProviderFault } from '@codex-proxy/demo-provider';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sampleSum, sampleValue } from '../support/metric-samples.ts';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { readEvents } from '../support/sse.ts';

const CHAT = '/v1/chat/completions';
const EVENTS = { 'content-type': 'text/event-stream' };
const DELTAS = ['part ', 'two ', 'three'];

type Headers = Readonly<Record<string, string>>;

function http(status: number, code: string, headers: Headers = {}): ProviderFault {
  return { kind: 'http', status, body: { error: { message: 'The provider says no.', type: 'some_error', param: null, code } }, headers };
}

const answered = (body: string, headers: Headers): ProviderFault => ({ kind: 'http', status: 200, body, headers });
const failed = (code: string): ProviderFault => ({ kind: 'failed', code, message: `It failed with ${code}.` });
const BROKEN_EVENTS = 'event: response.created\ndata: {broken\n\nevent: response.output_text.delta\ndata: {"type":"respo\n\n';

/** A fault of the provider; what clients, metrics and log say of it; how much of a streamed answer was out before. */
type Fault = readonly [what: string, fault: ProviderFault, code: ErrorCode, reason: string | undefined, streamed?: string];

/** All of them with the real worker. Without a fifth column nothing was out, and a stream fails as an answer in one piece does. */
const FAULTS: readonly Fault[] = [
  ['401', http(401, 'invalid_api_key'), 'provider_error', 'httpConnectionFailed:401'],
  ['403', http(403, 'forbidden'), 'provider_error', 'httpConnectionFailed:403'],
  ['404', http(404, 'nothing_here'), 'provider_error', 'httpConnectionFailed:404'],
  ['404 for the model', http(404, 'model_not_found'), 'model_not_found', 'modelNotFound'],
  ['413', http(413, 'too_large'), 'invalid_request', 'httpConnectionFailed:413'],
  ['422', http(422, 'odd'), 'invalid_request', 'httpConnectionFailed:422'],
  ['429', http(429, 'rate_limit_exceeded'), 'provider_rate_limited', 'responseTooManyFailedAttempts:429'],
  [
    '429 with Retry-After',
    http(429, 'rate_limit_exceeded', { 'retry-after': '3600' }),
    'provider_rate_limited',
    'responseTooManyFailedAttempts:429',
  ],
  ['429 for a quota', http(429, 'insufficient_quota'), 'provider_rate_limited', 'usageLimitExceeded'],
  ['500', http(500, 'server_error'), 'provider_error', 'internalServerError'],
  ['502', http(502, 'bad_gateway'), 'provider_error', 'httpConnectionFailed:502'],
  ['503', http(503, 'unavailable'), 'provider_error', 'httpConnectionFailed:503'],
  ['503 with Retry-After', http(503, 'unavailable', { 'retry-after': '3600' }), 'provider_error', 'httpConnectionFailed:503'],
  ['503 for load', http(503, 'server_is_overloaded'), 'provider_rate_limited', 'serverOverloaded'],
  ['a context that is too long', http(400, 'context_length_exceeded'), 'context_length_exceeded', 'contextWindowExceeded'],
  [
    'a page of HTML',
    { kind: 'http', status: 500, body: '<html><body>Internal Server Error</body></html>' },
    'provider_error',
    'internalServerError',
  ],
  [
    'a redirect to nowhere',
    { kind: 'http', status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } },
    'provider_error',
    'httpConnectionFailed',
  ],
  ['success and no content', { kind: 'http', status: 204, body: '' }, 'provider_error', 'responseStreamIncomplete'],
  [
    'a login page in the place of events',
    answered('<html>Log in</html>', { 'content-type': 'text/html' }),
    'provider_error',
    'responseStreamIncomplete',
  ],
  [
    'JSON in the place of events',
    answered('{"id":"x"}', { 'content-type': 'application/json' }),
    'provider_error',
    'responseStreamIncomplete',
  ],
  ['events that are not JSON', answered(BROKEN_EVENTS, EVENTS), 'provider_error', 'responseStreamIncomplete'],
  ['text that is no event', answered('hello world\n\nthis is no stream\n\n', EVENTS), 'provider_error', 'responseStreamIncomplete'],
  ['no event at all', answered('', EVENTS), 'provider_error', 'responseStreamIncomplete'],
  ['a failure for its rate', failed('rate_limit_exceeded'), 'provider_rate_limited', 'rateLimitExceeded', DELTAS.join('')],
  ['a failure for the context', failed('context_length_exceeded'), 'context_length_exceeded', 'contextWindowExceeded', DELTAS.join('')],
  ['a failure of its own', failed('server_error'), 'provider_error', 'responseFailed', DELTAS.join('')],
  ['a failure of an unknown kind', failed('whatever'), 'provider_error', 'responseFailed', DELTAS.join('')],
  ['a connection cut before the headers', { kind: 'cut' }, 'provider_error', 'responseStreamConnectionFailed'],
  ['a connection cut after them', { kind: 'cut', afterDeltas: 0 }, 'provider_error', 'responseStreamDisconnected'],
  ['a connection cut in the middle', { kind: 'cut', afterDeltas: 2 }, 'provider_error', 'responseStreamDisconnected', 'part two '],
  ['a stream that ends at once', { kind: 'cut', afterDeltas: 0, clean: true }, 'provider_error', 'responseStreamIncomplete'],
  ['a stream that ends early', { kind: 'cut', afterDeltas: 2, clean: true }, 'provider_error', 'responseStreamIncomplete', 'part two '],
  [
    'a stream without its last event',
    { kind: 'cut', afterDeltas: 99, clean: true },
    'provider_error',
    'responseStreamIncomplete',
    DELTAS.join(''),
  ],
  ['silence before the headers', { kind: 'hang' }, 'stream_idle_timeout', undefined],
  ['silence after them', { kind: 'hang', afterDeltas: 0 }, 'stream_idle_timeout', undefined],
  ['silence in the middle', { kind: 'hang', afterDeltas: 1 }, 'stream_idle_timeout', undefined, 'part '],
];

/** What the official client raises for a status. */
const RAISED: Readonly<Record<number, new (...args: never[]) => APIError>> = {
  400: OpenAI.BadRequestError,
  404: OpenAI.NotFoundError,
  429: OpenAI.RateLimitError,
  502: OpenAI.InternalServerError,
  504: OpenAI.InternalServerError,
};

const messages: [{ role: 'user'; content: string }] = [{ role: 'user', content: 'go' }];

interface Seen {
  readonly text: string;
  readonly error?: APIError;
}

/** What a program that uses the official client sees. */
async function see({ openai }: ProxyUnderTest, stream: boolean): Promise<Seen> {
  let text = '';
  try {
    if (stream) {
      for await (const chunk of await openai.chat.completions.create({ model: MODEL, messages, stream })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
    } else text = (await openai.chat.completions.create({ model: MODEL, messages })).choices[0]?.message.content ?? '';
    return { text };
  } catch (error) {
    if (error instanceof APIError) return { text, error };
    throw error;
  }
}

interface Counts {
  readonly errors: number;
  readonly requests: number;
  readonly latencies: number;
  readonly ends: number;
}

async function count(proxy: ProxyUnderTest, code: ErrorCode, outcome: string): Promise<Counts> {
  const exposition = await (await fetch(`${proxy.url}/metrics`)).text();
  const route = { route: CHAT, method: 'POST' };
  const family = { ...route, status_family: `${String(errorDefinition(code).status)[0] ?? ''}xx` };
  expect(sampleValue(exposition, 'codex_worker_restarts_total')).toBe(0);
  return {
    errors: sampleSum(exposition, 'codex_http_errors_total', { ...route, error_code: code }),
    requests: sampleSum(exposition, 'codex_http_requests_total', family),
    latencies: sampleSum(exposition, 'codex_http_latency_ms_count', family),
    ends: sampleSum(exposition, 'codex_stream_end_total', { outcome }),
  };
}

function outcomeOf(code: ErrorCode): string {
  if (code === 'stream_idle_timeout') return 'timeout';
  return code === 'invalid_request' || code === 'model_not_found' ? 'refused' : 'failed';
}

async function expectHealthy(proxy: ProxyUnderTest): Promise<void> {
  for (const path of ['/livez', '/readyz', '/healthz']) {
    const response = await fetch(proxy.url + path);
    expect(response.status, path).toBe(200);
    expect(await response.json(), path).toMatchObject({ status: 'ok' });
  }
  for (const gauge of ['codex_streams_active', 'codex_worker_inflight', 'codex_worker_queue_depth']) {
    await expect.poll(async () => proxy.metric(gauge), { message: gauge }).toBe(0);
  }
}

async function expectServes(proxy: ProxyUnderTest, provider: ProviderUnderTest, stream: boolean): Promise<void> {
  provider.answer({ deltas: DELTAS });
  expect(await see(proxy, stream)).toEqual({ text: DELTAS.join('') });
}

describe('a provider that answers with', () => {
  let provider: ProviderUnderTest;
  let proxy: ProxyUnderTest;
  /** Gives up on a silent provider soon. */
  let impatient: ProxyUnderTest;

  beforeAll(async () => {
    provider = await startProvider();
    proxy = await startReadyProxy(provider.settings);
    impatient = await startReadyProxy({ ...provider.settings, PROXY_STREAM_IDLE_TIMEOUT_MS: '2500' });
  });

  afterAll(async () => {
    await proxy.remove();
    await impatient.remove();
    await provider.close();
  });

  describe.each(FAULTS.map(([what, ...row]) => ({ what, row })))('$what', ({ row }) => {
    const [fault, code, reason, streamed] = row;
    test.each([false, true])(
      '(streamed: %s): the client, the probes, the metrics and the log tell the same, and the next request is served',
      async (stream) => {
        const target = code === 'stream_idle_timeout' ? impatient : proxy;
        const { status, retryable } = errorDefinition(code);
        const outcome = outcomeOf(code);
        const before = await count(target, code, outcome);
        const asked = provider.demo.requests.length;
        provider.answer({ deltas: fault.kind === 'http' ? [] : DELTAS, fault });

        const { text, error } = await see(target, stream);
        const isLate = stream && streamed !== undefined;
        expect(text).toBe(isLate ? streamed : '');
        expect(error).toMatchObject({ status: isLate ? undefined : status, code, type: errorDefinition(code).type });
        if (!isLate) expect(error).toBeInstanceOf(RAISED[status]);
        expect(error).not.toBeInstanceOf(OpenAI.AuthenticationError);
        expect(error?.message).not.toMatch(/127\.0\.0\.1|https?:|html/i);
        if (status === 429 && !isLate) expect(Number(error?.headers?.get('retry-after'))).toBeGreaterThan(0);
        expect(provider.demo.requests.length - asked, 'requests of the provider').toBe(1);

        const request_id = error?.headers?.get('x-request-id');
        expect(await target.log.waitFor({ event: 'request_completed', request_id })).toMatchObject({
          ...{ status, error_code: code, outcome, retryable, worker_state: 'ready', restart_count: 0 },
          ...(reason === undefined ? {} : { reason }),
          ...(isLate ? { stream: true } : {}),
        });
        expect(await count(target, code, outcome)).toEqual({
          errors: before.errors + 1,
          requests: before.requests + 1,
          latencies: before.latencies + 1,
          ends: before.ends + (stream ? 1 : 0),
        });
        await expectHealthy(target);
        await expectServes(target, provider, stream);
      },
    );
  });

  test('a part of an answer ends a stream by the error and [DONE], and is withheld from an answer in one piece', async () => {
    provider.answer({ deltas: DELTAS, fault: { kind: 'cut', afterDeltas: 2 } });
    const response = await proxy.chat({ model: MODEL, messages, stream: true });
    expect(response.status).toBe(200);
    const { chunks, error, done } = readEvents(await response.text());
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('part two ');
    expect(error).toMatchObject({ code: 'provider_error' });
    expect(done).toBe(true);
    expect(await proxy.terminalOf(response)).toMatchObject({ status: 502, delta_count: 2 });

    const whole = await proxy.chat({ model: MODEL, messages });
    expect(whole.status).toBe(502);
    expect(await whole.text()).not.toContain('part');
  });

  test('a refusal of the request itself, which the client is told in its own words', async () => {
    const body = { error: { message: 'Image is too blurry.', type: 'invalid_request_error', param: 'input', code: 'bad_image' } };
    provider.answer({ deltas: [], fault: { kind: 'http', status: 400, body } });
    const { error } = await see(proxy, false);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_request', error: { message: 'Image is too blurry.' } });
  });

  test.each([false, true])('4 MB in one event hands them on (streamed: %s)', async (stream) => {
    provider.answer({ deltas: ['x'.repeat(4_000_000)] });
    const { text, error } = await see(proxy, stream);
    expect(error).toBeUndefined();
    expect(text === 'x'.repeat(4_000_000)).toBe(true);
    await expectHealthy(proxy);
    await expectServes(proxy, provider, stream);
  });
});

describe('an address', () => {
  test('where nobody listens is an error of the provider, until somebody does', async () => {
    const provider = await startProvider();
    const proxy = await startReadyProxy(provider.settings);
    onTestFinished(proxy.remove);
    await provider.close();
    for (const stream of [false, true]) await expectUnreachable(proxy, stream);
    const again = await startProvider(provider.demo.port);
    onTestFinished(again.close);
    for (const stream of [false, true]) await expectServes(proxy, again, stream);
    await expectHealthy(proxy);
  });

  test('that speaks no TLS where it should is an error of the provider', async () => {
    const provider = await startProvider();
    onTestFinished(provider.close);
    const baseUrl = provider.demo.baseUrl.replace('http:', 'https:');
    const proxy = await startReadyProxy({ ...provider.settings, PROXY_PROVIDER_BASE_URL: baseUrl });
    onTestFinished(proxy.remove);
    for (const stream of [false, true]) await expectUnreachable(proxy, stream);
    expect(provider.demo.requests).toEqual([]);
  });
});

async function expectUnreachable(proxy: ProxyUnderTest, stream: boolean): Promise<void> {
  const before = await count(proxy, 'provider_error', 'failed');
  const { error } = await see(proxy, stream);
  expect(error).toBeInstanceOf(OpenAI.InternalServerError);
  expect(error).toMatchObject({ status: 502, code: 'provider_error', error: { retryable: true } });
  expect(error?.message).not.toMatch(/127\.0\.0\.1|https?:/i);
  expect(await proxy.log.waitFor({ event: 'request_completed', request_id: error?.headers?.get('x-request-id') })).toMatchObject({
    ...{ status: 502, error_code: 'provider_error', outcome: 'failed', reason: 'httpConnectionFailed' },
  });
  expect((await count(proxy, 'provider_error', 'failed')).errors).toBe(before.errors + 1);
  await expectHealthy(proxy);
}

test("a client's own wrong key is its own", async () => {
  const provider = await startProvider();
  onTestFinished(provider.close);
  const proxy = await startReadyProxy(provider.settings);
  onTestFinished(proxy.remove);
  const stranger = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: ['not', 'the', 'key'].join('-'), maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
});
