import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDeltaLine, parseDeltaLine } from '../../src/channel/delta-line.ts';

interface DeltaParams {
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
  readonly delta: string;
}

const METHOD = 'item/agentMessage/delta';

/** As the worker writes it: these keys, in this order. */
function frame(params: DeltaParams, emittedAtMs?: number): string {
  return JSON.stringify({ method: METHOD, params, ...(emittedAtMs === undefined ? {} : { emittedAtMs }) });
}

/** What a reader that knows nothing but JSON finds in the line. */
function parsed(line: string): unknown {
  const { params } = JSON.parse(line);
  return { threadId: params.threadId, itemId: params.itemId, text: params.delta };
}

const id = fc.oneof(fc.uuid(), fc.stringMatching(/^[\w-]{1,20}$/));
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const plain: DeltaParams = { threadId: 'thr-1', turnId: 'turn_1', itemId: 'msg_1', delta: 'Hello, “world” <a> 1000' };

test('whatever it reads is what JSON.parse reads', () => {
  const params = fc.record({
    threadId: fc.oneof(id, anyText),
    turnId: fc.oneof(id, anyText),
    itemId: fc.oneof(id, anyText),
    delta: anyText,
  });
  fc.assert(
    fc.property(params, fc.option(fc.maxSafeInteger(), { nil: undefined }), (some, emittedAtMs) => {
      const line = frame(some, emittedAtMs);
      const delta = parseDeltaLine(line);
      if (delta !== undefined) expect(delta).toEqual(parsed(line));
    }),
    { numRuns: 5_000 },
  );
});

test('whatever it reads of a damaged line is what JSON.parse reads', () => {
  const damage = fc.record({
    at: fc.nat({ max: 180 }),
    remove: fc.nat({ max: 3 }),
    insert: fc.constantFrom('', '"', '\\', '}', '{', ',', '0', '\n', 'x', ' '),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(frame(plain), frame(plain, 10), frame(plain, 0)),
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      (whole, damages) => {
        let line = whole;
        for (const { at, remove, insert } of damages) line = line.slice(0, at) + insert + line.slice(at + remove);
        const delta = parseDeltaLine(line);
        if (delta !== undefined) expect(delta).toEqual(parsed(line));
      },
    ),
    { numRuns: 20_000 },
  );
});

test.each([
  ['with a time', frame(plain, 1_763_692_203_194)],
  ['without a time', frame(plain)],
  ['of characters that need no escape', frame({ ...plain, delta: '“€” 🙂 \u2028 \u007f / \uFEFF' })],
  ['that is empty', frame({ ...plain, delta: '' })],
])('reads a delta %s without JSON.parse', (_, line) => {
  expect(isDeltaLine(line)).toBe(true);
  expect(parseDeltaLine(line)).toEqual(parsed(line));
});

test.each([
  ['a quote', frame({ ...plain, delta: 'say "hi"' })],
  ['a backslash', frame({ ...plain, delta: 'a\\b' })],
  ['a line end', frame({ ...plain, delta: 'a\nb' })],
  ['a control character', frame({ ...plain, delta: 'a\u0000b' })],
  ['an escape that was not needed', frame(plain).replace('Hello', '\\u0048ello')],
  ['an escape in an id', frame({ ...plain, threadId: 'a"b' })],
  ['keys in another order', JSON.stringify({ method: METHOD, params: { delta: 'x', itemId: 'i', turnId: 'u', threadId: 't' } })],
  ['one more parameter', JSON.stringify({ method: METHOD, params: { ...plain, extra: 1 } })],
  ['one more key', JSON.stringify({ method: METHOD, params: plain, jsonrpc: '2.0' })],
  ['an id, which makes it a request', JSON.stringify({ method: METHOD, params: plain, id: 1 })],
  ['white space', ` ${frame(plain)}`],
  ['a time that is no number', `${frame(plain).slice(0, -1)},"emittedAtMs":01}`],
  ['a raw control character, which is not JSON', frame(plain).replace('Hello', '\u0001')],
])('leaves a line with %s to JSON.parse', (_, line) => {
  expect(parseDeltaLine(line)).toBeUndefined();
});

test('other methods are no delta lines', () => {
  expect(isDeltaLine('{"method":"item/agentMessage/deltas"}')).toBe(false);
  expect(isDeltaLine(JSON.stringify({ method: 'turn/completed', params: {} }))).toBe(false);
});

test('a delta of tens of megabytes is read', () => {
  const text = 'x'.repeat(40_000_000);
  expect(parseDeltaLine(frame({ ...plain, delta: text }))?.text).toHaveLength(text.length);
  expect(parseDeltaLine(frame({ ...plain, delta: `${text}\n` }))).toBeUndefined();
});
