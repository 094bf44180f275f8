import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MAX_BLOCK_CHARS, MAX_TAG_CHARS } from '../src/index.ts';
import { literal, recordingScanner, scanned } from './recording.ts';
import { anyText, characters, cut, pieceSizes } from './texts.ts';

const BLOCK = '<use_tool><name>now</name></use_tool>';

describe('text outside of blocks', () => {
  it('is passed on in the same call, as the same string', () => {
    const { scanner, found } = recordingScanner();
    scanner.push('no tag, ');
    expect(found).toEqual([['text', 'no tag, ']]);
    scanner.push('1 > 0 & 2');
    expect(found).toEqual([
      ['text', 'no tag, '],
      ['text', '1 > 0 & 2'],
    ]);
    expect(scanner.heldBackChars).toBe(0);
  });

  it.each(['a < b', 'a<b>c', '<<<<x', '<user>', '<use_tools>', '<use_tool/>', '<USE_TOOL>', '</use_tool>', '<use_toolx', '<use_tool <'])(
    'holds nothing of %j',
    (text) => {
      const { scanner, found } = recordingScanner();
      scanner.push(`${text}.`);
      expect(literal(found)).toBe(`${text}.`);
      expect(scanner.heldBackChars).toBe(0);
    },
  );

  it('is held back from the first character that may begin the tag, and no longer', () => {
    const { scanner, found } = recordingScanner();
    for (const character of 'a<use_too') scanner.push(character);
    expect(literal(found)).toBe('a');
    expect(scanner.heldBackChars).toBe('<use_too'.length);
    scanner.push('k');
    expect(literal(found)).toBe('a<use_took');
    expect(scanner.heldBackChars).toBe(0);
  });

  it('is released when the end shows that no tag comes', () => {
    expect(scanned(['see <use_', 'tool'])).toEqual([['text', 'see <use_tool']]);
    expect(scanned(['see <use_tool'], 0, 'disconnect')).toEqual([['text', 'see <use_tool']]);
  });

  it('is not held back by attributes without an end', () => {
    const { scanner, found } = recordingScanner();
    const text = `<use_tool ${'a'.repeat(MAX_TAG_CHARS)}`;
    for (const character of text) scanner.push(character);
    scanner.push('>');
    expect(literal(found)).toBe(`${text}>`);
    expect(found).not.toContainEqual(['started']);
  });
});

describe('a block', () => {
  it('comes in one piece, however it is cut', () => {
    expect(scanned([...characters(`a${BLOCK}b`)])).toEqual([['text', 'a'], ['started'], ['block', BLOCK], ['text', 'b']]);
  });

  it('may follow another at once', () => {
    expect(scanned([BLOCK + BLOCK])).toEqual([['started'], ['block', BLOCK], ['started'], ['block', BLOCK]]);
  });

  it.each(['<use_tool >x</use_tool>', '<use_tool\tname="a">x</use_tool>', '<use_tool>x</use_tool \n>', '<use_tool name="a" />'])(
    'may be %j',
    (block) => {
      expect(scanned([...characters(block)])).toEqual([['started'], ['block', block]]);
    },
  );

  it('is found in Markdown code too', () => {
    expect(scanned(['```xml\n', BLOCK, '\n```'])).toEqual([['text', '```xml\n'], ['started'], ['block', BLOCK], ['text', '\n```']]);
  });

  it('may hold tags in a CDATA section, which count for nothing', () => {
    const block = `<use_tool><name>save</name><text><![CDATA[${BLOCK}]] ]>]]]]></text></use_tool>`;
    expect(scanned([...characters(block)])).toEqual([['started'], ['block', block]]);
    expect(scanned([block])).toEqual([['started'], ['block', block]]);
  });

  it('may hold other markup and half tags', () => {
    const block = '<use_tool><p>1 < 2 </use_tools> </use <use <!-- <![CDAT ]]></p></use_tool x></use_tool>';
    expect(scanned([...characters(block)])).toEqual([['started'], ['block', block]]);
  });

  it('may be as long as allowed', () => {
    expect(scanned([...characters(BLOCK), '!'], BLOCK.length)).toEqual([['started'], ['block', BLOCK], ['text', '!']]);
  });
});

describe('a long block', () => {
  const bound = 1_048_576;
  const whole = `<use_tool>${'x'.repeat(bound - 21)}</use_tool>`;

  it('may have 1 MiB, tags included, where nothing else is said', () => {
    expect(whole).toHaveLength(bound);
    expect(scanned([whole]).map(([kind]) => kind)).toEqual(['started', 'block']);
    expect(scanned(cut(`${whole.slice(0, 20)}y${whole.slice(20)}`, [4_096]))[1]?.slice(0, 2)).toEqual(['aborted', 'too_long']);
  });

  it('takes not much more memory than its text, however short the pieces', () => {
    const collect = garbageCollector();
    const rigs = Array.from({ length: 4 }, () => recordingScanner());
    collect();
    const before = process.memoryUsage().heapUsed;
    for (const { scanner } of rigs) for (const character of whole.slice(0, -1)) scanner.push(character);
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * 3 * bound);
    for (const { scanner, found } of rigs) {
      scanner.push('>');
      expect(found.at(-1)?.[1]).toBe(whole);
    }
  });
});

describe('a block is given up', () => {
  it('when another opens in it, which may be whole', () => {
    expect(scanned([...characters(`<use_tool>a ${BLOCK}`)])).toEqual([
      ['started'],
      ['aborted', 'nested_open', 12],
      ['text', '<use_tool>a '],
      ['started'],
      ['block', BLOCK],
    ]);
  });

  it('when the text ends', () => {
    expect(scanned(['<use_tool><name>a', '</use_'])).toEqual([
      ['started'],
      ['aborted', 'unterminated', 23],
      ['text', '<use_tool><name>a</use_'],
    ]);
    expect(scanned(['<use_tool><![CDATA[', BLOCK, ']'])).toEqual([
      ['started'],
      ['aborted', 'unterminated', 57],
      ['text', `<use_tool><![CDATA[${BLOCK}]`],
    ]);
  });

  it('when the reader has gone', () => {
    expect(scanned(['<use_tool>a'], 0, 'disconnect')).toEqual([['started'], ['aborted', 'disconnect', 11], ['text', '<use_tool>a']]);
  });

  it('when it is too long, and the search goes on behind it', () => {
    expect(scanned([`<use_tool>${'a'.repeat(30)}${BLOCK}`], BLOCK.length)).toEqual([
      ['started'],
      ['aborted', 'too_long', 37],
      ['text', `<use_tool>${'a'.repeat(30)}`],
      ['started'],
      ['block', BLOCK],
    ]);
  });

  it('when it is too long and ends in half a tag, which may become a block', () => {
    const start = `<use_tool>${'a'.repeat(23)}`;
    expect(scanned([...characters(start), ...characters(BLOCK)], BLOCK.length)).toEqual([
      ['started'],
      ['aborted', 'too_long', 33],
      ['text', start],
      ['started'],
      ['block', BLOCK],
    ]);
  });

  it('when its open tag alone is longer than allowed', () => {
    expect(scanned(['<use_tool>', 'a', BLOCK], 5)).toEqual([
      ['started'],
      ['aborted', 'too_long', 10],
      ['text', '<use_tool>a'],
      ['started'],
      ['aborted', 'too_long', 10],
      ['text', BLOCK],
    ]);
  });

  it('by default at 1 MiB', () => {
    const { scanner, found } = recordingScanner();
    scanner.push('<use_tool>');
    const piece = 'a'.repeat(1024);
    for (let length = 10 + piece.length; length <= DEFAULT_MAX_BLOCK_CHARS; length += piece.length) scanner.push(piece);
    expect(found).toEqual([['started']]);
    scanner.push(piece);
    expect(found[1]).toEqual(['aborted', 'too_long', DEFAULT_MAX_BLOCK_CHARS]);
    expect(scanner.heldBackChars).toBe(0);
  });
});

describe('for any text', () => {
  const bound = fc.constantFrom(0, 1, 12, 40, 90, 300);

  it('what is reported is the input, and any cut reports the same', () => {
    fc.assert(
      fc.property(anyText, pieceSizes, bound, (text, sizes, max) => {
        const whole = scanned([text], max);
        expect(literal(whole)).toBe(text);
        expect(scanned(cut(text, sizes), max)).toEqual(whole);
        expect(scanned(characters(text), max)).toEqual(whole);
      }),
      { numRuns: 1500 },
    );
  });

  it('every block that starts is given out or given up, and without one the text is all there is', () => {
    fc.assert(
      fc.property(anyText, bound, fc.constantFrom('completed' as const, 'disconnect' as const), (text, max, end) => {
        const kinds = scanned([text], max, end).map(([kind]) => kind);
        const answers = kinds.filter((kind) => kind !== 'text').join(' ');
        expect(answers).toMatch(/^(started (block|aborted) ?)*$/);
        if (!text.includes('<use_tool')) expect(kinds).toEqual(text === '' ? [] : ['text']);
      }),
      { numRuns: 500 },
    );
  });

  it('no more is held back than a tag, or than the longest block', () => {
    fc.assert(
      fc.property(anyText, pieceSizes, fc.constantFrom(12, 40, 300), (text, sizes, max) => {
        const { scanner, found } = recordingScanner(max);
        for (const piece of cut(text, sizes)) {
          scanner.push(piece);
          const inBlock = found.findLast(([kind]) => kind !== 'text')?.[0] === 'started';
          expect(scanner.heldBackChars).toBeLessThan(inBlock ? Math.max(max, MAX_TAG_CHARS) + 1 : MAX_TAG_CHARS);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('without white space behind the name of a tag, no more than the name is held back', () => {
    fc.assert(
      fc.property(
        anyText.map((text) => text.replace(/<use_tool\s/g, '<use_tool>')),
        pieceSizes,
        (text, sizes) => {
          const { scanner, found } = recordingScanner();
          for (const piece of cut(text, sizes)) {
            scanner.push(piece);
            const inBlock = found.findLast(([kind]) => kind !== 'text')?.[0] === 'started';
            if (!inBlock) expect(scanner.heldBackChars).toBeLessThanOrEqual('<use_tool'.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a scanner is as new after the end', () => {
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        const { scanner, found } = recordingScanner();
        scanner.push(first);
        scanner.end('disconnect');
        const before = found.length;
        scanner.push(second);
        scanner.end('completed');
        const fresh = recordingScanner();
        fresh.scanner.push(second);
        fresh.scanner.end('completed');
        expect(found.slice(before)).toEqual(fresh.found);
      }),
      { numRuns: 200 },
    );
  });
});

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return () => {
    if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  };
}
