import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReadyProxy, type ProxyUnderTest } from '../support/proxy-under-test.ts';
import { MODEL, sentBody, startProvider, type ProviderUnderTest, type SentBody } from '../support/provider-under-test.ts';

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

const RED_PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

type Body = Parameters<ProxyUnderTest['openai']['chat']['completions']['create']>[0];

/** What reaches the provider when a client sends `messages`. */
async function sent(messages: ChatCompletionMessageParam[], more: Partial<Body> = {}): Promise<SentBody> {
  const arrived = provider.nextRequest();
  await proxy.openai.chat.completions.create({ ...more, model: MODEL, messages, stream: false });
  return sentBody(await arrived);
}

/** Role and text of each message, in order. */
function said({ input }: SentBody): string[] {
  return input.map(({ type, role, content, ...rest }) => {
    if (type === 'function_call') return `call ${String(rest.name)} ${String(rest.arguments)}`;
    if (type === 'function_call_output') return `output ${String(rest.output)}`;
    const parts: unknown[] = Array.isArray(content) ? content : [content];
    return `${role ?? ''}: ${parts.map((part) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : '[image]')).join('|')}`;
  });
}

describe('a conversation reaches the provider', () => {
  test('as it was sent, with nothing added', async () => {
    const body = await sent([{ role: 'user', content: 'only this' }]);
    expect(said(body)).toEqual(['user: only this']);
    expect(body.tools ?? []).toEqual([]);
    expect(body.instructions ?? '').toBe('');
    expect(body.model).toBe(MODEL);
  });

  test('with all its messages in order', async () => {
    const body = await sent([
      { role: 'system', content: 'Rule one.' },
      { role: 'developer', content: 'Rule two.' },
      { role: 'user', content: 'Question one' },
      { role: 'assistant', content: 'Answer one' },
      { role: 'system', content: 'Rule three.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Question' },
          { type: 'text', text: ' two' },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me look.',
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"sky"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'It is blue.' },
      { role: 'user', content: 'Question three' },
    ]);
    expect(said(body)).toEqual([
      'developer: Rule one.\n\nRule two.',
      'user: Question one',
      'assistant: Answer one',
      'developer: Rule three.',
      'user: Question| two',
      'assistant: Let me look.',
      'call look {"at":"sky"}',
      'output It is blue.',
      'user: Question three',
    ]);
  });

  test('when it does not end with the user', async () => {
    expect(
      said(
        await sent([
          { role: 'user', content: 'Begin' },
          { role: 'assistant', content: 'Once upon' },
        ]),
      ),
    ).toEqual(['user: Begin', 'assistant: Once upon']);
    const call = { id: 'call_2', type: 'function', function: { name: 'f', arguments: '{}' } } as const;
    expect(
      said(
        await sent([
          { role: 'user', content: 'Go' },
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'call_2', content: 'went' },
        ]),
      ),
    ).toEqual(['user: Go', 'call f {}', 'output went']);
  });

  test('when it is instructions alone', async () => {
    expect(said(await sent([{ role: 'system', content: 'Say hello.' }]))).toEqual(['developer: Say hello.']);
  });

  test('with images, earlier and now', async () => {
    const image = { type: 'image_url', image_url: { url: RED_PIXEL } } as const;
    const body = await sent([
      { role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] },
      { role: 'assistant', content: 'A red dot.' },
      { role: 'user', content: [image, { type: 'text', text: 'And this?' }] },
    ]);
    expect(said(body)).toEqual(['user: What is this?|[image]', 'assistant: A red dot.', 'user: [image]|And this?']);
    expect(JSON.stringify(body).split('data:image/png;base64,').length - 1).toBe(2);
  });

  test('byte for byte', async () => {
    const text = 'ü 👩‍👩‍👧 e\u0301 \u2028 \u0000 "quoted" \\ \r\n </s> 1000';
    expect(
      said(
        await sent([
          { role: 'user', content: text },
          { role: 'assistant', content: text },
          { role: 'user', content: text },
        ]),
      ),
    ).toEqual([`user: ${text}`, `assistant: ${text}`, `user: ${text}`]);
  });
});

describe('parameters', () => {
  test.each(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const)('reasoning_effort %s is passed on', async (effort) => {
    const body = await sent([{ role: 'user', content: 'think' }], { reasoning_effort: effort });
    expect(body.reasoning?.effort).toBe(effort);
  });

  test('a JSON schema is demanded of the model', async () => {
    const schema = {
      type: 'object',
      properties: { answer: { type: 'number' } },
      required: ['answer'],
      additionalProperties: false,
    };
    provider.answer({ deltas: ['{"answer"', ':42}'] });
    const body = await sent([{ role: 'user', content: 'number' }], {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    });
    expect(body.text?.format).toMatchObject({ type: 'json_schema', schema });
    provider.answer({ deltas: ['ok'] });
  });

  test('a JSON object is asked for in words', async () => {
    const body = await sent([{ role: 'user', content: 'json' }], { response_format: { type: 'json_object' } });
    expect(said(body)).toEqual(['developer: Answer with one valid JSON object and nothing else.', 'user: json']);
  });

  test('without effect are named in a header, by both kinds of answer', async () => {
    for (const stream of [true, false]) {
      const response = await proxy.chat({
        model: MODEL,
        messages: [{ role: 'user', content: 'x' }],
        temperature: 0.2,
        max_tokens: 9,
        stream,
      });
      await response.text();
      expect(response.headers.get('x-proxy-ignored-parameters')).toBe('temperature, max_tokens');
    }
  });
});

describe('models', () => {
  test('are listed, the configured one first, and can be looked up', async () => {
    // The worker is asked when it is ready; until then the configured one is all that is known.
    await expect.poll(async () => (await proxy.openai.models.list()).data.length).toBeGreaterThan(1);
    const { data } = await proxy.openai.models.list();
    expect(data[0]).toEqual({ id: MODEL, object: 'model', created: expect.any(Number), owned_by: 'codex' });
    expect(new Set(data.map((model) => model.id)).size).toBe(data.length);
    for (const { id } of data) expect((await proxy.openai.models.retrieve(id)).id).toBe(id);
  });

  test('that are not served are refused, and counted under no name', async () => {
    await expect.poll(async () => (await proxy.openai.models.list()).data.length).toBeGreaterThan(1);
    const refused = await proxy.chat({ model: 'invented-model', messages: [{ role: 'user', content: 'x' }] });
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: { code: 'model_not_found', param: 'model', type: 'not_found_error' } });
    expect(await proxy.terminalOf(refused)).toMatchObject({ model: 'other', outcome: 'refused', status: 404 });
    await expect(proxy.openai.models.retrieve('invented-model')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    expect(await (await proxy.fetch('/metrics')).text()).not.toContain('invented-model');
  });
});

test('32 clients at once get each their own answer', async () => {
  provider.answer((request) => ({ deltas: [...request.lastUserText].map((letter) => `${letter}·`), interTokenMs: 2 }));
  const words = Array.from({ length: 32 }, (_, index) => `client number ${String(index)}`);
  const answers = await Promise.all(
    words.map(async (content, index) => {
      const messages: ChatCompletionMessageParam[] = [{ role: 'user', content }];
      if (index % 2 === 0) return (await proxy.openai.chat.completions.create({ model: MODEL, messages })).choices[0]?.message.content;
      let text = '';
      for await (const chunk of await proxy.openai.chat.completions.create({ model: MODEL, messages, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
      return text;
    }),
  );
  expect(answers).toEqual(words.map((word) => [...word].map((letter) => `${letter}·`).join('')));
  expect(proxy.snapshot().queueDepth).toBe(0);
});
