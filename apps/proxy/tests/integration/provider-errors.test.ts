import { errorEnvelopeSchema, type ErrorCode } from '@codex-proxy/contracts';
import type { ProviderAnswer, ProviderFault } from '@codex-proxy/demo-provider';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { readEvents } from '../support/sse.ts';

let provider: ProviderUnderTest;
let proxy: ProxyUnderTest;

beforeAll(async () => {
  provider = await startProvider();
  proxy = await startReadyProxy(provider.settings);
});

afterAll(async () => {
  await proxy.remove();
  await provider.close();
});

const messages = [{ role: 'user', content: 'go' }] as const;

function http(status: number, code: string, headers: Readonly<Record<string, string>> = {}): ProviderFault {
  return { kind: 'http', status, body: { error: { message: 'The provider says no.', type: 'some_error', param: null, code } }, headers };
}

const failed = (code: string): ProviderFault => ({ kind: 'failed', code, message: `It failed with ${code}.` });

/** Before any text, so that the status can still say it. */
const REFUSALS: readonly (readonly [string, ProviderFault, number, ErrorCode])[] = [
  ['401', http(401, 'invalid_api_key'), 502, 'provider_error'],
  ['403', http(403, 'forbidden'), 502, 'provider_error'],
  ['404', http(404, 'nothing_here'), 502, 'provider_error'],
  ['404 for the model', http(404, 'model_not_found'), 404, 'model_not_found'],
  ['413', http(413, 'too_large'), 400, 'invalid_request'],
  ['422', http(422, 'odd'), 400, 'invalid_request'],
  ['429', http(429, 'rate_limit_exceeded'), 429, 'provider_rate_limited'],
  ['429 for a quota', http(429, 'insufficient_quota'), 429, 'provider_rate_limited'],
  ['500', http(500, 'server_error'), 502, 'provider_error'],
  ['502', http(502, 'bad_gateway'), 502, 'provider_error'],
  ['503', http(503, 'unavailable'), 502, 'provider_error'],
  ['503 for load', http(503, 'server_is_overloaded'), 429, 'provider_rate_limited'],
  ['a context that is too long', http(400, 'context_length_exceeded'), 400, 'context_length_exceeded'],
  ['a page of HTML', { kind: 'http', status: 500, body: '<html><body>Internal Server Error</body></html>' }, 502, 'provider_error'],
  ['a failure for its rate', failed('rate_limit_exceeded'), 429, 'provider_rate_limited'],
  ['a failure for the context', failed('context_length_exceeded'), 400, 'context_length_exceeded'],
  ['a failure of an unknown kind', failed('whatever'), 502, 'provider_error'],
  ['a stream that ends at once', { kind: 'cut', afterDeltas: 0, clean: true }, 502, 'provider_error'],
  ['a connection cut at once', { kind: 'cut', afterDeltas: 0 }, 502, 'provider_error'],
];

const answered = (fault: ProviderFault): ProviderAnswer => ({ deltas: fault.kind === 'cut' ? ['never'] : [], fault });

describe('a provider that answers with', () => {
  test.each(REFUSALS)('%s', async (_what, fault, status, code) => {
    provider.answer(answered(fault));
    for (const stream of [false, true]) {
      const response = await proxy.chat({ model: MODEL, messages, stream });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      const { error } = errorEnvelopeSchema.parse(await response.json());
      expect(error.code).toBe(code);
      expect(error.message).not.toMatch(/127\.0\.0\.1|https?:|html/i);
      if (status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await proxy.terminalOf(response)).toMatchObject({
        status,
        error_code: code,
        outcome: code === 'invalid_request' || code === 'model_not_found' ? 'refused' : 'failed',
      });
    }
  });

  test('a refusal of the request itself, which the client is told in its own words', async () => {
    const body = { error: { message: 'Image is too blurry.', type: 'invalid_request_error', param: 'input', code: 'bad_image' } };
    provider.answer({ deltas: [], fault: { kind: 'http', status: 400, body } });
    const response = await proxy.chat({ model: MODEL, messages });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', message: 'Image is too blurry.' } });
  });

  test('nothing, because nobody listens', async () => {
    const elsewhere = await startProvider();
    const lonely = await startReadyProxy(elsewhere.settings);
    await elsewhere.close();
    const response = await lonely.chat({ model: MODEL, messages });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_error', retryable: true } });
    await lonely.remove();
  });
});

describe('an SDK', () => {
  const create = async (): Promise<unknown> => proxy.openai.chat.completions.create({ model: MODEL, messages: [...messages] });

  test("never mistakes the provider's 401 for its own", async () => {
    provider.answer({ deltas: [], fault: http(401, 'invalid_api_key') });
    const error: unknown = await create().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).not.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test('raises the class that it raises for OpenAI', async () => {
    provider.answer({ deltas: [], fault: http(429, 'rate_limit_exceeded') });
    await expect(create()).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    provider.answer({ deltas: [], fault: http(400, 'context_length_exceeded') });
    await expect(create()).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    provider.answer({ deltas: [], fault: http(404, 'model_not_found') });
    await expect(create()).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const stranger = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: ['not', 'the', 'key'].join('-'), maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });
});

describe('a provider that fails in the middle of an answer', () => {
  test.each<[string, ProviderFault, ErrorCode]>([
    ['by a cut', { kind: 'cut', afterDeltas: 2 }, 'provider_error'],
    ['by an early end', { kind: 'cut', afterDeltas: 2, clean: true }, 'provider_error'],
    ['by its own word', failed('server_error'), 'provider_error'],
    ['for its rate', failed('rate_limit_exceeded'), 'provider_rate_limited'],
  ])('%s', async (_what, fault, code) => {
    provider.answer({ deltas: ['part ', 'one'], fault });
    const response = await proxy.chat({ model: MODEL, messages, stream: true });
    expect(response.status).toBe(200);
    const { chunks, error, done } = readEvents(await response.text());
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('part one');
    expect(error).toMatchObject({ code });
    expect(done).toBe(true);
    const terminal = await proxy.terminalOf(response);
    expect(terminal).toMatchObject({ outcome: 'failed', error_code: code, delta_count: 2 });
    expect(terminal.status).not.toBe(200);
    expect(await proxy.metric('codex_streams_active')).toBe(0);
  });

  test('makes the official client throw, after what had come', async () => {
    provider.answer({ deltas: ['part'], fault: { kind: 'cut', afterDeltas: 1 } });
    let text = '';
    const read = async (): Promise<void> => {
      const stream = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...messages], stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toMatchObject({ code: 'provider_error' });
    expect(text).toBe('part');
  });

  test('gives no half of an answer in one piece', async () => {
    provider.answer({ deltas: ['part'], fault: { kind: 'cut', afterDeltas: 1 } });
    const response = await proxy.chat({ model: MODEL, messages });
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain('part');
  });
});
