import { startDemoProvider, type ProviderScript } from '@codex-proxy/demo-provider';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';

const open = new Set<{ close(): Promise<void> }>();
afterEach(async () => {
  await Promise.all([...open].map((provider) => provider.close()));
  open.clear();
});

async function start(script?: ProviderScript) {
  const provider = await startDemoProvider(script === undefined ? { firstTokenMs: 0, interTokenMs: 0 } : { script });
  open.add(provider);
  return provider;
}

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

async function stream(baseUrl: string, body: Readonly<Record<string, unknown>> = {}): Promise<Event[]> {
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    body: JSON.stringify({ model: 'demo-codex', stream: true, input: 'hi', ...body }),
  });
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map(readEvent);
}

function readEvent(block: string): Event {
  const [name, data] = block.split('\n');
  const event: Event = JSON.parse((data ?? '').slice('data: '.length));
  expect(name).toBe(`event: ${event.type}`);
  return event;
}

it('sends the events of a message in the order of the reference, numbered', async () => {
  const { baseUrl } = await start(() => ({ deltas: ['a', 'b'] }));
  const events = await stream(baseUrl);
  expect(events.map((event) => event.type)).toEqual([
    'response.created',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, at) => at));
});

it('sends any deltas exactly, however the bytes are split', async () => {
  let deltas: string[] = [];
  let splitUtf8 = 1;
  const { baseUrl } = await start(() => ({ deltas, splitUtf8 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 64 }),
      async (texts, bytes) => {
        deltas = texts;
        splitUtf8 = bytes;
        const events = await stream(baseUrl);
        expect(events.filter((event) => event.type === 'response.output_text.delta').map((event) => event['delta'])).toEqual(texts);
      },
    ),
    { numRuns: 40 },
  );
});

it('sends calls after the message, their arguments in deltas', async () => {
  const functionCalls = [
    { name: 'f', arguments: ['{"a"', ':1}'], callId: 'c1' },
    { name: 'g', arguments: '{}' },
  ];
  const { baseUrl } = await start(() => ({ deltas: ['x'], functionCalls }));
  const events = await stream(baseUrl);
  const deltas = events.filter((event) => event.type === 'response.function_call_arguments.delta');
  expect(deltas.map((event) => [event['output_index'], event['delta']])).toEqual([
    [1, '{"a"'],
    [1, ':1}'],
    [2, '{}'],
  ]);
  const done = events.filter((event) => event.type === 'response.output_item.done').map((event) => event['item']);
  expect(done.slice(1)).toMatchObject([
    { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
    { type: 'function_call', call_id: expect.stringMatching(/^call_/), name: 'g', arguments: '{}' },
  ]);
  expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, at) => at));
  expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { output: done } });
});

it.each([
  [2, ['x', '{"a"'], 1],
  [3, ['x', '{"a"', ':1}'], 1],
  [4, ['x', '{"a"', ':1}', '{}'], 2],
  [99, ['x', '{"a"', ':1}', '{}'], 3],
])('counts the deltas of calls, too, when it is to stop after %i', async (afterDeltas, sent, whole) => {
  const functionCalls = [
    { name: 'f', arguments: ['{"a"', ':1}'] },
    { name: 'g', arguments: '{}' },
  ];
  const { baseUrl } = await start(() => ({ deltas: ['x'], functionCalls, fault: { kind: 'cut', afterDeltas, clean: true } }));
  const events = await stream(baseUrl);
  expect(events.filter((event) => event.type.endsWith('.delta')).map((event) => event['delta'])).toEqual(sent);
  expect(events.filter((event) => event.type === 'response.output_item.done')).toHaveLength(whole);
  expect(events.at(-1)?.type).not.toBe('response.completed');
});

it('is silent before the first delta also when it stops there', async () => {
  const { baseUrl } = await start(() => ({ deltas: ['x'], firstTokenMs: 30, fault: { kind: 'cut', afterDeltas: 0 } }));
  const response = await fetch(`${baseUrl}/responses`, { method: 'POST', body: JSON.stringify({ model: 'm', stream: true, input: 'hi' }) });
  // The head of the message is out before the silence; a cut at once would have come with it.
  const { value } = await response.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toContain('response.content_part.added');
});

it('answers without a stream when none is asked for, with the same text', async () => {
  const { baseUrl } = await start(() => ({ deltas: ['a', 'b'], usage: { inputTokens: 3, outputTokens: 2 } }));
  const response = await fetch(`${baseUrl}/responses`, { method: 'POST', body: JSON.stringify({ model: 'm', input: 'hi' }) });
  expect(await response.json()).toMatchObject({
    object: 'response',
    status: 'completed',
    output: [{ type: 'message', content: [{ type: 'output_text', text: 'ab' }] }],
    usage: {
      input_tokens: 3,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 5,
    },
  });
});

it('keeps hundreds of paced streams apart', async () => {
  const { baseUrl } = await start(({ lastUserText }) => ({
    deltas: Array.from({ length: 20 }, (_, at) => `${lastUserText}:${at} `),
    firstTokenMs: 2,
    interTokenMs: 1,
  }));
  const texts = await Promise.all(
    Array.from({ length: 300 }, async (_, at) => {
      const events = await stream(baseUrl, { input: `s${at}` });
      return events
        .filter((event) => event.type === 'response.output_text.delta')
        .map((event) => event['delta'])
        .join('');
    }),
  );
  expect(texts).toEqual(texts.map((_, at) => Array.from({ length: 20 }, (__, delta) => `s${at}:${delta} `).join('')));
});

it('lists its models', async () => {
  const { baseUrl } = await start();
  const response = await fetch(`${baseUrl}/models`);
  expect(await response.json()).toMatchObject({
    object: 'list',
    data: [
      { id: 'demo-codex', object: 'model' },
      { id: 'demo-codex-mini', object: 'model' },
    ],
  });
});

it('refuses what it does not serve', async () => {
  const { baseUrl, requests } = await start();
  expect((await fetch(`${baseUrl}/files`)).status).toBe(404);
  expect((await fetch(`${baseUrl}/responses`)).status).toBe(404);
  expect((await fetch(`${baseUrl}/responses`, { method: 'POST', body: '{"model":' })).status).toBe(400);
  expect((await fetch(`${baseUrl}/responses`, { method: 'POST', body: '{}' })).status).toBe(400);
  expect(requests).toHaveLength(4);
});

it('keeps no more requests than it was told', async () => {
  const provider = await startDemoProvider({ maxRecorded: 3, firstTokenMs: 0, interTokenMs: 0 });
  open.add(provider);
  for (let at = 0; at < 5; at += 1) await stream(provider.baseUrl, { input: `q${at}` });
  expect(provider.requests.map((request) => Object(request.body).input)).toEqual(['q2', 'q3', 'q4']);
});
