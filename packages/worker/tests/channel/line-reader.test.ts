import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../src/channel/line-reader.ts';

type Seen = readonly ['line', string, number] | readonly ['too long', number];

const NEWLINE = 0x0a;
const MAX_LINE_BYTES = 12;

/** Any bytes, rich in line ends, in characters of several bytes, and in halves of them. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constant(Buffer.from('\n')),
      fc.string({ unit: 'binary', maxLength: 6 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 8 }).map((some) => Buffer.from(some)),
    ),
  )
  .map((parts) => Buffer.concat(parts));

const cuts = fc.array(fc.nat({ max: 120 }), { maxLength: 12 });

function chunksOf(whole: Buffer, at: readonly number[]): Buffer[] {
  const edges = [0, ...at.filter((edge) => edge <= whole.length).sort((a, b) => a - b), whole.length];
  return edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
}

/** What must come of `whole`, by the simplest means. */
function expected(whole: Buffer): Seen[] {
  const seen: Seen[] = [];
  let start = 0;
  while (start < whole.length) {
    const newline = whole.indexOf(NEWLINE, start);
    const line = whole.subarray(start, newline === -1 ? whole.length : newline);
    if (line.length > MAX_LINE_BYTES) seen.push(['too long', line.length]);
    else if (line.length > 0) seen.push(['line', line.toString('utf8'), line.length]);
    start += line.length + 1;
  }
  return seen;
}

function readInto(seen: Seen[], maxLineBytes = MAX_LINE_BYTES): LineReader {
  return new LineReader({
    maxLineBytes,
    onLine: (line, size) => seen.push(['line', line, size]),
    onTooLong: (size) => seen.push(['too long', size]),
  });
}

test('any chunking of any bytes gives the same lines, the same sizes and the same long lines', () => {
  fc.assert(
    fc.property(bytes, cuts, (whole, at) => {
      const seen: Seen[] = [];
      const reader = readInto(seen);
      for (const chunk of chunksOf(whole, at)) reader.push(chunk);
      reader.end();
      expect(seen).toEqual(expected(whole));
    }),
    { numRuns: 2_000 },
  );
});

test('it never holds more than the longest line', () => {
  fc.assert(
    fc.property(bytes, cuts, (whole, at) => {
      const reader = readInto([]);
      for (const chunk of chunksOf(whole, at)) {
        reader.push(chunk);
        expect(reader.heldBytes).toBeLessThanOrEqual(MAX_LINE_BYTES);
      }
      reader.end();
      expect(reader.heldBytes).toBe(0);
    }),
  );
});

test('a character that is split over reads stays whole', () => {
  const seen: Seen[] = [];
  const reader = readInto(seen);
  for (const byte of Buffer.from('a€🙂\n')) reader.push(Buffer.from([byte]));
  expect(seen).toEqual([['line', 'a€🙂', 8]]);
});

test('a line is cut at line feeds only', () => {
  const seen: Seen[] = [];
  const reader = readInto(seen, 100);
  reader.push(Buffer.from('\uFEFFa\u2028b\u2029c\u0085d\r\n\n\n'));
  expect(seen).toEqual([['line', '\uFEFFa\u2028b\u2029c\u0085d\r', 16]]);
});

test('a line longer than the limit is skipped whole, however long, and the next is read', () => {
  const seen: Seen[] = [];
  const reader = readInto(seen);
  for (let at = 0; at < 1_000; at += 1) reader.push(Buffer.alloc(1_000, 'x'));
  expect(reader.heldBytes).toBe(0);
  reader.push(Buffer.from('y\nshort\n'));
  expect(seen).toEqual([
    ['too long', 1_000_001],
    ['line', 'short', 5],
  ]);
});

test('an unfinished line is a line when the stream ends', () => {
  const seen: Seen[] = [];
  const reader = readInto(seen);
  reader.push(Buffer.from('one\ntw'));
  reader.push(Buffer.from('o'));
  reader.end();
  reader.end();
  expect(seen).toEqual([
    ['line', 'one', 3],
    ['line', 'two', 3],
  ]);
});
