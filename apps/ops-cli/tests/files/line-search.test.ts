import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSearch } from '../../src/files/line-search.ts';

interface Hit {
  readonly text: string;
  readonly offset: number;
}

/** What a file is searched for in one extent of it, read in pieces of these sizes. */
function search(bytes: Buffer, extent: { from: number; to: number }, sizes: readonly number[], needles = ['whale', 'krill']): Hit[] {
  const hits: Hit[] = [];
  const lines = new LineSearch({ needles, onLine: (line, offset) => hits.push({ text: line.toString(), offset }) });
  let position = lines.begin(extent);
  for (let turn = 0; position < bytes.length && !lines.isDone; turn += 1) {
    const piece = bytes.subarray(position, position + (sizes[turn % sizes.length] ?? 1));
    piece.copy(lines.space);
    lines.took(piece.length);
    position += piece.length;
  }
  const last = lines.end();
  return last === undefined ? hits : [...hits, { text: last.line.toString(), offset: last.offset }];
}

function expected(bytes: Buffer): Hit[] {
  let offset = 0;
  return bytes
    .toString()
    .split('\n')
    .flatMap((text) => {
      const hit = { text, offset };
      offset += Buffer.byteLength(text) + 1;
      return /whale|krill/.test(text) ? [hit] : [];
    });
}

const line = fc
  .array(fc.constantFrom('whale', 'krill', 'wha', 'le', 'é', ' ', '"', 'kri'), { maxLength: 6 })
  .map((words) => words.join(''));
const file = fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(lines.join('\n')));
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

it('finds the lines that a search of the whole text finds, however it is cut', () => {
  fc.assert(
    fc.property(file, sizes, (bytes, cuts) => {
      expect(search(bytes, { from: 0, to: Number.POSITIVE_INFINITY }, cuts)).toEqual(expected(bytes));
    }),
  );
});

it('extents that share a file find each line once', () => {
  fc.assert(
    fc.property(file, sizes, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }), (bytes, cuts, borders) => {
      const edges = [0, ...new Set(borders.toSorted((a, b) => a - b)), Number.POSITIVE_INFINITY];
      const hits = edges.slice(1).flatMap((to, index) => search(bytes, { from: edges[index] ?? 0, to }, cuts));
      expect(hits).toEqual(expected(bytes));
    }),
  );
});

it('a line that is too long is skipped and counted, and the next one found', () => {
  const hits: string[] = [];
  const lines = new LineSearch({ needles: ['whale'], onLine: (found) => hits.push(found.toString()), maxLineBytes: 10 });
  lines.begin({ from: 0, to: Number.POSITIVE_INFINITY });
  lines.push(Buffer.from(`whale ${'x'.repeat(3_000_000)} whale\na whale\nwhale ${'y'.repeat(3_000_000)}`));
  expect(hits).toEqual(['a whale']);
  expect(lines.end()).toBeUndefined();
  expect(lines.skipped).toBe(2);
});
