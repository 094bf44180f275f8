import type { ChatMessage } from '@codex-proxy/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { translateMessages, type Conversation } from '../../src/openai/translate-messages.ts';

const PIXEL = 'data:image/png;base64,AAAA';
const user = (text: string): ChatMessage => ({ role: 'user', content: text });
const item = (role: 'developer' | 'user' | 'assistant', text: string): object => ({
  type: 'message',
  role,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
});
const input = (text: string): object => ({ type: 'text', text, text_elements: [] });

describe('a conversation', () => {
  test.each<[string, ChatMessage[], object]>([
    ['of one question', [user('hi')], { instructions: '', history: [], input: [input('hi')] }],
    [
      'with instructions of both names',
      [{ role: 'system', content: 'one' }, { role: 'developer', content: 'two' }, user('hi')],
      { instructions: 'one\n\ntwo', history: [], input: [input('hi')] },
    ],
    [
      'with instructions in parts',
      [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        user('hi'),
      ],
      { instructions: 'ab', history: [], input: [input('hi')] },
    ],
    [
      'of several turns',
      [user('1'), { role: 'assistant', content: '2' }, user('3')],
      { instructions: '', history: [item('user', '1'), item('assistant', '2')], input: [input('3')] },
    ],
    [
      'with a system message in its middle',
      [user('1'), { role: 'system', content: 'now' }, user('2')],
      { instructions: '', history: [item('user', '1'), item('developer', 'now')], input: [input('2')] },
    ],
    [
      'that ends with the assistant',
      [user('1'), { role: 'assistant', content: '2' }],
      { instructions: '', history: [item('user', '1'), item('assistant', '2')], input: [] },
    ],
    ['of instructions alone', [{ role: 'system', content: 'only' }], { instructions: 'only', history: [], input: [] }],
    [
      'with a refusal',
      [
        user('1'),
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'well, ' },
            { type: 'refusal', refusal: 'no' },
          ],
        },
        user('2'),
      ],
      { instructions: '', history: [item('user', '1'), item('assistant', 'well, no')], input: [input('2')] },
    ],
    [
      'with calls and their outputs',
      [
        user('1'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
            { id: 'c2', type: 'function', function: { name: 'mcp__g', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'out 1' },
        {
          role: 'tool',
          tool_call_id: 'c2',
          content: [
            { type: 'text', text: 'out ' },
            { type: 'text', text: '2' },
          ],
        },
      ],
      {
        instructions: '',
        history: [
          item('user', '1'),
          { type: 'function_call', name: 'f', arguments: '{"a":1}', call_id: 'c1' },
          { type: 'function_call', name: '_mcp__g', arguments: '', call_id: 'c2' },
          { type: 'function_call_output', call_id: 'c1', output: 'out 1' },
          { type: 'function_call_output', call_id: 'c2', output: 'out 2' },
        ],
        input: [],
      },
    ],
    [
      'with images, earlier and now',
      [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: PIXEL, detail: 'high' } },
            { type: 'text', text: 'this' },
          ],
        },
        { role: 'assistant', content: 'yes' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'and' },
            { type: 'image_url', image_url: { url: PIXEL, detail: 'low' } },
          ],
        },
      ],
      {
        instructions: '',
        history: [
          {
            type: 'message',
            role: 'user',
            content: [
              { type: 'input_image', image_url: PIXEL, detail: 'high' },
              { type: 'input_text', text: 'this' },
            ],
          },
          item('assistant', 'yes'),
        ],
        input: [input('and'), { type: 'image', url: PIXEL }],
      },
    ],
  ])('%s', (_what, messages, expected) => {
    expect(translateMessages(messages)).toEqual(expected);
  });
});

/** Text that can be told apart from all other text of the conversation. */
const texts = fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), {
  minLength: 60,
  maxLength: 60,
  selector: (text) => text.trim(),
});
const shape = fc.constantFrom('system', 'developer', 'user', 'user parts', 'assistant', 'assistant parts', 'assistant calls', 'tool');

function messageOf(kind: string, next: () => string): ChatMessage {
  const parts = (): { type: 'text'; text: string }[] => [
    { type: 'text', text: next() },
    { type: 'text', text: next() },
  ];
  switch (kind) {
    case 'system':
    case 'developer':
      return { role: kind, content: next() };
    case 'user parts':
      return { role: 'user', content: parts() };
    case 'assistant':
      return { role: 'assistant', content: next() };
    case 'assistant parts':
      return {
        role: 'assistant',
        content: [
          { type: 'text', text: next() },
          { type: 'refusal', refusal: next() },
        ],
      };
    case 'assistant calls':
      return {
        role: 'assistant',
        content: next(),
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: next() } }],
      };
    case 'tool':
      return { role: 'tool', tool_call_id: 'c', content: parts() };
    default:
      return user(next());
  }
}

/** All text in the order in which the model reads it. */
function textIn({ instructions, history, input: asked }: Conversation): string {
  const read = history.map((entry) => {
    if (entry.type === 'message') return entry.content.map((part) => (part.type === 'input_image' ? '' : part.text)).join('');
    return entry.type === 'function_call' ? entry.arguments : entry.output;
  });
  return [instructions, ...read, ...asked.map((part) => (part.type === 'text' ? part.text : ''))].join('');
}

test('no text is lost and none changes places', () => {
  fc.assert(
    fc.property(fc.array(shape, { minLength: 1, maxLength: 20 }), texts, (kinds, supply) => {
      let taken = 0;
      const messages = kinds.map((kind) => messageOf(kind, () => supply[taken++] ?? ''));
      const read = textIn(translateMessages(messages));
      let at = 0;
      for (const text of supply.slice(0, taken)) {
        const found = read.indexOf(text, at);
        expect(found).toBeGreaterThanOrEqual(at);
        at = found + text.length;
      }
    }),
  );
});

test('only what the user said last is asked, and only if it is last', () => {
  fc.assert(
    fc.property(fc.array(shape, { minLength: 1, maxLength: 20 }), (kinds) => {
      const { input: asked } = translateMessages(kinds.map((kind) => messageOf(kind, () => 'x')));
      expect(asked.length > 0).toBe(kinds.at(-1)?.startsWith('user'));
    }),
  );
});
