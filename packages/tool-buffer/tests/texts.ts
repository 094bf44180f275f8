import fc from 'fast-check';

/** What a scanner could stumble over. */
const FRAGMENTS = [
  ...['<use_tool>', '</use_tool>', '<use_tool', '</use_tool', '<use_tool ', '<use_tool name="a">', '<use_tool name="b"/>', '<use_tools>'],
  ...['</use_tool \n>', '</use_tools>', '<', '>', '</', '<u', '<use_', '/', 'use_tool', '<use_tool/>', '<USE_TOOL>'],
  ...['<![CDATA[', '<![CDA', ']]>', ']', ']]', '<!--', '-->', '<!'],
  ...['<name>', 'look_up', '</name>', '<city>', 'Oslo', '</city>', '<args>', '{"a":1}', '</args>'],
  ...['&lt;', '&#65;', '&#x1F600;', '&amp;amp;', '&', '"', "'", '`', '```xml\n', '\n', ' ', '\t'],
  ...['é', '漢', '😀', '\ud83d', '\ude00', '\u0000', 'a<b>c', 'words and more words ', ' '.repeat(300), '<use_tool <use_tool x'],
  ...['<use_tool><name>now</name></use_tool>', '<use_tool>\n  <name>look_up</name>\n  <city>Oslo &amp; Ås</city>\n</use_tool>'],
  ...['<use_tool><name>save</name><text><![CDATA[</use_tool><use_tool>]]></text></use_tool>'],
];

export const anyText = fc
  .array(
    fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...FRAGMENTS) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...FRAGMENTS), fc.nat(30)).map(([fragment, times]) => fragment.repeat(times)) },
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** Sizes of the pieces into which a text is cut, over and over. */
export const pieceSizes = fc
  .array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 })
  .filter((sizes) => sizes.some((size) => size > 0));

export function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

/** One UTF-16 unit a piece: surrogates come apart, too. */
export function characters(text: string): string[] {
  return cut(text, [1]);
}
