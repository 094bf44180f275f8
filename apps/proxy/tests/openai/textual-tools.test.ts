import { expect, test } from 'vitest';
import { readConfiguration } from '../../src/config/read-configuration.ts';
import { textualToolSettings } from '../../src/compose/textual-tools.ts';
import { outputModeOf, readTextOf } from '../../src/openai/textual-tools.ts';
import { recordedEvents, TEXTUAL_DEFAULTS } from '../support/textual.ts';

test.each([
  [{}, { outputMode: 'openai-json', stopAfterTools: 0, stopAfterToolsGraceMs: Infinity, suppressTailAfterTools: false }],
  [{ PROXY_TOOL_BLOCK_MAX: '3' }, { stopAfterTools: 3, stopAfterToolsMode: 'burst', stopAfterToolsGraceMs: Infinity }],
  [{ PROXY_STOP_AFTER_TOOLS: 'true' }, { stopAfterTools: Infinity, stopAfterToolsMode: 'burst', stopAfterToolsGraceMs: 300 }],
  [
    { PROXY_STOP_AFTER_TOOLS: 'true', PROXY_STOP_AFTER_TOOLS_MODE: 'first', PROXY_TOOL_BLOCK_MAX: '2' },
    { stopAfterTools: 2, stopAfterToolsMode: 'first' },
  ],
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

test('parameters that a tool declares to be no strings are read as JSON', () => {
  const parameters = {
    type: 'object',
    properties: {
      count: { type: 'integer' },
      tags: { type: ['array', 'null'] },
      text: { type: 'string' },
      any: {},
      either: { type: ['string', 'number'] },
    },
  };
  const chat = { model: 'm', messages: [], tools: [{ type: 'function' as const, function: { name: 'look', parameters } }] };
  const calls: string[] = [];
  const text = readTextOf(
    chat,
    TEXTUAL_DEFAULTS,
    recordedEvents([]),
  )({
    onContent: () => undefined,
    onToolCall: (call) => calls.push(call.arguments),
    onStop: () => undefined,
  });
  const values = ['count', 'tags', 'text', 'any', 'either'].map((name) => `<${name}>7</${name}>`).join('');
  text.push(`<use_tool><name>look</name>${values}</use_tool>`);
  expect(JSON.parse(calls[0] ?? '')).toEqual({ count: 7, tags: 7, text: '7', any: '7', either: '7' });
});
