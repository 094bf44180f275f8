import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJsonExtentReader, type JsonExtent } from '../src/redact/json-extent.ts';

function extentOf(text: string): JsonExtent {
  return createJsonExtentReader().read(text);
}

const document = fc
  .tuple(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2))
  .map(([json, indent]) => JSON.stringify([JSON.parse(json), { last: 1 }], null, indent));

describe('the extent of a JSON document', () => {
  it('is open until its last bracket, and whole there', () => {
    fc.assert(
      fc.property(document, fc.nat(), (text, cut) => {
        const at = cut % text.length;
        const reader = createJsonExtentReader();
        expect(reader.read(text.slice(0, at))).toBe('open');
        expect(reader.read(text.slice(at))).toBe('whole');
        expect(reader.read(' \r\n')).toBe('whole');
        expect(reader.read('{')).toBe('none');
      }),
    );
  });

  it('is none as soon as no document can begin so', () => {
    const refused = [
      '{a',
      '{1',
      '[a:',
      '{"a" 1',
      '{"a":1 "b"',
      '[1 2',
      '[1,]',
      '{"a":1,}',
      '[}',
      '{]',
      '{"a\n',
      '[[1]]]',
      '[true,,',
      '{"a"}',
      '[1"',
    ];
    for (const text of refused) expect([text, extentOf(text)]).toEqual([text, 'none']);
  });

  it('is never none for what the parser reads', () => {
    for (const text of ['[]', '{}', '[{}]', '{"a":[]}', '[-1.5E+3, null,\ttrue ]', String.raw`["\"\\"]`])
      expect(extentOf(text)).toBe('whole');
  });

  it('ends where brackets nest beyond reason', () => {
    expect(extentOf('['.repeat(500))).toBe('open');
    expect(extentOf('['.repeat(5000))).toBe('none');
  });
});
