import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderFault } from '@codex-proxy/demo-provider';
import type { ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { startScriptedProxy } from '../support/scripted-proxy.ts';
import { readEvents } from '../support/sse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CITY_PARAMETERS, TWO_CITIES, weatherModel } from './tools-script.ts';

const WEATHER = { type: 'function', function: { name: 'get_weather', parameters: CITY_PARAMETERS } };
const asked = (stream: boolean): object => ({
  model: MODEL,
  stream,
  messages: [{ role: 'user', content: 'How is the weather?' }],
  tools: [WEATHER],
});

const toolCalls = [
  { tool: 'get_weather', callId: 'call_1', arguments: '{"city":"Oslo"}' },
  { tool: 'get_weather', callId: 'call_2', arguments: '{"city":"Rome"}' },
];

/** A proxy on a worker that calls tools, and keeps what it was told. */
async function calling(options: ScriptedWorkerOptions = {}) {
  const journal = join(temporaryFolder(), 'journal');
  const proxy = await startScriptedProxy({ deltas: ['Let me look.'], toolCalls, journal, ...options });
  await proxy.log.waitFor({ event: 'worker_started' });
  const told = (): { method?: string; result?: { success?: boolean } }[] =>
    readFileSync(journal, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return {
    proxy,
    count: (method: string) => told().filter((frame) => frame.method === method).length,
    declined: () => told().filter((frame) => frame.result?.success === false).length,
  };
}

/** How an answer ended, in words that are the same for both kinds. */
function ending(body: string, stream: boolean): unknown[] {
  if (!stream) {
    const { error, choices } = JSON.parse(body);
    return error === undefined ? [choices[0].finish_reason, choices[0].message.tool_calls?.length ?? 0] : [error.code];
  }
  const { chunks, error, done } = readEvents(body);
  expect(done).toBe(true);
  if (error !== undefined) return [Object(error).code];
  const indices = new Set(chunks.flatMap((chunk) => Object(chunk.choices[0]?.delta).tool_calls ?? []).map((call) => call.index));
  return [chunks.at(-1)?.choices[0]?.finish_reason, indices.size];
}

describe.each([false, true])('on a scripted worker, stream: %s', (stream) => {
  test.each<[string, ScriptedWorkerOptions, unknown[], number]>([
    ['a worker that behaves', {}, ['tool_calls', 2], 2],
    ['calls that come again after the interrupt', { lateCalls: true }, ['tool_calls', 2], 6],
    ['a response whose end is not told', { withoutResponseEnd: true }, ['tool_calls', 2], 2],
    ['a worker that tells no items', { withoutRawEvents: true }, ['tool_calls', 2], 2],
    ['a call of a tool that was not declared', { toolCalls: [{ tool: 'launch', callId: 'c' }] }, ['stop', 0], 1],
  ])('%s', async (_, options, expected, declined) => {
    const worker = await calling(options);
    const response = await worker.proxy.chat(asked(stream));
    expect(ending(await response.text(), stream)).toEqual(expected);
    expect(await worker.proxy.terminalOf(response)).toMatchObject({
      outcome: 'completed',
      finish_reason: expected[0],
      tokens_prompt: 11,
      tokens_response: 5,
    });
    // Nothing dangles: every request of the worker has its answer, the thread is gone, and the next turn is served.
    await vi.waitFor(() => expect([worker.declined(), worker.count('thread/unsubscribe')]).toEqual([declined, 1]));
    expect(worker.proxy.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0, restartCount: 0 });
    expect(ending(await (await worker.proxy.chat(asked(stream))).text(), stream)).toEqual(expected);
  });

  test('a worker that ends with its calls', async () => {
    const { proxy } = await calling({ exitAfterCalls: true, withoutResponseEnd: true });
    const response = await proxy.chat(asked(stream));
    // The text of a stream is out before the worker ends, or is not: both are told as what they are.
    expect(ending(await response.text(), stream)).toEqual(['worker_exited']);
    expect(await proxy.terminalOf(response)).toMatchObject({ outcome: 'worker_exited', status: 503 });
  });

  test('a client that leaves with calls pending', async () => {
    const worker = await calling({ withoutResponseEnd: true });
    const controller = new AbortController();
    const answer = fetch(`${worker.proxy.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${worker.proxy.apiKey}` },
      body: JSON.stringify(asked(stream)),
    }).then(async (response) => response.text());
    const left = expect(answer).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(worker.count('turn/start')).toBe(1), { timeout: 10_000, interval: 10 });
    controller.abort();
    await left;
    expect(await worker.proxy.log.waitFor({ event: 'request_completed' })).toMatchObject({ outcome: 'client_closed', status: 499 });
    await vi.waitFor(() => expect([worker.count('turn/interrupt'), worker.count('thread/unsubscribe')]).toEqual([1, 1]));
    await vi.waitFor(() => expect(worker.declined()).toBe(2));
    expect(worker.proxy.snapshot()).toMatchObject({ inflight: 0, queueDepth: 0 });
  });
});

describe('on the real worker', () => {
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

  test.each<[string, ProviderFault, unknown[]]>([
    ['is cut', { kind: 'cut', afterDeltas: 4 }, ['provider_error']],
    ['fails', { kind: 'failed', code: 'rate_limit_exceeded', message: 'Slow down.' }, ['provider_rate_limited']],
    ['runs into a limit', { kind: 'incomplete', reason: 'max_output_tokens' }, ['length', 2]],
  ])('a response that %s after a call', async (_, fault, expected) => {
    provider.answer(weatherModel(TWO_CITIES, { interTokenMs: 3, fault }));
    const before = provider.demo.requests.length;
    const responses = await Promise.all([false, true].map(async (stream) => proxy.chat(asked(stream))));
    expect(await Promise.all(responses.map(async (response, index) => ending(await response.text(), index === 1)))).toEqual([
      expected,
      expected,
    ]);
    expect(provider.demo.requests.length - before).toBe(2);
    await expect.poll(() => proxy.snapshot().inflight).toBe(0);
  });

  test('a client that leaves between two calls stops the model', async () => {
    provider.answer(weatherModel(TWO_CITIES, { interTokenMs: 3, fault: { kind: 'hang', afterDeltas: 4 } }));
    const end = provider.nextEnd();
    const response = await proxy.chat(asked(true));
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('"name":"get_weather"');
    await reader.cancel();
    expect((await end).aborted).toBe(true);
    expect(await proxy.terminalOf(response)).toMatchObject({ outcome: 'client_closed', delta_count: 1 });
    await expect.poll(() => proxy.snapshot().inflight).toBe(0);
  });

  test('eight clients at once get each their own calls', async () => {
    provider.answer(({ lastUserText }) => ({
      deltas: [],
      functionCalls: ['a', 'b'].map((part) => ({ name: 'get_weather', arguments: ['{"city":', `"${lastUserText} ${part}"}`] })),
      interTokenMs: 1,
    }));
    const cities = Array.from({ length: 8 }, (_, index) => `city ${String(index)}`);
    const answers = await Promise.all(
      cities.map(async (content) => {
        const response = await proxy.chat({ ...asked(false), messages: [{ role: 'user', content }] });
        return JSON.parse(await response.text()).choices[0].message.tool_calls.map(
          (call: { function: { arguments: string } }) => call.function.arguments,
        );
      }),
    );
    expect(answers).toEqual(cities.map((city) => [`{"city":"${city} a"}`, `{"city":"${city} b"}`]));
  });
});
