import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel, type ModelMessage } from 'ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { CITY_PARAMETERS, TWO_CITIES, weatherModel, weatherOf } from './tools-script.ts';

let provider: ProviderUnderTest;
let proxy: ProxyUnderTest;
let model: LanguageModel;

beforeAll(async () => {
  provider = await startProvider();
  proxy = await startReadyProxy(provider.settings);
  model = createOpenAICompatible({ name: 'codex-proxy', baseURL: `${proxy.url}/v1`, apiKey: proxy.apiKey, includeUsage: true })(MODEL);
});

afterAll(async () => {
  await proxy.remove();
  await provider.close();
});

const tools = {
  get_weather: tool({
    description: 'The weather of a city',
    inputSchema: jsonSchema<{ city: string }>(CITY_PARAMETERS),
    execute: ({ city }) => weatherOf(city),
  }),
};

const CALLS = [
  { toolCallId: 'call_north', toolName: 'get_weather', input: { city: 'Tromsø' } },
  { toolCallId: 'call_south', toolName: 'get_weather', input: { city: 'Rome' } },
];

test('generateText runs the tool loop', async () => {
  provider.answer(weatherModel(TWO_CITIES, { deltas: ['Let me look.'] }));
  const { text, steps, usage, finishReason } = await generateText({
    model,
    tools,
    prompt: 'How is the weather?',
    stopWhen: stepCountIs(3),
    maxRetries: 0,
  });
  expect(text).toBe('It is cold in Tromsø and hot in Rome.');
  expect(steps.map((step) => [step.text, step.finishReason])).toEqual([
    ['Let me look.', 'tool-calls'],
    [text, 'stop'],
  ]);
  expect(steps[0]?.toolCalls).toMatchObject(CALLS);
  expect(usage).toMatchObject({ inputTokens: 85, outputTokens: 16 });
  expect(finishReason).toBe('stop');
});

test('streamText runs the tool loop', async () => {
  provider.answer(weatherModel(TWO_CITIES, { deltas: ['Let me ', 'look.'], interTokenMs: 2 }));
  const result = streamText({ model, tools, prompt: 'How is the weather?', stopWhen: stepCountIs(3), maxRetries: 0 });
  let text = '';
  for await (const piece of result.textStream) text += piece;
  expect(text).toBe('Let me look.It is cold in Tromsø and hot in Rome.');
  expect((await result.steps)[0]?.toolCalls).toMatchObject(CALLS);
  expect(await result.usage).toMatchObject({ inputTokens: 85, outputTokens: 16 });
});

test('a demanded tool is called', async () => {
  provider.answer(({ toolNames }) => ({ deltas: [], functionCalls: toolNames.map((name) => ({ name, arguments: '{"city":"Rome"}' })) }));
  const messages: ModelMessage[] = [{ role: 'user', content: 'go' }];
  const other = tool({ inputSchema: jsonSchema<object>({ type: 'object', properties: {} }), execute: () => 'nothing' });
  const { toolCalls } = await generateText({
    model,
    tools: { other, ...tools },
    messages,
    toolChoice: { type: 'tool', toolName: 'get_weather' },
    maxRetries: 0,
  });
  expect(toolCalls).toMatchObject([{ toolName: 'get_weather', input: { city: 'Rome' } }]);
});
