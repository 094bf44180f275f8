import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkWriter, DONE, errorEvent, KEEPALIVE } from '../../src/openai/chunk-writer.ts';

const IDENTITY = { id: 'chatcmpl-1', created: 7, model: 'a "model"\n', includeUsage: false };

/** Any string at all, halves of surrogate pairs too. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units));

/** The JSON of one event; fails on what is not exactly one. */
function payload(event: string): Record<string, unknown> {
  expect(event).toMatch(/^data: [^\n\r]*\n\n$/);
  return JSON.parse(event.slice('data: '.length));
}

function chunk(delta: object, finish: string | null = null): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 7,
    model: 'a "model"\n',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  };
}

test('chunks are those of the API', () => {
  const chunks = new ChunkWriter(IDENTITY);
  expect(payload(chunks.role())).toEqual(chunk({ role: 'assistant', content: '', refusal: null }));
  expect(payload(chunks.content('hi'))).toEqual(chunk({ content: 'hi' }));
  expect(payload(chunks.finish('length'))).toEqual(chunk({}, 'length'));
});

test('a call is two chunks: what is called, and all of its arguments', () => {
  const chunks = new ChunkWriter(IDENTITY);
  const call = (text: string) => ({ id: 'call_1', type: 'function', function: { name: 'look', arguments: text } }) as const;
  expect(payload(chunks.role(null))).toEqual(chunk({ role: 'assistant', content: null, refusal: null }));
  fc.assert(
    fc.property(fc.nat(9), anyText, (index, text) => {
      const events = chunks.toolCall(index, call(text)).split('\n\n').slice(0, -1);
      expect(events.map((event) => payload(`${event}\n\n`))).toEqual([
        chunk({ tool_calls: [{ index, ...call('') }] }),
        ...(text === '' ? [] : [chunk({ tool_calls: [{ index, function: { arguments: text } }] })]),
      ]);
    }),
  );
});

test('with usage asked for, it is null in all but the last, which has no choice', () => {
  const chunks = new ChunkWriter({ ...IDENTITY, includeUsage: true });
  for (const event of [chunks.role(), chunks.content('x'), chunks.finish('stop')]) expect(payload(event)).toHaveProperty('usage', null);
  const usage = {
    prompt_tokens: 1,
    completion_tokens: 2,
    total_tokens: 3,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 1 },
  };
  expect(payload(chunks.usage(usage))).toMatchObject({ id: 'chatcmpl-1', choices: [], usage });
});

describe('any text', () => {
  test('is one event of valid JSON, and comes back as it went in', () => {
    const chunks = new ChunkWriter(IDENTITY);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(payload(chunks.content(text))).toEqual(chunk({ content: text }));
      }),
    );
  });

  test('survives the way over UTF-8, but for halves of pairs that stay apart', () => {
    const chunks = new ChunkWriter(IDENTITY);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sent = Buffer.from(chunks.content(text)).toString();
        expect(payload(sent)).toEqual(chunk({ content: text }));
      }),
    );
  });

  test('cut anywhere, also inside a character, is whole again', () => {
    const chunks = new ChunkWriter(IDENTITY);
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(40)), (text, cuts) => {
        const bounds = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
        const pieces = bounds.slice(1).map((end, index) => text.slice(bounds[index], end));
        const stream = pieces.map((piece) => chunks.content(piece)).join('');
        const events = Buffer.from(stream).toString().split('\n\n').slice(0, -1);
        const deltas = events.map((event) => JSON.parse(event.slice('data: '.length)).choices[0].delta.content);
        expect(deltas).toHaveLength(pieces.length);
        expect(deltas.join('')).toBe(text);
      }),
    );
  });

  test('in the name of a model too', () => {
    fc.assert(
      fc.property(anyText, (model) => {
        expect(payload(new ChunkWriter({ ...IDENTITY, model }).role()).model).toBe(model);
      }),
    );
  });
});

test('an error is an event of its own, a keepalive a comment, and the end a word', () => {
  const envelope = { error: { message: 'line\n\nbreak', type: 'server_error', code: 'worker_exited', retryable: true } };
  expect(payload(errorEvent(envelope))).toEqual(envelope);
  expect(KEEPALIVE).toBe(': keepalive\n\n');
  expect(DONE).toBe('data: [DONE]\n\n');
});
