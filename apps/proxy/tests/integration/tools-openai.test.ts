import type OpenAI from 'openai';
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction';
import type { ChatCompletionChunk, ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, sentBody, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { normal, schema } from './tools-schema.ts';
import { CITY_PARAMETERS, TWO_CITIES, weatherModel, weatherOf } from './tools-script.ts';

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

const WEATHER: ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', description: 'The weather of a city', parameters: CITY_PARAMETERS },
};
const QUESTION: ChatCompletionMessageParam = { role: 'user', content: 'How is the weather in the north and in the south?' };
const FIRST_COUNTS = {
  prompt_tokens: 30,
  completion_tokens: 7,
  total_tokens: 37,
  prompt_tokens_details: { cached_tokens: 3 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

const CALLS = [
  { id: 'call_north', type: 'function', function: { name: 'get_weather', arguments: '{"city" : "Tromsø"}' } },
  { id: 'call_south', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
] as const;

const ANSWERED: ChatCompletionMessageParam[] = [
  QUESTION,
  { role: 'assistant', content: null, tool_calls: [...CALLS] },
  { role: 'tool', tool_call_id: 'call_north', content: 'cold' },
  {
    role: 'tool',
    tool_call_id: 'call_south',
    content: [
      { type: 'text', text: 'rather' },
      { type: 'text', text: ' hot' },
    ],
  },
];

/** The items that the model was last asked with, without what differs from time to time. */
function lastInput(): unknown[] {
  return sentBody(provider.demo.requests.at(-1)!).input.map(({ id: _id, ...item }) => item);
}

/** The answer is cut in the middle of calls, or comes at once. */
const PACES = { 'at once': {}, 'delta by delta': { interTokenMs: 5 } };

describe.each(Object.entries(PACES))('two calls of one answer, given %s', (_, pace) => {
  test('come in order, with their arguments to the letter, and their outputs reach the model', async () => {
    provider.answer(weatherModel(TWO_CITIES, pace));
    const asked = provider.demo.requests.length;
    const first = await openai.chat.completions.create({ model: MODEL, messages: [QUESTION], tools: [WEATHER] });
    expect(first.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, tool_calls: CALLS },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ]);
    expect(first.usage).toEqual(FIRST_COUNTS);
    const second = await openai.chat.completions.create({ model: MODEL, messages: ANSWERED, tools: [WEATHER] });
    expect(second.choices[0]).toMatchObject({ message: { content: 'It is cold and rather hot.' }, finish_reason: 'stop' });
    expect(second.usage).toMatchObject({ prompt_tokens: 55, completion_tokens: 9 });
    // Nothing is added: neither to the conversation nor by a request that no one made.
    expect(lastInput()).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: QUESTION.content }] },
      { type: 'function_call', call_id: 'call_north', name: 'get_weather', arguments: '{"city" : "Tromsø"}' },
      { type: 'function_call', call_id: 'call_south', name: 'get_weather', arguments: '{"city":"Rome"}' },
      { type: 'function_call_output', call_id: 'call_north', output: 'cold' },
      { type: 'function_call_output', call_id: 'call_south', output: 'rather hot' },
    ]);
    expect(provider.demo.requests.length - asked).toBe(2);
  });

  test('are streamed: what is called, then the arguments, in pieces that join', async () => {
    provider.answer(weatherModel(TWO_CITIES, { deltas: ['Let me ', 'look.'], ...pace }));
    const chunks: ChatCompletionChunk[] = [];
    const stream = await openai.chat.completions.create({
      model: MODEL,
      messages: [QUESTION],
      tools: [WEATHER],
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta));
    expect(deltas.map((delta) => delta.content ?? '').join('')).toBe('Let me look.');
    const pieces = deltas.flatMap((delta) => delta.tool_calls ?? []);
    for (const [index, { id, type, function: called }] of CALLS.entries()) {
      const own = pieces.filter((piece) => piece.index === index);
      expect(own[0]).toEqual({ index, id, type, function: { name: called.name, arguments: '' } });
      expect(own.slice(1).every((piece) => piece.id === undefined && piece.function?.name === undefined)).toBe(true);
      expect(own.map((piece) => piece.function?.arguments ?? '').join('')).toBe(called.arguments);
    }
    expect(pieces.map((piece) => piece.index)).toEqual(pieces.map((piece) => piece.index).toSorted());
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter((reason) => reason !== null)).toEqual(['tool_calls', undefined]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: FIRST_COUNTS });
  });
});

test('a stream that only calls has no content', async () => {
  provider.answer(weatherModel(TWO_CITIES));
  const stream = openai.chat.completions.stream({ model: MODEL, messages: [QUESTION], tools: [WEATHER] });
  const message = await stream.finalMessage();
  expect(message.content).toBeNull();
  expect(message.tool_calls).toMatchObject(CALLS);
});

describe('the tool runner', () => {
  const cities: string[] = [];
  const tools: RunnableToolFunctionWithParse<{ city: string }>[] = [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'The weather of a city',
        parameters: CITY_PARAMETERS,
        parse: (text) => JSON.parse(text),
        function: ({ city }) => {
          cities.push(city);
          return weatherOf(city);
        },
      },
    },
  ];

  test.each([false, true])('runs tools and answers, stream: %s', async (stream) => {
    provider.answer(weatherModel(TWO_CITIES, { deltas: ['Let me look.'] }));
    cities.length = 0;
    const asked = { model: MODEL, messages: [QUESTION], tools };
    const runner = stream
      ? openai.chat.completions.runTools({ ...asked, stream: true })
      : openai.chat.completions.runTools({ ...asked, stream: false });
    expect(await runner.finalContent()).toBe('It is cold in Tromsø and hot in Rome.');
    expect(cities).toEqual(['Tromsø', 'Rome']);
    expect(runner.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant']);
    expect(await runner.totalUsage()).toMatchObject(stream ? {} : { prompt_tokens: 85, completion_tokens: 16 });
  });
});

test('any replica takes the follow-up', async () => {
  const other = await startReadyProxy(provider.settings);
  try {
    provider.answer(weatherModel(TWO_CITIES));
    const messages: ChatCompletionMessageParam[] = [QUESTION];
    const first = await openai.chat.completions.create({ model: MODEL, messages, tools: [WEATHER] });
    messages.push(first.choices[0]!.message);
    for (const call of first.choices[0]!.message.tool_calls ?? []) messages.push({ role: 'tool', tool_call_id: call.id, content: call.id });
    const second = await other.openai.chat.completions.create({ model: MODEL, messages, tools: [WEATHER] });
    expect(second.choices[0]?.message.content).toBe('It is call_north and call_south.');
  } finally {
    await other.remove();
  }
});

describe('what the model is offered', () => {
  const tool = (name: string, more: object = {}): ChatCompletionTool => ({ type: 'function', function: { name, ...more } });
  type Sent = { readonly name: string; readonly parameters: unknown; readonly description: unknown };

  async function offered(more: object): Promise<{ names: string[]; tools: Sent[]; said: string[] }> {
    provider.answer(({ toolNames }) => ({
      deltas: ['ok'],
      functionCalls: toolNames.slice(0, 1).map((name) => ({ name, arguments: '{}' })),
    }));
    await openai.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'hi' }], ...more });
    const { input, tools = [] } = sentBody(provider.demo.requests.at(-1)!);
    const sent = tools as Sent[];
    return { names: sent.map((one) => one.name), tools: sent, said: input.map((item) => JSON.stringify(item.content)) };
  }

  const tools = [tool('a'), tool('b'), tool('c')];

  test.each<[string, object, string[], string | undefined]>([
    ['auto', { tools, tool_choice: 'auto' }, ['a', 'b', 'c'], undefined],
    ['none', { tools, tool_choice: 'none' }, [], undefined],
    ['required', { tools, tool_choice: 'required' }, ['a', 'b', 'c'], 'Answer by calling one or more of the functions `a`, `b`, `c`.'],
    ['one by name', { tools, tool_choice: { type: 'function', function: { name: 'b' } } }, ['b'], 'Answer by calling the function `b`.'],
    [
      'some',
      {
        tools,
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [tool('c'), tool('a')] },
        },
      },
      ['a', 'c'],
      undefined,
    ],
  ])('by the choice of %s', async (_, more, names, demand) => {
    const { names: sent, said } = await offered(more);
    expect(sent).toEqual(names);
    expect(said).toEqual([...(demand === undefined ? [] : [expect.stringContaining(demand)]), expect.stringContaining('hi')]);
  });

  test('is a tool as it was declared, with no parameters where it has none', async () => {
    const { tools: sent } = await offered({ tools: [WEATHER, tool('now')] });
    expect(sent).toEqual([
      { type: 'function', name: 'get_weather', description: 'The weather of a city', strict: false, parameters: CITY_PARAMETERS },
      { type: 'function', name: 'now', description: '', strict: false, parameters: { type: 'object', properties: {} } },
    ]);
  });

  test('any schema: what the worker keeps of it is all of it, or the whole is in the description', async () => {
    const schemas = fc
      .sample(schema, { numRuns: 120, seed: 1_121 })
      .map((part) => ({ type: 'object', properties: { part }, required: ['part'] }));
    const { tools: sent } = await offered({
      tools: schemas.map((parameters, index) => tool(`tool_${String(index)}`, { description: 'd', parameters })),
    });
    const whole = sent.filter((one, index) => {
      const inDescription = String(one.description).endsWith(JSON.stringify(schemas[index]));
      if (!inDescription) expect(one.parameters).toEqual(normal(schemas[index]));
      return !inDescription;
    });
    expect(sent).toHaveLength(schemas.length);
    expect(whole.length).toBeGreaterThan(20);
    expect(whole.length).toBeLessThan(schemas.length);
  });

  test('128 tools', async () => {
    const { names } = await offered({ tools: Array.from({ length: 128 }, (_, index) => tool(`tool_${String(index)}`)) });
    expect(names).toHaveLength(128);
  });

  test.each([
    'exec_command',
    'shell_command',
    '_exec_command',
    'mcp__files__read',
    'mcp',
    'shell',
    'apply_patch',
    'update_plan',
    'web_search',
    'x'.repeat(64),
    `mcp__${'x'.repeat(59)}`,
  ])('a tool called %s, whatever the worker calls its own', async (name) => {
    provider.answer(({ toolNames }) => ({ deltas: [], functionCalls: [{ name: toolNames[0] ?? '', arguments: '{}', callId: 'c' }] }));
    const messages: ChatCompletionMessageParam[] = [
      { role: 'user', content: 'go' },
      { role: 'assistant', tool_calls: [{ id: 'old', type: 'function', function: { name, arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'old', content: 'done' },
    ];
    const { choices } = await openai.chat.completions.create({ model: MODEL, messages, tools: [tool(name)] });
    expect(choices[0]?.message.tool_calls).toEqual([{ id: 'c', type: 'function', function: { name, arguments: '{}' } }]);
    const { tools: sent, input } = sentBody(provider.demo.requests.at(-1)!);
    expect((sent as Sent[])[0]?.name).toBe(input.find((item) => item.type === 'function_call')?.name);
    expect((sent as Sent[])[0]?.name).toMatch(/^[\w-]{1,64}$/);
  });
});

test('long arguments and outputs reach the model whole', async () => {
  provider.answer({ deltas: ['ok'] });
  const long = Array.from({ length: 20_000 }, (_, index) => `line ${String(index)} ü\n`).join('');
  const args = JSON.stringify({ text: long });
  const messages: ChatCompletionMessageParam[] = [
    QUESTION,
    { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'get_weather', arguments: args } }] },
    { role: 'tool', tool_call_id: 'c', content: long },
  ];
  for (const tools of [undefined, [WEATHER]]) {
    await openai.chat.completions.create({ model: MODEL, messages, ...(tools === undefined ? {} : { tools }) });
    expect(lastInput().slice(1)).toEqual([
      { type: 'function_call', call_id: 'c', name: 'get_weather', arguments: args },
      { type: 'function_call_output', call_id: 'c', output: long },
    ]);
  }
});

test('ids that come again, odd ids and empty outputs are kept', async () => {
  provider.answer({ deltas: ['ok'] });
  const ids = ['call_0', 'call_0', '', 'Ü /"\n', 'x'.repeat(200)];
  const rounds = ids.flatMap((id, index): ChatCompletionMessageParam[] => [
    {
      role: 'assistant',
      content: `round ${String(index)}`,
      tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '' } }],
    },
    { role: 'tool', tool_call_id: id, content: '' },
  ]);
  await openai.chat.completions.create({ model: MODEL, messages: [QUESTION, ...rounds], tools: [WEATHER] });
  expect(lastInput().slice(1)).toEqual(
    ids.flatMap((id, index) => [
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `round ${String(index)}` }] },
      { type: 'function_call', call_id: id, name: 'f', arguments: '' },
      { type: 'function_call_output', call_id: id, output: '' },
    ]),
  );
});

test('calls of one id are both given, and their outputs reach the model in order', async () => {
  provider.answer(weatherModel(TWO_CITIES.map((call) => ({ ...call, callId: 'same' }))));
  const first = await openai.chat.completions.create({ model: MODEL, messages: [QUESTION], tools: [WEATHER] });
  const { message } = first.choices[0]!;
  expect(message.tool_calls?.map((call) => call.id)).toEqual(['same', 'same_2']);
  const outputs = (message.tool_calls ?? []).map((call, index): ChatCompletionMessageParam => ({
    role: 'tool',
    tool_call_id: call.id,
    content: ['cold', 'hot'][index] ?? '',
  }));
  const messages = [QUESTION, message, ...outputs.toReversed()];
  const second = await openai.chat.completions.create({ model: MODEL, messages, tools: [WEATHER] });
  expect(second.choices[0]?.message.content).toBe('It is hot and cold.');
  expect(lastInput().slice(1)).toMatchObject([
    { type: 'function_call', call_id: 'same', arguments: '{"city" : "Tromsø"}' },
    { type: 'function_call', call_id: 'same_2', arguments: '{"city":"Rome"}' },
    { type: 'function_call_output', call_id: 'same_2', output: 'hot' },
    { type: 'function_call_output', call_id: 'same', output: 'cold' },
  ]);
});

test('names of earlier calls that no provider takes are sent as near as they can be', async () => {
  provider.answer({ deltas: ['ok'] });
  const calls = ['été', 'a.b/c'].map((name, index) => ({
    id: String(index),
    type: 'function' as const,
    function: { name, arguments: '{}' },
  }));
  const outputs = calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'ok' }));
  await openai.chat.completions.create({ model: MODEL, messages: [QUESTION, { role: 'assistant', tool_calls: calls }, ...outputs] });
  expect(lastInput().slice(1, 3)).toMatchObject([{ name: '_t_' }, { name: 'a_b_c' }]);
});

test('a schema that cannot be offered is refused, with the tool at fault', async () => {
  for (const parameters of [{ type: 'banana' }, { type: 'object', properties: 5 }]) {
    const tools: ChatCompletionTool[] = [WEATHER, { type: 'function', function: { name: 'mcp', parameters } }];
    await expect(openai.chat.completions.create({ model: MODEL, messages: [QUESTION], tools })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
      param: 'tools[1].function.parameters',
    });
  }
});

test.each(['1024', '16'])('long calls and long texts reach a client that reads, with a buffer of %s KB', async (kilobytes) => {
  const small = await startReadyProxy({ ...provider.settings, PROXY_STREAM_MAX_BUFFER_KB: kilobytes });
  try {
    const text = '漢'.repeat(1_000_000);
    const args = JSON.stringify({ city: 'x'.repeat(3_000_000) });
    provider.answer({ deltas: ['Look: ', text], functionCalls: [{ name: 'get_weather', arguments: args, callId: 'c' }] });
    const stream = small.openai.chat.completions.stream({ model: MODEL, messages: [QUESTION], tools: [WEATHER] });
    const message = await stream.finalMessage();
    expect(message.content === `Look: ${text}`).toBe(true);
    const [call] = message.tool_calls ?? [];
    expect(call?.type === 'function' && call.function.arguments === args).toBe(true);
  } finally {
    await small.remove();
  }
});

test('without parallel calls only the first is given', async () => {
  provider.answer(weatherModel(TWO_CITIES));
  const { choices } = await openai.chat.completions.create({
    model: MODEL,
    messages: [QUESTION],
    tools: [WEATHER],
    parallel_tool_calls: false,
  });
  expect(choices[0]?.message.tool_calls).toEqual(CALLS.slice(0, 1));
});

test('arguments that are no JSON are given as they are', async () => {
  provider.answer(weatherModel([{ name: 'get_weather', arguments: '{"city":', callId: 'c' }]));
  const { choices } = await openai.chat.completions.create({ model: MODEL, messages: [QUESTION], tools: [WEATHER] });
  expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ function: { arguments: '{"city":' } }] } });
});

test('a call of a tool that was not declared is declined, and the answer goes on', async () => {
  provider.answer(weatherModel([{ name: 'launch', arguments: '{}', callId: 'c' }]));
  const { choices, usage } = await openai.chat.completions.create({ model: MODEL, messages: [QUESTION], tools: [WEATHER] });
  expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'It is unsupported call: launch.' } });
  expect(usage).toMatchObject({ prompt_tokens: 85, completion_tokens: 16 });
});

describe('an answer without the call that was demanded', () => {
  const demanding = { model: MODEL, messages: [QUESTION], tools: [WEATHER], tool_choice: 'required' as const };

  test('is an error', async () => {
    provider.answer({ deltas: ['I would rather talk.'] });
    await expect(openai.chat.completions.create(demanding)).rejects.toMatchObject({ status: 502, code: 'provider_error' });
  });

  test('is an error of a stream, too', async () => {
    provider.answer({ deltas: ['I would rather talk.'] });
    const stream = openai.chat.completions.stream(demanding);
    await expect(stream.finalMessage()).rejects.toThrow('The model answered without the call that tool_choice demands.');
  });
});
