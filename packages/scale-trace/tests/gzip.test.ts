import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { crc32, gunzipSync } from 'node:zlib';
import { ArchiveError } from '@codex-proxy/scale-trace';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { framed, unframed } from '../src/gzip/frame.ts';
import { GzipThread } from '../src/gzip/gzip-thread.ts';
import { listen } from '../src/gzip/listen.ts';
import type { Bytes } from '../src/gzip/memory.ts';
import type { FromGzip, ToGzip } from '../src/gzip/messages.ts';
import { deflate, inflate, toPieces } from '../src/gzip/pieces.ts';
import { rejection } from './fixtures/agent-logs.ts';

const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);
const join = (pieces: readonly Bytes[]): Buffer => Buffer.concat(pieces);

function newThread(): GzipThread {
  const thread = new GzipThread();
  onTestFinished(() => thread.end());
  return thread;
}

async function* each<T>(...values: T[]): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

/** Copies: what is given is there until the next one is asked for. */
async function collect(pieces: AsyncIterable<Bytes>): Promise<Bytes[]> {
  const all: Bytes[] = [];
  for await (const piece of pieces) all.push(new Uint8Array(piece));
  return all;
}

/** Texts that repeat what came long before, as rows do, of any length. */
const texts = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 20_000 })).map(([text, times]) => text.repeat(times)),
  ),
  { maxLength: 12 },
);

test('whatever the pieces, they are one gzip file, and each is found again', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (pieces) => {
      const given = pieces.map((text) => new Uint8Array(Buffer.from(text)));
      const whole = join(given);
      const content = { bytes: whole.length, crc32: crc32(whole) };
      const file = await collect(framed(each(...given.map((bytes) => new Uint8Array(deflate(bytes)))), content));
      expect(gunzipSync(join(file)).equals(whole)).toBe(true);
      const found = (await collect(unframed(each(...file)))).map((piece) => new Uint8Array(inflate(piece)));
      expect(found).toEqual(given);
    }),
    { numRuns: 60 },
  );
});

test('chunks are joined in order, whatever they are, to pieces of a megabyte or more, but for the last', async () => {
  const MIB = 1_048_576;
  const chunks = fc.array(fc.tuple(fc.integer({ min: 1, max: 1.5 * MIB }), fc.integer({ max: 255, min: 0 })), {
    minLength: 1,
    maxLength: 9,
  });
  await fc.assert(
    fc.asyncProperty(chunks, async (sizes) => {
      const given = sizes.map(([length, value]) => new Uint8Array(length).fill(value));
      const pieces = await collect(toPieces(each(...given.map((bytes) => new Uint8Array(bytes)))));
      expect(join(pieces).equals(join(given))).toBe(true);
      expect(pieces.every(({ length }) => length > 0)).toBe(true);
      expect(pieces.slice(0, -1).every(({ length }) => length >= MIB)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('the length of what is larger than 4 GiB is its lower half', async () => {
  const [, trailer = new Uint8Array()] = await collect(framed(each(), { bytes: 2 ** 32 + 5, crc32: 7 }));
  expect([...trailer]).toEqual([3, 0, 7, 0, 0, 0, 5, 0, 0, 0]);
});

test('a thread does the same in the order of the pieces', async () => {
  const thread = newThread();
  const given = Array.from({ length: 20 }, (_, at) => bytesOf(`row ${at} `.repeat(5_000)));
  const deflated = await collect(thread.deflate(each(...given.map((bytes) => new Uint8Array(bytes)))));
  expect(await collect(thread.inflate(each(...deflated)))).toEqual(given);
});

test('it takes the memory of what it is given, and gives its own only until the next piece', async () => {
  const [given, small] = [new Uint8Array(200_000), Buffer.from('shared')];
  const pieces = newThread().deflate(each(given, small as Bytes));
  const { value: first } = await pieces.next();
  expect([given.length, small.toString(), first!.length > 0]).toEqual([0, 'shared', true]);
  await pieces.next();
  expect(first).toHaveLength(0);
});

test('what was not deflated is damaged, and what comes after it is answered all the same', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  listen(port2);
  const ask = async (message: ToGzip): Promise<FromGzip> => {
    const answer = once(port1, 'message');
    port1.postMessage(message);
    return (await answer)[0];
  };
  expect(await ask({ task: 'inflate', bytes: bytesOf('none') })).toMatchObject({ kind: 'failed', failure: { code: 'archive_damaged' } });
  const done = await ask({ task: 'deflate', bytes: bytesOf('a row') });
  expect(done.kind === 'done' && Buffer.from(inflate(done.bytes)).toString()).toBe('a row');
});

test('a failure comes where the pipeline is, and whoever has given up hears of none', async () => {
  const thread = newThread();
  const { code, message } = await rejection(collect(thread.inflate(each(bytesOf('a'), bytesOf('none'), bytesOf('c')))));
  expect([code, message]).toEqual(['archive_damaged', expect.stringContaining('Z_')]);
  expect(await collect(thread.deflate(each(bytesOf('on'))))).toHaveLength(1);
});

test('a thread that was ended does nothing any more', async () => {
  const thread = newThread();
  await thread.end();
  await expect(collect(thread.deflate(each(bytesOf('late'))))).rejects.toThrow(ArchiveError);
  await thread.end();
});
