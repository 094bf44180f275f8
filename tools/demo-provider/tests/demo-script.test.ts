import { demoScript, type ProviderRequest } from '@codex-proxy/demo-provider';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleSchema } from '../src/script/schema-sample.ts';

const ajv = new Ajv({ strict: false });

const leaf: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({ type: fc.constant('string'), minLength: fc.integer({ min: 0, max: 30 }) }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('string'), maxLength: fc.integer({ min: 0, max: 30 }) }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constantFrom('number', 'integer'), minimum: fc.integer({ min: -50, max: 50 }) }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constantFrom('number', 'integer'), maximum: fc.integer({ min: -50, max: 50 }) }, { requiredKeys: ['type'] }),
  fc.constant({ type: 'boolean' }),
  fc.constant({ type: 'null' }),
  fc.constant({ type: ['string', 'null'] }),
  fc.record({ enum: fc.uniqueArray(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 }) }),
  fc.record({ const: fc.string() }),
);

const schemas = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), minItems: fc.integer({ min: 0, max: 3 }) },
      { requiredKeys: ['type', 'items'] },
    ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('schema'), { maxKeys: 4 }).map((properties) => ({
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    })),
  ),
})).schema;

it('answers any simple schema with a value that satisfies it', () => {
  fc.assert(
    fc.property(schemas, fc.string(), (schema, text) => {
      const value: unknown = JSON.parse(JSON.stringify(sampleSchema(schema, text)));
      expect(ajv.validate(schema, value), JSON.stringify({ schema, value })).toBe(true);
    }),
  );
});

it('follows local references and ends on endless ones', () => {
  const schema = {
    type: 'object',
    properties: { node: { $ref: '#/$defs/node' } },
    $defs: {
      node: { type: 'object', properties: { name: { type: 'string' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } } },
    },
  };
  expect(sampleSchema(schema, 'x')).toMatchObject({ node: { name: 'x', next: { name: 'x' } } });
});

function request(more: Partial<ProviderRequest>): ProviderRequest {
  const input = [{ type: 'message', role: 'user', content: 'hi' }];
  return {
    index: 0,
    model: 'm',
    stream: true,
    instructions: '',
    input,
    lastUserText: 'hi',
    imageCount: 0,
    toolNames: [],
    toolParameters: new Map(),
    effort: undefined,
    outputSchema: undefined,
    ...more,
  };
}

it('says that it is the demo, echoes the question, and counts images and earlier messages', () => {
  const input = ['user', 'assistant', 'user'].map((role) => ({ type: 'message', role, content: 'x' }));
  const text = demoScript(request({ input, lastUserText: 'What is up?', imageCount: 2 })).deltas.join('');
  expect(text).toContain('offline demo provider');
  expect(text).toContain('“What is up?”');
  expect(text).toContain('2 images');
  expect(text).toContain('2 earlier messages');
});

it('says the same to the same request, in the same pieces', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(demoScript(request({ lastUserText: text }))).toEqual(demoScript(request({ lastUserText: text })));
    }),
  );
});

it('cuts a long question', () => {
  expect(demoScript(request({ lastUserText: '🙂'.repeat(5000) })).deltas.join('').length).toBeLessThan(3000);
});

const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

it('calls the tool that the question has a word of, with arguments that its schema allows', () => {
  const toolParameters = new Map<string, Readonly<Record<string, unknown>>>([
    ['now', {}],
    ['get_weather', CITY],
  ]);
  const asked = (lastUserText: string, more: Partial<ProviderRequest> = {}) =>
    demoScript(request({ lastUserText, toolParameters, ...more }));
  const call = { deltas: [], functionCalls: [{ name: 'get_weather', arguments: '{"city":"Tromsø"}' }] };
  expect(asked('How is the Weather in Tromsø?')).toEqual(call);
  expect(asked('hi').functionCalls).toBeUndefined();
  const demand = { role: 'developer', content: 'Be kind.\n\nAnswer by calling one or more of the functions `get_weather`, `now`.' };
  expect(asked('hi', { input: [demand] }).functionCalls).toEqual([{ name: 'get_weather', arguments: '{"city":"hi"}' }]);
  expect(asked('', { input: [{ ...demand, content: 'Answer by calling the function `now`.' }] }).functionCalls).toEqual([
    { name: 'now', arguments: '{}' },
  ]);
});

it('tells what the tools said, and calls none again', () => {
  const output = { type: 'function_call_output', output: 'sunny' };
  const input = [{ role: 'user', content: 'The weather?' }, { type: 'function_call' }, output, { ...output, output: 'cold' }];
  const toolParameters = new Map([['get_weather', CITY]]);
  expect(demoScript(request({ input, lastUserText: 'The weather?', toolParameters })).deltas.join('')).toBe(
    'The tools said: “sunny”, “cold”',
  );
  expect(
    demoScript(request({ input: [...input, { role: 'user', content: 'Thanks' }], lastUserText: 'Thanks', toolParameters })).functionCalls,
  ).toBe(undefined);
});

it('gives the worker nothing to do', () => {
  const toolParameters = new Map([['exec_command', { type: 'object', properties: { cmd: { type: 'string' } } }]]);
  expect(demoScript(request({ lastUserText: 'Which command?', toolParameters })).functionCalls).toBeUndefined();
});
