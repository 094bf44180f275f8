import { chatCompletionRequestSchema, type ChatCompletionRequest } from '@codex-proxy/contracts';
import { expect, test } from 'vitest';
import { refusedParameter, refuseToolTypes } from '../../src/openai/refused-tool.ts';

const tool = (name: string, parameters?: unknown) => ({ type: 'function', function: { name, parameters } });
const request = (...tools: object[]): ChatCompletionRequest =>
  chatCompletionRequestSchema.parse({ model: 'm', messages: [{ role: 'user', content: 'hi' }], tools });

test.each(['banana', 'string', 5, ['string', 'null'], null])('parameters of the type %j are refused by name', (type) => {
  expect(() => refuseToolTypes(request(tool('a'), tool('b', { type })))).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: 'tools[1].function.parameters' }),
  );
});

test.each([undefined, {}, { type: 'object' }, { type: ['object', 'null'] }, { anyOf: [{ type: 'object' }] }])(
  'parameters of %j pass',
  (parameters) => {
    expect(() => refuseToolTypes(request(tool('a', parameters)))).not.toThrow();
  },
);

test('the tool that the worker refuses is found by the name that it was given', () => {
  const { tools = [] } = request(tool('a'), tool('mcp'), tool('b-2'));
  const refusal = (name: string): string =>
    `The worker refused the request: dynamic tool input schema is not supported for ${name}: invalid type: number, expected a map`;
  expect(refusedParameter(refusal('b-2'), tools ?? [])).toBe('tools[2].function.parameters');
  expect(refusedParameter(refusal('_mcp'), tools ?? [])).toBe('tools[1].function.parameters');
  expect([refusedParameter(refusal('c'), tools ?? []), refusedParameter('Something else.', tools ?? [])]).toEqual([undefined, undefined]);
});
