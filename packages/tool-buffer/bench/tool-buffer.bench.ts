import { parseToolBlock, ToolBlockScanner, ToolTextStream } from '../src/index.ts';
import { createHtmlparser2, createNaive, type Peer } from './peers.ts';
import { megabytesPerSecond, renderTable } from './timing.ts';

const LENGTH = 512 * 1024;
const PROSE = 'The worker answered with status 200 after 5 seconds, and the client read on; 3 > 2 & so forth. ';
const SMALL_BLOCK = '<use_tool><name>get_weather</name><city>Oslo</city></use_tool> ';
const NOTHING = (): undefined => undefined;
const OBSERVER = { onText: NOTHING, onStarted: NOTHING, onBlock: NOTHING, onAborted: NOTHING };

const WITHOUT = 500;
const FULL = 100;

const texts: readonly (readonly [name: string, unit: string, target: number])[] = [
  ['text without <', PROSE, WITHOUT],
  ['text without <, in Chinese', '工作進程在五秒之後回答了，客戶端繼續讀下去。', WITHOUT],
  ['<<<<', '<', FULL],
  ['<use_tool', '<use_tool', FULL],
  ['a<b>c', 'a<b>c', FULL],
  ['<use_tool x', '<use_tool x', FULL],
  ['small blocks', SMALL_BLOCK, FULL],
  ['one long block', `<use_tool>${PROSE.repeat(LENGTH)}`.slice(0, LENGTH - 11), FULL],
  ['<<<< in a block', `<use_tool>${'<'.repeat(LENGTH - 100)}</use_tool>`, FULL],
];

const heading = ['MB/s, in pieces of', '4096', '40', '4', 'target'];
const rate = (unit: string, size: number, create: () => Peer): string => {
  const pieces = piecesOf(unit, size);
  const characters = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return megabytesPerSecond(characters, () => {
    const peer = create();
    for (const piece of pieces) peer.push(piece);
    return peer.end();
  }).toFixed(0);
};
const rates = (unit: string, create: () => Peer): string[] => [4096, 40, 4].map((size) => rate(unit, size, create));

process.stdout.write(
  renderTable([
    heading,
    ...texts.map(([name, unit, target]) => [`ToolBlockScanner: ${name}`, ...rates(unit, createScanner), `≥ ${String(target)}`]),
  ]),
);
process.stdout.write(
  renderTable([
    heading.slice(0, -1),
    ...texts
      .filter(([name]) => name !== 'one long block' && !name.includes(' in '))
      .flatMap(([name, unit]) => [
        [`ToolTextStream, calls read: ${name}`, ...rates(unit, createStream)],
        [`collect and match: ${name}`, ...rates(unit, createNaive)],
        [`htmlparser2, nothing held: ${name}`, ...rates(unit, createHtmlparser2)],
      ]),
  ]),
);
process.stdout.write(
  renderTable([
    ['MB/s', ''],
    ...parsed().map(([name, block]) => [
      `parseToolBlock: ${name}`,
      megabytesPerSecond(block.length, () => parseToolBlock(block)).toFixed(0),
    ]),
  ]),
);

function createScanner(): Peer {
  const scanner = new ToolBlockScanner({ observer: OBSERVER });
  return {
    push: (text) => scanner.push(text),
    end() {
      scanner.end('completed');
      return scanner.heldBackChars;
    },
  };
}

function createStream(): Peer {
  const stream = new ToolTextStream({
    outputMode: 'openai-json',
    stopAfterTools: 0,
    stopAfterToolsMode: 'burst',
    stopAfterToolsGraceMs: 300,
    maxBlockChars: 0,
    suppressTailAfterTools: false,
    newId: () => '1',
    schedule: () => NOTHING,
    output: { onContent: NOTHING, onToolCall: NOTHING, onStop: NOTHING },
    events: { onStarted: NOTHING, onFlushed: NOTHING, onAborted: NOTHING, onMalformed: NOTHING },
  });
  return {
    push: (text) => stream.push(text),
    end() {
      stream.end('completed');
      return stream.callCount;
    },
  };
}

/** Blocks of 1 MB: what an unhappy expression would take square time for. */
function parsed(): (readonly [name: string, block: string])[] {
  const block = (body: string): string => flat(`<use_tool><name>a</name>${body}</use_tool>`);
  const times = (unit: string): string => unit.repeat(1e6 / unit.length);
  return [
    ['one value', block(`<b>${times(PROSE)}</b>`)],
    ['one value, all references', block(`<b>${times('&lt;&#65;')}</b>`)],
    ['one value, all CDATA sections', block(`<b>${times('<![CDATA[</b>]]>')}</b>`)],
    ['one value, all white space', block(`<b>${times(' ')}x</b>`)],
    ['JSON', block(`<args>{"b":"${times('a')}"}</args>`)],
    ['many elements', block(times('<b>1</b>'))],
    ['closing tags of others', block(`<b>${times('</bb>')}</b>`)],
    ['comments without an end', block(times('<!-- '))],
    ['attributes', block(times('<b name= name= name=>'))],
    ['open tags', block(times('<b>'))],
  ];
}

function piecesOf(unit: string, size: number): string[] {
  const text = unit.repeat(Math.ceil(LENGTH / unit.length));
  return Array.from({ length: Math.ceil(LENGTH / size) }, (_, index) => flat(text.slice(index * size, (index + 1) * size)));
}

/** A string of its own memory, as what is read from the worker is. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
