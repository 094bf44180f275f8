import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { ProviderAnswer, ProviderRequest } from '@codex-proxy/demo-provider';
import { AIMessageChunk, HumanMessage, type BaseMessage, type ToolMessage } from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAICompletions } from '@langchain/openai';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import type OpenAI from 'openai';
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { CITY_PARAMETERS, weatherOf } from './tools-script.ts';

let provider: ProviderUnderTest;
let proxy: ProxyUnderTest;
let openai: OpenAI;

beforeAll(async () => {
  provider = await startProvider();
  proxy = await startReadyProxy(provider.settings);
  ({ openai } = proxy);
});

afterAll(async () => {
  await proxy.remove();
  await provider.close();
});

const TROMSO = '<use_tool><name>get_weather</name><city>Tromsø</city></use_tool>';
const ROME = '<use_tool><name>get_weather</name><parameters>{"city": "Rome"}</parameters></use_tool>';
const WRITTEN = `Let me look.\n${TROMSO}\n${ROME}`;
const ANSWER = 'It is cold in Tromsø and hot in Rome.';

/** A model that knows tools only as text, and whose text comes five characters at a time. */
function textualModel({ input }: ProviderRequest): ProviderAnswer {
  const outputs = input.flatMap((item) => (item.type === 'function_call_output' ? [String(item.output)] : []));
  return outputs.length === 0 ? { deltas: WRITTEN.match(/[^]{1,5}/gu) ?? [] } : { deltas: ['It is ', outputs.join(' and '), '.'] };
}

beforeEach(() => {
  provider.answer(textualModel);
});

const messages = [{ role: 'user' as const, content: 'How is the weather?' }];

describe('a tool loop with calls that the model writes as text', () => {
  test.each([false, true])("by OpenAI's runner, stream: %s", async (stream) => {
    const definition: RunnableToolFunctionWithParse<{ city: string }> = {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'The weather of a city',
        parameters: CITY_PARAMETERS,
        parse: (json): { city: string } => JSON.parse(json),
        function: ({ city }) => weatherOf(city),
      },
    };
    const asked = { model: MODEL, messages, tools: [definition] };
    const runner = stream
      ? openai.chat.completions.runTools({ ...asked, stream: true })
      : openai.chat.completions.runTools({ ...asked, stream: false });
    expect(await runner.finalContent()).toBe(ANSWER);
    expect(runner.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant']);
    expect(runner.messages[1]?.content).toBe('Let me look.\n\n');
  });

  test.each([false, true])('by the AI SDK, stream: %s', async (stream) => {
    const model = createOpenAICompatible({ name: 'codex-proxy', baseURL: `${proxy.url}/v1`, apiKey: proxy.apiKey })(MODEL);
    const tools = {
      get_weather: tool({ inputSchema: jsonSchema<{ city: string }>(CITY_PARAMETERS), execute: ({ city }) => weatherOf(city) }),
    };
    const settings = { model, tools, prompt: 'How is the weather?', stopWhen: stepCountIs(3), maxRetries: 0 };
    const text = stream ? await streamText(settings).text : (await generateText(settings)).text;
    expect(text).toBe(ANSWER);
  });

  test.each([false, true])('by LangChain, stream: %s', async (stream) => {
    const weather = langchainTool(({ city }: { city: string }) => weatherOf(city), {
      name: 'get_weather',
      schema: z.object({ city: z.string() }),
    });
    const options = { model: MODEL, apiKey: proxy.apiKey, maxRetries: 0, configuration: { baseURL: `${proxy.url}/v1` } };
    const model = new ChatOpenAICompletions(options).bindTools([weather]);
    const ask = async (asked: BaseMessage[]): Promise<AIMessageChunk> => {
      if (!stream) return model.invoke(asked);
      let whole = new AIMessageChunk('');
      for await (const chunk of await model.stream(asked)) whole = whole.concat(chunk);
      return whole;
    };
    const question = new HumanMessage('How is the weather?');
    const first = await ask([question]);
    const outputs = (first.tool_calls ?? []).map(async (call): Promise<ToolMessage> => weather.invoke({ ...call, type: 'tool_call' }));
    const second = await ask([question, first, ...(await Promise.all(outputs))]);
    expect(second.content).toBe(ANSWER);
  });
});

test('in obsidian-xml each call is content too, in its canonical form, for a request that asks for it by its header', async () => {
  const { choices } = await openai.chat.completions.create(
    { model: MODEL, messages },
    { headers: { 'x-proxy-output-mode': 'obsidian-xml' } },
  );
  expect(choices[0]?.message.content).toContain('<use_tool>');
  expect(choices[0]?.message.tool_calls).toHaveLength(2);
  expect(await proxy.metric('codex_tool_buffer_flushed_total{output_mode="obsidian-xml"}')).toBe(2);
  const refused = await proxy.chat({ model: MODEL, messages }, { 'x-proxy-output-mode': 'yaml' });
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 'invalid_request', param: 'x-proxy-output-mode' } }]);
});

test('blocks are counted, and one that never ends is an anomaly that the log and the gauge show', async () => {
  const before = await proxy.metric('codex_tool_buffer_flushed_total{output_mode="openai-json"}');
  await openai.chat.completions.create({ model: MODEL, messages });
  expect(await proxy.metric('codex_tool_buffer_flushed_total{output_mode="openai-json"}')).toBe(before + 2);
  expect(await proxy.metric('codex_tool_buffer_anomaly')).toBe(0);
  provider.answer({ deltas: ['Here: <use_tool><name>get_we'] });
  const { choices } = await openai.chat.completions.create({ model: MODEL, messages });
  expect(choices[0]).toMatchObject({ message: { content: 'Here: <use_tool><name>get_we' }, finish_reason: 'stop' });
  expect(await proxy.metric('codex_tool_buffer_aborted_total{output_mode="openai-json",reason="unterminated"}')).toBe(1);
  expect(await proxy.metric('codex_tool_buffer_anomaly')).toBe(1);
  await proxy.log.waitFor({ event: 'tool_buffer_aborted', reason: 'unterminated' });
});

test('enough calls end the answer and interrupt the model', async () => {
  const stopping = await startReadyProxy({ ...provider.settings, PROXY_STOP_AFTER_TOOLS: 'true', PROXY_STOP_AFTER_TOOLS_MODE: 'first' });
  try {
    provider.answer({ deltas: [TROMSO, ...Array.from({ length: 500 }, () => ' and on and on')], interTokenMs: 10 });
    const ended = provider.nextEnd();
    const stream = await stopping.openai.chat.completions.create({ model: MODEL, messages, stream: true });
    let reason: string | null = null;
    for await (const chunk of stream) reason = chunk.choices[0]?.finish_reason ?? reason;
    expect(reason).toBe('tool_calls');
    // It would have gone on for five seconds.
    expect((await ended).aborted).toBe(true);
    expect(await stopping.log.waitFor({ event: 'request_completed', route: '/v1/chat/completions' })).toMatchObject({
      outcome: 'completed',
      reason: 'stopped_after_tools',
    });
  } finally {
    await stopping.remove();
  }
});

describe('beside tools that the worker knows', () => {
  const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: CITY_PARAMETERS } }];
  const asked = { model: MODEL, messages, tools };

  test('no call is made where none is to be, and the demanded one counts', async () => {
    const none = await openai.chat.completions.create({ ...asked, tool_choice: 'none' });
    expect(none.choices[0]).toMatchObject({ message: { content: WRITTEN }, finish_reason: 'stop' });
    expect(none.choices[0]?.message.tool_calls).toBeUndefined();
    const required = await openai.chat.completions.create({ ...asked, tool_choice: 'required', parallel_tool_calls: false });
    expect(required.choices[0]).toMatchObject({ message: { tool_calls: [{ function: { arguments: '{"city":"Tromsø"}' } }] } });
    expect(required.choices[0]?.message.tool_calls).toHaveLength(1);
    provider.answer({ deltas: ['<use_tool><name>launch</name></use_tool>'] });
    await expect(openai.chat.completions.create({ ...asked, tool_choice: 'required' })).rejects.toMatchObject({ code: 'provider_error' });
  });

  test('a burst waits for a call in the making that is no text', async () => {
    const settings = { PROXY_STOP_AFTER_TOOLS: 'true', PROXY_STOP_AFTER_TOOLS_GRACE_MS: '50' };
    const waiting = await startReadyProxy({ ...provider.settings, ...settings });
    try {
      provider.answer({
        deltas: [TROMSO],
        functionCalls: [{ name: 'get_weather', arguments: ['{"city":', '"Rome"}'], callId: 'native' }],
        interTokenMs: 400,
      });
      const { choices } = await waiting.openai.chat.completions.create(asked);
      expect(choices[0]?.message.tool_calls).toMatchObject(
        ['Tromsø', 'Rome'].map((city) => ({ function: { arguments: JSON.stringify({ city }) } })),
      );
      const ended = provider.nextEnd();
      provider.answer({ deltas: [TROMSO, ' and', ...Array.from({ length: 100 }, () => ' on')], interTokenMs: 100 });
      const second = await waiting.openai.chat.completions.create(asked);
      expect([second.choices[0]?.finish_reason, (await ended).aborted]).toEqual(['tool_calls', true]);
    } finally {
      await waiting.remove();
    }
  });

  test('text that is held back when such a call comes stands before it', async () => {
    provider.answer({ deltas: ['Look: <use_tool><name>'], functionCalls: [{ name: 'get_weather', arguments: '{}', callId: 'native' }] });
    const stream = await openai.chat.completions.create({ ...asked, stream: true });
    const order: string[] = [];
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta;
      if (delta?.tool_calls !== undefined) order.push('call');
      else if (delta?.content) order.push(delta.content);
    }
    expect(order.join('|')).toBe('Look: |<use_tool><name>|call|call');
  });
});
