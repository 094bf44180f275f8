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
    await ended;
  } finally {
    await stopping.remove();
  }
});
