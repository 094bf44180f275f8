import { describe, expect, it } from 'vitest';
import { chatCompletionRequestSchema } from '../src/index.ts';

const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };

describe('chat completion request', () => {
  it.each([
    ['one user message', { messages: [{ role: 'user', content: 'hi' }] }],
    ['text and image parts', { messages: [{ role: 'user', content: [{ type: 'text', text: 'what?' }, image] }] }],
    [
      'an assistant message that only calls tools',
      {
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
          { role: 'tool', tool_call_id: 'c', content: '42' },
        ],
      },
    ],
    [
      'tools and all that is said of them',
      {
        messages: [{ role: 'user', content: 'hi' }],
        tools: [
          { type: 'function', function: { name: 'f' } },
          { type: 'function', function: { name: 'g-1_', description: 'd', parameters: { type: 'object' }, strict: true } },
        ],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] } },
        parallel_tool_calls: false,
      },
    ],
    ['fields that it does not know', { messages: [{ role: 'user', content: 'hi' }], brand_new: { x: 1 } }],
    ['nulls where OpenAI allows them', { messages: [{ role: 'user', content: 'hi' }], stream: null, response_format: null }],
  ])('accepts %s', (_what, rest) => {
    expect(chatCompletionRequestSchema.safeParse({ model: 'm', ...rest }).success).toBe(true);
  });

  it.each([
    ['no messages', { messages: [] }],
    ['an unknown role', { messages: [{ role: 'wizard', content: 'hi' }] }],
    ['a number as content', { messages: [{ role: 'user', content: 4 }] }],
    [
      'an image that must be fetched',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] }] },
    ],
    [
      'a tool with a name that no one can call',
      { messages: [{ role: 'user', content: 'hi' }], tools: [{ type: 'function', function: { name: 'a b' } }] },
    ],
    ['an unknown choice of tools', { messages: [{ role: 'user', content: 'hi' }], tool_choice: 'any' }],
    ['a word as stream', { messages: [{ role: 'user', content: 'hi' }], stream: 'yes' }],
    ['a response format without its schema', { messages: [{ role: 'user', content: 'hi' }], response_format: { type: 'json_schema' } }],
  ])('refuses %s', (_what, rest) => {
    expect(chatCompletionRequestSchema.safeParse({ model: 'm', ...rest }).success).toBe(false);
  });
});
