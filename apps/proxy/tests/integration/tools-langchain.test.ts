import { AIMessageChunk, HumanMessage, type AIMessage, type BaseMessage, type ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAICompletions } from '@langchain/openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { TWO_CITIES, weatherModel, weatherOf } from './tools-script.ts';

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

const citySchema = z.object({ city: z.string().describe('A city') });
const weather = tool(({ city }: z.infer<typeof citySchema>) => weatherOf(city), {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: citySchema,
});

/** `ChatOpenAI` itself turns to the Responses API for every model with `codex` in its name. */
function chatModel(): ChatOpenAICompletions {
  return new ChatOpenAICompletions({ model: MODEL, apiKey: proxy.apiKey, maxRetries: 0, configuration: { baseURL: `${proxy.url}/v1` } });
}

async function outputs(message: AIMessage | AIMessageChunk): Promise<ToolMessage[]> {
  const calls = message.tool_calls ?? [];
  return Promise.all(calls.map(async (call): Promise<ToolMessage> => weather.invoke({ ...call, type: 'tool_call' })));
}

const CALLS = [
  { id: 'call_north', name: 'get_weather', args: { city: 'Tromsø' } },
  { id: 'call_south', name: 'get_weather', args: { city: 'Rome' } },
];

test('invoke runs a tool loop', async () => {
  provider.answer(weatherModel(TWO_CITIES));
  const model = chatModel().bindTools([weather]);
  const messages: BaseMessage[] = [new HumanMessage('How is the weather?')];
  const first = await model.invoke(messages);
  expect(first.tool_calls).toMatchObject(CALLS);
  expect(first.usage_metadata).toMatchObject({ input_tokens: 30, output_tokens: 7 });
  const second = await model.invoke([...messages, first, ...(await outputs(first))]);
  expect(second.content).toBe('It is cold in Tromsø and hot in Rome.');
});

test('stream runs a tool loop', async () => {
  provider.answer(weatherModel(TWO_CITIES, { deltas: ['Let me ', 'look.'], interTokenMs: 2 }));
  const model = chatModel().bindTools([weather]);
  const question = new HumanMessage('How is the weather?');
  let first = new AIMessageChunk('');
  for await (const chunk of await model.stream([question])) first = first.concat(chunk);
  expect(first.content).toBe('Let me look.');
  expect(first.tool_calls).toMatchObject(CALLS);
  let text = '';
  for await (const chunk of await model.stream([question, first, ...(await outputs(first))])) text += chunk.text;
  expect(text).toBe('It is cold in Tromsø and hot in Rome.');
});

test('structured output by a demanded call', async () => {
  provider.answer(({ toolNames }) => ({ deltas: [], functionCalls: toolNames.map((name) => ({ name, arguments: '{"city":"Oslo"}' })) }));
  const model = chatModel().withStructuredOutput(citySchema, { name: 'answer', method: 'functionCalling' });
  expect(await model.invoke('Which city?')).toEqual({ city: 'Oslo' });
});
