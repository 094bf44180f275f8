import type { ChatCompletionRequest } from '@codex-proxy/contracts';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readConfiguration } from '../../src/config/read-configuration.ts';
import { textualToolSettings } from '../../src/compose/textual-tools.ts';
import { outputModeOf, readTextOf, type TextualToolSettings } from '../../src/openai/textual-tools.ts';
import { recordedEvents, TEXTUAL_DEFAULTS } from '../support/textual.ts';

test.each([
  [{}, { outputMode: 'openai-json', stopAfterTools: 0, stopAfterToolsGraceMs: Infinity, suppressTailAfterTools: false }],
  [{ PROXY_TOOL_BLOCK_MAX: '3' }, { stopAfterTools: 3, stopAfterToolsMode: 'burst', stopAfterToolsGraceMs: Infinity }],
  [{ PROXY_STOP_AFTER_TOOLS: 'true' }, { stopAfterTools: Infinity, stopAfterToolsMode: 'burst', stopAfterToolsGraceMs: 300 }],
  [
    { PROXY_STOP_AFTER_TOOLS: 'true', PROXY_STOP_AFTER_TOOLS_MODE: 'first', PROXY_TOOL_BLOCK_MAX: '2' },
    { stopAfterTools: 2, stopAfterToolsMode: 'first' },
  ],
  [{ PROXY_STOP_AFTER_TOOLS: 'true', PROXY_STOP_AFTER_TOOLS_GRACE_MS: '1234' }, { stopAfterToolsGraceMs: 1_234 }],
  [
    { PROXY_OUTPUT_MODE: 'obsidian-xml', PROXY_SUPPRESS_TAIL_AFTER_TOOLS: 'true' },
    { outputMode: 'obsidian-xml', suppressTailAfterTools: true },
  ],
])('the variables %j mean %j', (environment, settings) => {
  expect(textualToolSettings(readConfiguration(environment))).toMatchObject(settings);
});

test('the header of a request overrides the mode, and one that names none is refused', () => {
  expect(outputModeOf(undefined, 'obsidian-xml')).toBe('obsidian-xml');
  expect(outputModeOf('obsidian-xml', 'openai-json')).toBe('obsidian-xml');
  expect(() => outputModeOf('yaml', 'openai-json')).toThrow(/x-proxy-output-mode must be one of openai-json, obsidian-xml/);
});

const tool = (name: string, parameters?: Record<string, unknown>) => ({ type: 'function' as const, function: { name, parameters } });

/** What becomes of a text, as the answer to a request. */
function heard(text: string, chat: Partial<ChatCompletionRequest> = {}, settings: Partial<TextualToolSettings> = {}) {
  const found: string[] = [];
  const events: string[] = [];
  const read = readTextOf({ model: 'm', messages: [], ...chat }, { ...TEXTUAL_DEFAULTS, ...settings }, recordedEvents(events));
  let calls = 0;
  const answer = read(
    {
      onContent: (content) => found.push(content),
      onToolCall: ({ name, arguments: json }) => {
        calls += 1;
        found.push(`${name}(${json})`);
      },
      onStop: () => found.push('stop'),
    },
    () => calls > 0,
  );
  answer.push(text);
  return { found, events, answer };
}

const block = (name: string, more = ''): string => `<use_tool><name>${name}</name>${more}</use_tool>`;

describe('which blocks are calls', () => {
  const tools = [tool('look'), tool('take')];
  const named = (name: string) => ({ type: 'function' as const, function: { name } });
  const both = `${block('look')} ${block('take')}`;

  test.each<[string, Partial<ChatCompletionRequest>, string, string[]]>([
    ['without tools, all', {}, block('launch'), ['launch({})']],
    ['with an empty list, all', { tools: [] }, block('launch'), ['launch({})']],
    ['without tools, under the name that is written', {}, block('_exec_command'), ['_exec_command({})']],
    ['with tools, those alone', { tools }, `${block('launch')}${block('look')}`, [block('launch'), 'look({})']],
    ['none, if that is the choice', { tools, tool_choice: 'none' }, both, [both]],
    ['none, if that is the choice, without tools', { tool_choice: 'none' }, both, [both]],
    ['the one that is chosen', { tools, tool_choice: named('take') }, both, [block('look'), ' ', 'take({})']],
    [
      'those that are allowed',
      { tools, tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [named('look')] } } },
      both,
      ['look({})', ' ', block('take')],
    ],
    ['all that are offered, if one is required', { tools, tool_choice: 'required' }, both, ['look({})', ' ', 'take({})']],
    ['the first, without parallel calls', { tools, parallel_tool_calls: false }, `${both}.`, ['look({})', ' ', '.']],
    [
      'the first that is one, without parallel calls',
      { tools, parallel_tool_calls: false },
      `${block('x')}${both}`,
      [block('x'), 'look({})', ' '],
    ],
    ['the tool that the model is shown by another name', { tools: [tool('exec_command')] }, block('_exec_command'), ['exec_command({})']],
    ['the tool that the model names as the client does', { tools: [tool('exec_command')] }, block('exec_command'), ['exec_command({})']],
    [
      'of two, the one that the model is shown by that name',
      { tools: [tool('_exec_command'), tool('exec_command')] },
      `${block('_exec_command')}${block('__exec_command')}`,
      ['exec_command({})', '_exec_command({})'],
    ],
  ])('%s', (_, chat, text, expected) => {
    expect(heard(text, chat).found).toEqual(expected);
  });

  test('a block of a tool that is not offered is told as such', () => {
    expect(heard(block('launch'), { tools }).events).toEqual(['started', 'flushed', 'malformed not_offered']);
  });

  test('without parallel calls a block that is left out is left out of the content, too', () => {
    const { found } = heard(both, { tools, parallel_tool_calls: false }, { outputMode: 'obsidian-xml' });
    expect(found).toEqual(['<use_tool>\n  <name>look</name>\n</use_tool>', 'look({})', ' ']);
  });

  test('text that can hold no calls is not held back', () => {
    const { found } = heard('a <use_to', { tool_choice: 'none' });
    expect(found).toEqual(['a <use_to']);
  });

  test('what is released comes before what is no text', () => {
    const { found, events, answer } = heard('a <use_tool>half', { tools });
    answer.release();
    expect(found.join('')).toBe('a <use_tool>half');
    answer.push(block('look'));
    answer.end('completed');
    expect([found.at(-1), events]).toEqual(['look({})', ['started', 'aborted unterminated', 'started', 'flushed']]);
  });
});

describe('what the settings do', () => {
  test('the tail is left out where it is to be', () => {
    expect(heard(`${block('look')} tail`, {}, { suppressTailAfterTools: true }).found).toEqual(['look({})']);
  });

  test('a burst ends after the grace time, and an answer that is over leaves no timer', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const settings = { stopAfterTools: Infinity, stopAfterToolsGraceMs: 250 };
    const { found } = heard(block('look'), {}, settings);
    vi.advanceTimersByTime(249);
    expect(found).toEqual(['look({})']);
    vi.advanceTimersByTime(1);
    expect(found).toEqual(['look({})', 'stop']);
    heard(block('look'), {}, settings).answer.end('completed');
    expect(vi.getTimerCount()).toBe(0);
    heard(`${block('look')}<use_tool>`, {}, settings);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a burst of a request with tools ends with the first text after the grace time: a call may be in the making until then', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { found, answer } = heard(
      `${block('look')} <use`,
      { tools: [tool('look')] },
      { stopAfterTools: Infinity, stopAfterToolsGraceMs: 250 },
    );
    vi.advanceTimersByTime(10_000);
    answer.push('');
    expect(found).toEqual(['look({})', ' ']);
    answer.push('_tool>');
    expect(found).toEqual(['look({})', ' ', '<use', 'stop']);
  });
});

describe('parameters are read as the tool declares them', () => {
  const $defs = {
    count: { type: 'integer' },
    'a/b': { anyOf: [{ $ref: '#/$defs/count' }, { type: 'null' }] },
    circle: { $ref: '#/$defs/circle' },
    tag: { type: 'string' },
  };

  test.each<[string, unknown, string, unknown]>([
    ['an integer', { type: 'integer' }, '7', 7],
    ['an integer that is none', { type: 'integer' }, 'many', 'many'],
    ['a text', { type: 'string' }, '7', '7'],
    ['anything', {}, '7', '7'],
    ['a text or a number', { type: ['string', 'number'] }, '7', '7'],
    ['a number or null', { type: ['number', 'null'] }, 'null', null],
    ['an optional integer', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, '5', 5],
    ['an optional text', { anyOf: [{ type: 'string' }, { type: 'null' }] }, '5', '5'],
    ['one of numbers', { oneOf: [{ type: 'integer' }, { type: 'boolean' }] }, 'true', true],
    ['one of a number and anything', { anyOf: [{ type: 'integer' }, {}] }, '5', '5'],
    ['numbers', { enum: [1, 5] }, '5', 5],
    ['texts', { enum: ['1', '5'] }, '5', '5'],
    ['texts and numbers', { enum: ['1', 5] }, '5', '5'],
    ['a constant', { const: 5 }, '5', 5],
    ['a constant text', { const: '5' }, '5', '5'],
    ['a definition', { $ref: '#/$defs/count' }, '5', 5],
    ['a definition of another name, with another in it', { $ref: '#/$defs/a~1b' }, '5', 5],
    ['a definition and words', { allOf: [{ $ref: '#/$defs/count' }], description: 'How many' }, '5', 5],
    ['a circle', { $ref: '#/$defs/circle' }, '5', '5'],
    ['a definition that there is not', { $ref: '#/$defs/nothing' }, '5', '5'],
    ['a definition elsewhere', { $ref: 'https://example.com/x.json' }, '5', '5'],
    ['an object', { type: 'object' }, '{"a":1}', { a: 1 }],
    ['a list', { type: 'array', items: { type: 'integer' } }, '[1,2]', [1, 2]],
    ['a list with one item', { type: ['array', 'null'], items: { $ref: '#/$defs/count' } }, '7', [7]],
    ['a list that is null', { type: ['array', 'null'] }, 'null', null],
    ['a list of texts with one item', { type: 'array', items: { type: 'string' } }, '7', ['7']],
    ['an optional list of texts', { anyOf: [{ type: 'array', items: { $ref: '#/$defs/tag' } }, { type: 'null' }] }, 'a', ['a']],
  ])('%s', (_, schema, value, expected) => {
    const parameters = { type: 'object', properties: { o: schema }, $defs };
    const { found } = heard(block('look', `<o>${value}</o>`), { tools: [tool('look', parameters)] });
    expect(found).toEqual([`look(${JSON.stringify({ o: expected })})`]);
  });

  test('of a schema whose parts all lead to each other, too', () => {
    const all = Array.from({ length: 40 }, (_, index) => ({ $ref: `#/$defs/d${String(index)}` }));
    const circles = Object.fromEntries(all.map((_, index) => [`d${String(index)}`, { allOf: all, anyOf: all, oneOf: all }]));
    const parameters = { allOf: all, properties: { o: { allOf: all }, p: { items: { anyOf: all }, type: 'array' } }, $defs: circles };
    const { found } = heard(block('look', '<o>5</o><p>5</p><q>5</q>'), { tools: [tool('look', parameters)] });
    expect(found).toEqual(['look({"o":"5","p":[5],"q":"5"})']);
  });

  test('where the schema itself is a reference', () => {
    const parameters = { $ref: '#/$defs/it', $defs: { it: { type: 'object', properties: { o: { type: 'integer' } } } } };
    expect(heard(block('look', '<o>5</o>'), { tools: [tool('look', parameters)] }).found).toEqual(['look({"o":5})']);
  });

  test('by the name that the model is shown', () => {
    const parameters = { type: 'object', properties: { o: { type: 'integer' } } };
    expect(heard(block('_mcp', '<o>5</o>'), { tools: [tool('mcp', parameters)] }).found).toEqual(['mcp({"o":5})']);
  });
});
