import { chatCompletionRequestSchema, type ChatCompletionRequest } from '@codex-proxy/contracts';
import { describe, expect, test } from 'vitest';
import { HttpError } from '../../src/http/errors.ts';
import { ignoredParameters } from '../../src/openai/parameters.ts';
import { demandsCall, offeredTools } from '../../src/openai/tool-choice.ts';

const tool = (name: string) => ({ type: 'function', function: { name } });
const named = (name: string) => ({ type: 'function', function: { name } });
const allowed = (mode: string, ...names: string[]) => ({ type: 'allowed_tools', allowed_tools: { mode, tools: names.map(named) } });

function request(tools: readonly object[] | undefined, choice?: unknown, more: object = {}): ChatCompletionRequest {
  return chatCompletionRequestSchema.parse({
    model: 'm',
    messages: [{ role: 'user', content: 'hi' }],
    tools,
    tool_choice: choice,
    ...more,
  });
}

const ALL = ['a', 'b', 'c'].map(tool);

describe('a choice', () => {
  test.each<[string, unknown, string[], string]>([
    ['that is missing', undefined, ['a', 'b', 'c'], ''],
    ['of null', null, ['a', 'b', 'c'], ''],
    ['auto', 'auto', ['a', 'b', 'c'], ''],
    ['none', 'none', [], ''],
    ['required', 'required', ['a', 'b', 'c'], 'Answer by calling one or more of the functions `a`, `b`, `c`.'],
    ['of one', named('b'), ['b'], 'Answer by calling the function `b`.'],
    ['of some', allowed('auto', 'c', 'a'), ['a', 'c'], ''],
    [
      'of some, one of them required',
      allowed('required', 'c', 'a'),
      ['a', 'c'],
      'Answer by calling one or more of the functions `a`, `c`.',
    ],
    ['of some that is but one, required', allowed('required', 'c'), ['c'], 'Answer by calling the function `c`.'],
  ])('%s', (_, choice, names, instruction) => {
    const offered = offeredTools(request(ALL, choice));
    expect(offered.tools.map((one) => one.function.name)).toEqual(names);
    expect(offered.instruction).toBe(instruction);
    expect(demandsCall(request(ALL, choice))).toBe(instruction !== '');
  });

  test.each(['auto', 'none', null, undefined])('of %s needs no tools', (choice) => {
    for (const tools of [undefined, []]) expect(offeredTools(request(tools, choice))).toEqual({ tools: [], instruction: '' });
  });

  test('calls a tool by the name that the worker knows', () => {
    expect(offeredTools(request([tool('mcp__x__y')], 'required')).instruction).toBe('Answer by calling the function `_mcp__x__y`.');
  });

  test.each<[string, readonly object[] | undefined, unknown, string]>([
    ['a call without tools', undefined, 'required', 'tool_choice'],
    ['a call without any tool', [], 'required', 'tool_choice'],
    ['a tool that there is not', ALL, named('d'), 'tool_choice'],
    ['some tools that there are not', ALL, allowed('auto', 'a', 'd'), 'tool_choice'],
    ['one tool of two of one name', [tool('a'), tool('b'), tool('a')], 'none', 'tools[2].function.name'],
  ])('of %s is refused', (_, tools, choice, param) => {
    expect(() => offeredTools(request(tools, choice))).toThrow(
      expect.objectContaining({ constructor: HttpError, code: 'invalid_request', param, message: expect.stringContaining(`'${param}'`) }),
    );
  });
});

test('strict tools are named as such, since the worker asks for all without it', () => {
  const strict = { type: 'function', function: { name: 's', strict: true } };
  expect(ignoredParameters(request([tool('a'), strict]))).toEqual(['tools[].function.strict']);
  expect(ignoredParameters(request([{ type: 'function', function: { name: 's', strict: false } }]))).toEqual([]);
});
