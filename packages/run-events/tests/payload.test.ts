import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUN_EVENT_TYPES, type RunEventTypeName } from '@codex-proxy/contracts';
import { errorPayload } from '@codex-proxy/run-events';
import { openStateDatabaseReadOnly } from '@codex-proxy/state-db';
import { openStore, sharedStores, type OpenStore } from './fixtures/store.ts';

const shared = sharedStores();
const RUN = 'req_a';

function gitHubToken(): string {
  return `ghp_${randomBytes(18).toString('hex')}`;
}

async function stored({ store }: OpenStore, payload: unknown, type: RunEventTypeName = 'note') {
  const result = await store.appendRunEvent(RUN, { type, payload });
  if (!result.stored) throw new Error(result.reason);
  const { events } = await store.listRunEvents(RUN, { afterId: result.id - 1, limit: 1 });
  return events[0]!;
}

describe('a payload is always JSON:', () => {
  const cycle: Record<string, unknown> = { name: 'a' };
  cycle['self'] = cycle;
  const deep: unknown[] = [];
  for (let depth = 0, inner = deep; depth < 3_000; depth += 1) inner.push((inner = []));

  test.each<[what: string, payload: unknown, expected: unknown]>([
    ['nothing', undefined, {}],
    ['null', null, null],
    ['a text', 'text', 'text'],
    ['a function', () => 1, '[function]'],
    ['a symbol', Symbol('s'), '[symbol]'],
    ['a BigInt', { count: 12n }, { count: '12' }],
    ['a cycle', cycle, { name: 'a', self: '[circular]' }],
    ['undefined fields', { a: undefined, b: 1 }, { b: 1 }],
    ['a toJSON that throws', { a: { toJSON: () => JSON.parse('{') } }, { a: '[unreadable]' }],
    ['a toJSON in what JSON cannot write', { a: { toJSON: () => 'form' }, b: 1n }, { a: 'form', b: '1' }],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no');
        },
        b: [1n, null, true],
      },
      { a: '[unreadable]', b: ['1', null, true] },
    ],
    ['an object that cannot be asked', new Proxy({}, { ownKeys: () => JSON.parse('{') }), '[unreadable]'],
    ['unpaired surrogates', { a: '\ud800' }, { a: '\ud800' }],
    ['a long text beside what JSON cannot write', { a: 'x'.repeat(2_000_000), b: 1n }, { a: '[2000000 characters]', b: '1' }],
  ])('%s', async (_what, payload, expected) => {
    expect((await stored(await shared(), payload)).payload).toEqual(expected);
  });

  test('what is nested without end is cut', async () => {
    const open = await shared();
    expect(JSON.stringify((await stored(open, deep)).payload)).toContain('[redacted:depth]');
    expect(JSON.stringify((await stored(open, [1n, deep])).payload)).toContain('[too deep]');
  });

  test('what has too many values is cut', async () => {
    const payload = [1n, ...Array.from({ length: 150_000 }, () => ({}))];
    const event = await stored(await shared({ maxPayloadBytes: 4_000_000 }), payload);
    expect(JSON.stringify(event.payload)).toContain('[too many]');
  });

  test('anything at all', async () => {
    const open = await openStore({ maxPayloadBytes: 2_000, content: 'preview' });
    await fc.assert(
      fc.asyncProperty(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
        async (payload) => {
          const result = await open.store.appendRunEvent(RUN, { type: 'note', payload });
          expect(result.stored).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    const database = openStateDatabaseReadOnly(open.path);
    expect(database.prepare('SELECT max(length(CAST(payload_json AS BLOB))) FROM run_events').pluck().get()).toBeLessThanOrEqual(2_000);
    database.close();
  });
});

describe('redaction', () => {
  test.each(['none', 'preview'] as const)('with content %s takes secrets out before anything is stored', async (content) => {
    const open = await openStore({ content });
    const secret = gitHubToken();
    const event = {
      type: 'note',
      correlation_id: `c ${secret}`,
      source: `s ${secret}`,
      payload: { detail: `the token is ${secret}.`, deep: [{ password: secret }] },
    } as const;
    await open.store.appendRunEvent(RUN, event);
    open.store.startRun({ runId: 'req_b', model: secret });
    await open.store.flush();
    await open.stateDb.close();
    const bytes = readFileSync(open.path);
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes('[redacted:')).toBe(true);
  });

  test('without content keeps lengths alone', async () => {
    const { payload } = await stored(await shared(), {
      text: 'what the customer wrote',
      text_chars: 23,
      text_preview: 'what the customer wrote',
      files: [{ diff_preview: 'x', path: 'a.ts' }],
    });
    expect(payload).toEqual({ text: '[redacted:content:string:23]', text_chars: 23, files: [{ path: 'a.ts' }] });
  });

  test('with previews keeps the beginning of a text, cut after it was redacted', async () => {
    const open = await shared({ content: 'preview' });
    const short = await stored(open, { text_preview: 'short', text_chars: 5 });
    expect(short.payload).toEqual({ text_preview: 'short', text_chars: 5 });
    expect((await stored(open, { text_preview: 'without a length' })).payload).toEqual({ text_preview: 'without a length' });
    const secret = gitHubToken();
    const long = 'word '.repeat(400) + secret + ' word'.repeat(400);
    const { text_preview: preview } = (await stored(open, { text_preview: long, text_chars: long.length })).payload as {
      text_preview: string;
    };
    expect(preview.length).toBeLessThanOrEqual(2_048);
    expect(preview).toContain('[redacted:github_token]');
    expect(preview.endsWith('…')).toBe(true);
  });

  test('shows no half of a secret that a cut went through', async () => {
    const open = await shared({ content: 'preview' });
    const secret = gitHubToken();
    for (const at of [1, 8, 20, 39]) {
      const event = await stored(open, { output_preview: `see ${secret.slice(0, at)}`, output_chars: 100_000 });
      const { output_preview: preview } = event.payload as { output_preview: string };
      if (at > 4) expect(preview).not.toContain(secret.slice(0, 6));
      expect(preview.endsWith('…')).toBe(true);
    }
  });

  test('follows the rules of the operator', async () => {
    const open = await shared({
      redaction: {
        rules: [{ id: 'ticket', description: '', pattern: { literals: ['TCK-'], expression: /TCK-\d{6}/y } }],
        secretKeys: ['launch_code'],
      },
    });
    expect((await stored(open, { about: 'TCK-123456', launch_code: 'go' })).payload).toEqual({
      about: '[redacted:ticket]',
      launch_code: '[redacted:secret]',
    });
  });
});

describe('truncation', () => {
  const bytesOf = (payload: unknown): number => Buffer.byteLength(JSON.stringify(payload));

  test.each<[what: string, payload: unknown]>([
    ['a long text', { note: 'ab '.repeat(50_000) }],
    ['a long text of wide characters', { note: '漢字 '.repeat(30_000) }],
    ['an array of floats', { embedding: Array.from({ length: 20_000 }, (_, at) => at / 7) }],
    ['an array of texts', Array.from({ length: 5_000 }, (_, at) => `text number ${at}`)],
    ['many keys', Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`key${at}`, at]))],
    ['keys that are numbers', Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [at, at]))],
    ['one long key', { ['k'.repeat(70_000)]: 1 }],
    ['arrays in arrays', Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => 'abc'))],
    ['a text alone', 'ab '.repeat(50_000)],
  ])('of %s keeps the event, says so, and how large it was', async (_what, payload) => {
    const event = await stored(await shared({ content: 'preview' }), payload);
    expect(event.truncated).toBe(true);
    expect(Object.keys(event.payload as object)).toContain('_truncated');
    expect((event.payload as { _truncated: unknown })._truncated).toEqual({ bytes: bytesOf(payload) });
    expect(bytesOf(event.payload)).toBeLessThanOrEqual(65_536);
  });

  test('marks what was cut', async () => {
    const { payload } = await stored(await shared({ maxPayloadBytes: 1_000 }), {
      words: 'ab '.repeat(1_000),
      numbers: Array.from({ length: 1_000 }, (_, at) => at),
    });
    expect(payload).toMatchObject({
      words: expect.stringMatching(/… \[\+\d+\]$/),
      numbers: expect.arrayContaining([expect.stringMatching(/^\[\+\d+ items\]$/)]),
    });
  });

  test('keeps a payload that just fits as it is', async () => {
    const open = await shared({ content: 'preview', maxPayloadBytes: 300 });
    const fits = { a: 'ab '.repeat(97) };
    expect(bytesOf(fits)).toBe(299);
    expect(await stored(open, fits)).toMatchObject({ truncated: false, payload: fits });
    expect(await stored(open, { a: `${fits.a}ab` })).toMatchObject({ truncated: true });
  });

  test('of what is larger than 4 MB keeps its size alone', async () => {
    const payload = { note: 'x'.repeat(5_000_000) };
    const event = await stored(await shared(), payload);
    expect(event).toMatchObject({ truncated: true, payload: { _truncated: { bytes: bytesOf(payload) } } });
  });

  test('cannot be claimed by who appends', async () => {
    expect(await stored(await shared(), { _truncated: { bytes: 1 }, a: 1 })).toMatchObject({ truncated: false, payload: { a: 1 } });
  });

  test('never makes more of a payload than its size, however little is allowed', async () => {
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`${'k'.repeat(100)}${at}`, 'ab '.repeat(100)]));
    expect((await stored(await shared({ maxPayloadBytes: 1 }), wide)).payload).toEqual({ _truncated: { bytes: bytesOf(wide) } });
  });
});

describe('whatever was thrown', () => {
  test.each<[what: string, thrown: unknown, expected: object]>([
    ['an error', new TypeError('broken'), { name: 'TypeError', message: 'broken', stack: expect.stringContaining('broken') }],
    ['an error with a code', Object.assign(new Error('gone'), { code: 'ENOENT' }), { name: 'Error', message: 'gone', code: 'ENOENT' }],
    ['an error with a number for a code', { message: 'gone', code: -32001 }, { name: 'object', message: 'gone', code: '-32001' }],
    [
      'an error with causes',
      new Error('a', { cause: new Error('b', { cause: 'c' }) }),
      {
        causes: [
          { name: 'Error', message: 'b' },
          { name: 'string', message: 'c' },
        ],
      },
    ],
    ['a text', 'no such thing', { name: 'string', message: 'no such thing' }],
    ['nothing', undefined, { name: 'undefined', message: 'undefined' }],
    ['null', null, { name: 'object', message: 'null' }],
    ['an object', { reason: 7 }, { name: 'object', message: '{"reason":7}' }],
    ['a function', () => 1, { name: 'function', message: '"[function]"' }],
    ['an object that throws', new Proxy({}, { get: () => JSON.parse('{') }), { name: 'object' }],
  ])('is the payload of an error: %s', (_what, thrown, expected) => {
    const payload = errorPayload(thrown);
    expect(payload).toMatchObject(expected);
    expect(RUN_EVENT_TYPES.error.payload.safeParse(payload).success).toBe(true);
  });

  test('can be appended as it is', async () => {
    const open = await shared();
    expect((await stored(open, new RangeError('too far'), 'error')).payload).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect((await stored(open, 'plain', 'error')).payload).toMatchObject({ name: 'string', message: 'plain' });
    expect((await stored(open, { message: 'own form', detail: 1 }, 'error')).payload).toEqual({ message: 'own form', detail: 1 });
    expect((await stored(open, ['a list'], 'error')).payload).toEqual(['a list']);
    expect((await stored(open, undefined, 'error')).payload).toEqual({});
  });

  test('keeps the beginning of its message and of its stack', async () => {
    const error = new Error('word '.repeat(2_000));
    const { payload } = await stored(await shared(), Object.assign(error, { code: 'E' }), 'error');
    expect((await stored(await shared(), { message: error.message, status: 500 }, 'error')).payload).toMatchObject({ status: 500 });
    const { message, stack } = payload as { message: string; stack: string };
    expect(message).toHaveLength(2_047);
    expect(stack).toHaveLength(4_095);
  });

  test('is cut where causes go round', () => {
    const error = new Error('round');
    error.cause = error;
    expect(errorPayload(error).causes).toHaveLength(4);
  });
});
