import { ERROR_CODES, errorEnvelope, errorEnvelopeSchema } from '@codex-proxy/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HttpError } from '../../src/http/errors.ts';
import { ignoredParameters } from '../../src/openai/parameters.ts';
import { parseChatRequest, toTurnRequest } from '../../src/openai/parse-request.ts';

const user = { role: 'user', content: 'hi' };
const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"x"}' } };
const tool = {
  type: 'function',
  function: { name: 'look', description: 'looks', parameters: { type: 'object', properties: { at: { type: 'string' } } } },
};

/** Requests that are accepted, of all that requests are made of. */
const GOOD: readonly object[] = [
  { model: 'm', messages: [user] },
  {
    model: 'm',
    messages: [
      { role: 'system', content: 'be' },
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
    ],
    stream: true,
  },
  {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } }] }],
  },
  {
    model: 'm',
    messages: [user, { role: 'assistant', content: null, tool_calls: [call] }, { role: 'tool', tool_call_id: 'call_1', content: 'ok' }],
  },
  {
    model: 'm',
    messages: [user],
    tools: [tool],
    tool_choice: { type: 'function', function: { name: 'look' } },
    parallel_tool_calls: false,
  },
  { model: 'm', messages: [user], response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } } },
  { model: 'm', messages: [user], stream: true, stream_options: { include_usage: true }, reasoning_effort: 'low', temperature: 1, n: 1 },
];

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    '',
    '\ud800',
    '__proto__',
    'tool',
    'auto',
    -1,
    1e308,
    [],
    {},
    [[]],
    'x'.repeat(70),
    { type: 'function' },
    { role: 'tool' },
  ),
);
const change = fc.record({ at: fc.nat(60), how: fc.constantFrom('replace', 'remove', 'repeat', 'add'), value: odd });

/** A good request of which up to three places were changed. */
const body = fc
  .tuple(fc.constantFrom(...GOOD), fc.array(change, { maxLength: 3 }))
  .map(([good, changes]) =>
    changes.reduce<unknown>((sent, { at, how, value }) => changed(sent, at, how, structuredClone(value)), structuredClone(good)),
  );

type Container = Record<string, unknown> | unknown[];

function changed(sent: unknown, at: number, how: string, value: unknown): unknown {
  const places: [Container, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const container = node as Container;
    for (const [key, inner] of Object.entries(container)) {
      places.push([container, key]);
      walk(inner);
    }
  };
  walk(sent);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return sent;
  const [container, key] = place;
  if (Array.isArray(container)) {
    const index = Number(key);
    if (how === 'remove') container.splice(index, 1);
    else if (how === 'repeat') container.push(structuredClone(container[index]));
    else container[index] = value;
  } else if (how === 'remove') Reflect.deleteProperty(container, key);
  else if (how === 'add') Object.defineProperty(container, 'extra', { value, enumerable: true, configurable: true, writable: true });
  else container[key] = value;
  return sent;
}

/** The turn that comes of a body, or why none does; anything else that is thrown is a defect. */
function outcome(sent: unknown): { readonly refused?: HttpError } {
  try {
    toTurnRequest(parseChatRequest(sent));
    ignoredParameters(parseChatRequest(sent));
    return {};
  } catch (error) {
    if (error instanceof HttpError) return { refused: error };
    throw error;
  }
}

describe('any body at all', () => {
  test('becomes a turn or a clear refusal, and is not changed', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: body }, odd), (sent) => {
        const before = JSON.stringify(sent);
        const { refused } = outcome(sent);
        expect(JSON.stringify(sent)).toBe(before);
        if (refused === undefined) accepted += 1;
        else {
          expect(ERROR_CODES[refused.code].status).toBe(400);
          errorEnvelopeSchema.parse(errorEnvelope(refused.code, refused.message, refused.param));
          expect(refused.message.length).toBeLessThan(1_000);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test('is judged alike twice', () => {
    fc.assert(
      fc.property(body, (sent) => {
        expect(outcome(structuredClone(sent)).refused?.message).toBe(outcome(sent).refused?.message);
      }),
    );
  });
});
