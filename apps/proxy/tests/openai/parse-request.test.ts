import { describe, expect, test } from 'vitest';
import { HttpError } from '../../src/http/errors.ts';
import { ignoredParameters } from '../../src/openai/parameters.ts';
import { parseChatRequest, toTurnRequest } from '../../src/openai/parse-request.ts';

const messages = [{ role: 'user', content: 'hi' }];
const good = { model: 'm', messages };
const asked = (content: unknown): object => ({ ...good, messages: [{ role: 'user', content }] });
const tool = { type: 'function', function: { name: 'f' } };

function refusal(body: unknown): { code: string; param: string | undefined; message: string } {
  try {
    parseChatRequest(body);
  } catch (error) {
    if (error instanceof HttpError) return { code: error.code, param: error.param, message: error.message };
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a body that is refused', () => {
  test.each<[string, unknown, string | undefined]>([
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['a list', [good], undefined],
    ['a text', 'hi', undefined],
    ['a number', 1, undefined],
    ['no messages', { model: 'm' }, 'messages'],
    ['empty messages', { model: 'm', messages: [] }, 'messages'],
    ['messages that are no list', { model: 'm', messages: 'hi' }, 'messages'],
    ['a message that is no object', { model: 'm', messages: ['hi'] }, 'messages[0]'],
    ['a message without a role', { model: 'm', messages: [{ content: 'hi' }] }, 'messages[0].role'],
    ['an unknown role', { model: 'm', messages: [...messages, { role: 'wizard', content: 'hi' }] }, 'messages[1].role'],
    ['a function message', { model: 'm', messages: [{ role: 'function', name: 'f', content: 'x' }] }, 'messages[0].role'],
    ['a user without content', { model: 'm', messages: [{ role: 'user' }] }, 'messages[0].content'],
    ['content of another type', asked(7), 'messages[0].content'],
    ['empty content parts', asked([]), 'messages[0].content'],
    ['a part that is no object', asked(['hi']), 'messages[0].content[0]'],
    ['an unknown part', asked([{ type: 'text', text: 'a' }, { type: 'video' }]), 'messages[0].content[1].type'],
    ['a text part without text', asked([{ type: 'text' }]), 'messages[0].content[0].text'],
    [
      'an image by address',
      asked([{ type: 'image_url', image_url: { url: 'https://host/cat.png' } }]),
      'messages[0].content[0].image_url.url',
    ],
    [
      'an image of unknown detail',
      asked([{ type: 'image_url', image_url: { url: 'data:,', detail: 'huge' } }]),
      'messages[0].content[0].image_url.detail',
    ],
    ['a tool message without the id of its call', { ...good, messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [
      'a call without a function',
      { ...good, messages: [{ role: 'assistant', tool_calls: [{ id: 'c', type: 'function' }] }] },
      'messages[0].tool_calls[0].function',
    ],
    ['a model that is no text', { ...good, model: 7 }, 'model'],
    ['stream of another type', { ...good, stream: 'yes' }, 'stream'],
    ['stream options of another type', { ...good, stream_options: true }, 'stream_options'],
    ['include_usage of another type', { ...good, stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
    ['an unknown effort', { ...good, reasoning_effort: 'heroic' }, 'reasoning_effort'],
    ['an unknown format', { ...good, response_format: { type: 'xml' } }, 'response_format.type'],
    [
      'a format without a schema',
      { ...good, response_format: { type: 'json_schema', json_schema: { name: 'n' } } },
      'response_format.json_schema.schema',
    ],
    ['no choice', { ...good, n: 0 }, 'n'],
    ['half a choice', { ...good, n: 1.5 }, 'n'],
    ['several choices', { ...good, n: 2 }, 'n'],
    ['a stop sequence', { ...good, stop: '\n' }, 'stop'],
    ['stop sequences', { ...good, stop: ['a'] }, 'stop'],
    ['log probabilities', { ...good, logprobs: true }, 'logprobs'],
    ['top log probabilities', { ...good, top_logprobs: 3 }, 'top_logprobs'],
    ['tools that are no list', { ...good, tools: { f: tool } }, 'tools'],
    ['a tool that is no function', { ...good, tools: [tool, { type: 'custom', custom: { name: 'c' } }] }, 'tools[1].type'],
    ['a tool without a function', { ...good, tools: [{ type: 'function' }] }, 'tools[0].function'],
    ['a tool without a name', { ...good, tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    ...['', 'a b', 'a.b', 'ü', 'x'.repeat(65), 'a\n'].map((name): [string, unknown, string] => [
      `a tool called ${JSON.stringify(name)}`,
      { ...good, tools: [{ type: 'function', function: { name } }] },
      'tools[0].function.name',
    ]),
    [
      'parameters that are no schema',
      { ...good, tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] },
      'tools[0].function.parameters',
    ],
    ['more tools than anyone needs', { ...good, tools: Array(129).fill(tool) }, 'tools'],
    ['an unknown choice', { ...good, tools: [tool], tool_choice: 'any' }, 'tool_choice'],
    ['a choice of nothing', { ...good, tools: [tool], tool_choice: { type: 'function' } }, 'tool_choice.function'],
    ['parallel calls of another type', { ...good, parallel_tool_calls: 'no' }, 'parallel_tool_calls'],
    ['an output without its call', { ...good, messages: [{ role: 'tool', tool_call_id: 'c', content: 'x' }] }, 'messages[0].role'],
    ['functions', { ...good, functions: [{ name: 'f' }] }, 'functions'],
    ['audio', { ...good, audio: { voice: 'v' } }, 'audio'],
    ['modalities beyond text', { ...good, modalities: ['text', 'audio'] }, 'modalities'],
    ['a moderation', { ...good, moderation: { model: 'm' } }, 'moderation'],
    ['a web search', { ...good, web_search_options: {} }, 'web_search_options'],
  ])('%s', (_what, body, param) => {
    const { code, param: named, message } = refusal(body);
    const noModel = typeof body === 'object' && body !== null && !Array.isArray(body) && !('model' in body);
    expect(code).toBe(noModel ? 'model_required' : 'invalid_request');
    expect(named).toBe(param);
    expect(message).toMatch(/\.$/);
    if (param !== undefined) expect(message).toContain(`'${param}'`);
  });

  test.each([{ messages }, { model: null, messages }, { model: '', messages }])('names no model: %j', (body) => {
    expect(refusal(body)).toEqual({ code: 'model_required', param: 'model', message: 'You must provide a model parameter.' });
  });

  test('is not quoted', () => {
    for (const body of [asked({ mind: 'private words' }), asked([{ type: 'private words' }]), { ...good, stop: 'private words' }]) {
      expect(refusal(body).message).not.toContain('private words');
    }
  });
});

/** A schema of `depth` levels, keys and values counted alike. */
function nested(depth: number): Record<string, unknown> {
  let schema: Record<string, unknown> = { type: 'string' };
  for (let level = 1; level < depth; level += 1) schema = { items: schema };
  return schema;
}

const withSchema = (schema: object): object => ({ ...good, response_format: { type: 'json_schema', json_schema: { name: 'n', schema } } });

describe('what the worker could not read', () => {
  const half = '\ud83d';

  test.each<[string, unknown, string]>([
    ['half a character', asked(`a${half}b`), 'messages[0]'],
    [
      'half a character in a part',
      { ...good, messages: [...messages, { role: 'user', content: [{ type: 'text', text: half }] }] },
      'messages[1]',
    ],
    [
      'half a character in a call',
      { ...good, messages: [{ role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: half } }] }] },
      'messages[0]',
    ],
    ['half a character in the model', { ...good, model: `m${half}` }, 'model'],
    ['half a character in a schema', withSchema({ title: half }), 'response_format.json_schema.schema'],
    ['half a character in a tool', { ...good, tools: [{ type: 'function', function: { name: 'f', description: half } }] }, 'tools[0]'],
    [
      'a tool without bottom',
      { ...good, tools: [tool, { type: 'function', function: { name: 'g', parameters: nested(101) } }] },
      'tools[1]',
    ],
    ['half a character in a name of a schema', withSchema({ [half]: {} }), 'response_format.json_schema.schema'],
    ['a schema without bottom', withSchema(nested(101)), 'response_format.json_schema.schema'],
    ['a schema that would exhaust the stack', withSchema(nested(50_000)), 'response_format.json_schema.schema'],
  ])('%s is refused', (_what, body, param) => {
    expect(refusal(body)).toMatchObject({ code: 'invalid_request', param });
  });

  test('begins beyond what people send', () => {
    expect(parseChatRequest(asked('👩‍👩‍👧 \u0000 \uffff')).model).toBe('m');
    expect(parseChatRequest(withSchema(nested(100))).model).toBe('m');
  });
});

describe('what is accepted', () => {
  test.each<[string, object]>([
    [
      'null for whatever may be absent',
      { ...good, stream: null, stream_options: null, reasoning_effort: null, response_format: null, n: null, stop: null, tools: null },
    ],
    [
      'values that say nothing',
      { ...good, n: 1, stop: [], logprobs: false, top_logprobs: 0, tools: [], functions: [], modalities: ['text'] },
    ],
    ['parameters of newer clients', { ...good, brand_new: { a: 1 }, safety_identifier: 'x' }],
    ['parameters named like members of objects', { ...good, constructor: 1, toString: 2, hasOwnProperty: 3 }],
    ['an empty text', asked('')],
    ['more fields in a message', { ...good, messages: [{ role: 'user', name: 'ann', content: 'hi' }] }],
    ['an assistant that only called', { ...good, messages: [...messages, { role: 'assistant', tool_calls: [] }] }],
  ])('%s', (_what, body) => {
    expect(parseChatRequest(body).model).toBe('m');
  });

  test('without effect is named', () => {
    const request = parseChatRequest({ ...good, temperature: 0, top_p: 1, seed: null, max_tokens: 5, user: 'u', verbosity: 'low' });
    expect(ignoredParameters(request)).toEqual(['temperature', 'top_p', 'max_tokens', 'verbosity']);
    expect(ignoredParameters(parseChatRequest(good))).toEqual([]);
  });
});

describe('the turn', () => {
  test('carries model, effort and schema', () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const request = parseChatRequest({
      ...good,
      reasoning_effort: 'high',
      response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema } },
    });
    expect(toTurnRequest(request)).toEqual({
      model: 'm',
      instructions: '',
      history: [],
      input: [{ type: 'text', text: 'hi', text_elements: [] }],
      effort: 'high',
      outputSchema: schema,
    });
  });

  test('carries the tools that are chosen, and says so where the worker cannot', () => {
    const parameters = { type: 'object', properties: { a: { type: 'string' } } };
    const other = { type: 'function', function: { name: 'g', description: 'To g', parameters } };
    const turn = toTurnRequest(parseChatRequest({ ...good, tools: [tool, other], parallel_tool_calls: false }));
    expect([turn.tools, turn.parallelToolCalls, turn.instructions]).toEqual([
      [
        { name: 'f', description: '', inputSchema: { type: 'object', properties: {} } },
        { name: 'g', description: 'To g', inputSchema: parameters },
      ],
      false,
      '',
    ]);
    const chosen = {
      tools: [tool, other],
      tool_choice: { type: 'function', function: { name: 'g' } },
      response_format: { type: 'json_object' },
    };
    const instructed = toTurnRequest(
      parseChatRequest({ model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, ...messages], ...chosen }),
    );
    expect(instructed.tools?.map((one) => one.name)).toEqual(['g']);
    expect(instructed.instructions).toBe(
      'Be brief.\n\nAnswer with one valid JSON object and nothing else.\n\nAnswer by calling the function `g`.',
    );
    expect(toTurnRequest(parseChatRequest({ ...good, tools: [tool], tool_choice: 'none' })).tools).toBeUndefined();
  });

  test('asks for JSON in words when any object will do', () => {
    const json = { response_format: { type: 'json_object' } };
    const instructed = [{ role: 'system', content: 'Be brief.' }, ...messages];
    expect(toTurnRequest(parseChatRequest({ ...good, ...json })).instructions).toBe('Answer with one valid JSON object and nothing else.');
    expect(toTurnRequest(parseChatRequest({ model: 'm', messages: instructed, ...json })).instructions).toBe(
      'Be brief.\n\nAnswer with one valid JSON object and nothing else.',
    );
    expect(toTurnRequest(parseChatRequest({ ...good, response_format: { type: 'text' } })).outputSchema).toBeUndefined();
  });
});
