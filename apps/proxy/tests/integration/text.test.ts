import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, startProvider, type ProviderUnderTest } from '../support/provider-under-test.ts';
import { readEvents, textOf } from '../support/sse.ts';

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

const ask = [{ role: 'user', content: 'say it' }] as const;

/** Answers as deltas, exactly as the provider sends them. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'repeated characters': ['1', '0', '0', '0', ' ', '1000', '00', '0', 'aa', 'aaa', 'a'],
  'the same word again and again': Array.from({ length: 50 }, () => 'ha'),
  'emoji and combining marks': ['👩', '‍👩‍👧 ', 'e', '\u0301', ' Z̤͔ͧ̑̓ä͖̭̈̇lgo', ' 🇩🇪', '🏳️‍🌈'],
  'line breaks of all kinds': ['a\r', '\nb\n', '\n\nc\r\n\r\n', '\u0085', '\u2028', '\u2029', '\u000b\u000c'],
  'what JSON and SSE escape': [
    '"quoted"',
    '\\',
    '\\n',
    '\\u0041',
    '\t',
    '\u0000\u0001\u001f',
    '\u007f',
    'data: [DONE]\n\n',
    ': c\n\n',
    '{"error":{}}',
  ],
  'tags and brackets': ['<', 'tool', '>', '</', 'tool', '>', '<<', '>>', '<![CDATA[', ']]>'],
  'white space alone': [' ', '  ', '\n', '\t', ' '],
  'one long delta': ['€uro and 💶 '.repeat(5_000)],
  'many small ones': Array.from({ length: 400 }, (_, index) => `${String(index)},`),
  'other scripts': ['日本語', 'العربية', 'हिन्दी', 'ไทย', 'עִבְרִית'],
};

describe('the text arrives byte for byte', () => {
  test.each(Object.entries(ANSWERS))('%s', async (_what, deltas) => {
    provider.answer({ deltas });
    const text = deltas.join('');
    const stream = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...ask], stream: true });
    let streamed = '';
    for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? '';
    const whole = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...ask] });
    expect(Buffer.from(streamed)).toEqual(Buffer.from(text));
    expect(Buffer.from(whole.choices[0]?.message.content ?? '')).toEqual(Buffer.from(text));
  });

  test.each([1, 2, 3, 7])('from a provider whose bytes come %i at a time', async (splitUtf8) => {
    const deltas = ['𝒜€ä', 'ß💙', '\u2028', '1000'];
    provider.answer({ deltas, splitUtf8 });
    expect(textOf(await (await proxy.chat({ model: MODEL, messages: ask, stream: true })).text())).toBe(deltas.join(''));
  });
});

describe('a stream', () => {
  test('has one event a delta, one id, and ends with [DONE]', async () => {
    provider.answer({ deltas: ['a', 'b', 'c'], interTokenMs: 5 });
    const response = await proxy.chat({ model: MODEL, messages: ask, stream: true });
    const { chunks, done } = readEvents(await response.text());
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content)).toEqual(['', 'a', 'b', 'c', undefined]);
    const [first] = chunks;
    expect(first?.id).toBe(`chatcmpl-${response.headers.get('x-request-id')?.slice('req_'.length) ?? ''}`);
    for (const chunk of chunks) expect(chunk).toMatchObject({ id: first?.id, created: first?.created, model: MODEL });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(done).toBe(true);
  });

  test('shows each delta when it comes, not at the end', async () => {
    provider.answer({ deltas: ['first', 'second'], fault: { kind: 'hang', afterDeltas: 1 } });
    const stream = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...ask], stream: true });
    let streamed = '';
    for await (const chunk of stream) {
      streamed += chunk.choices[0]?.delta.content ?? '';
      if (streamed !== '') break;
    }
    expect(streamed).toBe('first');
  });

  test('of a cut answer names why it was cut', async () => {
    for (const [reason, finish] of [
      ['max_output_tokens', 'length'],
      ['content_filter', 'content_filter'],
    ] as const) {
      provider.answer({ deltas: ['so far'], fault: { kind: 'incomplete', reason } });
      const whole = await proxy.openai.chat.completions.create({ model: MODEL, messages: [...ask] });
      expect(whole.choices[0]).toMatchObject({ finish_reason: finish, message: { content: 'so far' } });
      const { chunks } = readEvents(await (await proxy.chat({ model: MODEL, messages: ask, stream: true })).text());
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe(finish);
    }
  });
});

describe('usage', () => {
  const usage = { inputTokens: 1234, cachedInputTokens: 1024, outputTokens: 56, reasoningOutputTokens: 40 };
  const expected = {
    prompt_tokens: 1234,
    completion_tokens: 56,
    total_tokens: 1290,
    prompt_tokens_details: { cached_tokens: 1024 },
    completion_tokens_details: { reasoning_tokens: 40 },
  };

  test('is what the provider reported', async () => {
    provider.answer({ deltas: ['x'], usage });
    expect((await proxy.openai.chat.completions.create({ model: MODEL, messages: [...ask] })).usage).toEqual(expected);
  });

  test('comes last in a stream, if asked for', async () => {
    provider.answer({ deltas: ['x'], usage });
    const asked = await proxy.chat({ model: MODEL, messages: ask, stream: true, stream_options: { include_usage: true } });
    const { chunks } = readEvents(await asked.text());
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: expected });
    for (const chunk of chunks.slice(0, -1)) expect(chunk.usage).toBeNull();
    const unasked = readEvents(await (await proxy.chat({ model: MODEL, messages: ask, stream: true })).text());
    for (const chunk of unasked.chunks) expect(chunk).not.toHaveProperty('usage');
  });
});
