import { charClass, type CharClass } from '../scan/char-class.ts';
import type { ExampleSource } from './rule.ts';

/**
 * A format of tokens, written once: `ghp_{an:36}`, `xapp-{d:1}-{AN:8-15}`, `{uuid}`, `hvs.{w:90+}`, `do(o|p|r)_v1_{hex:64}`.
 * A part is literal text, alternatives of literal text in round brackets, or a run of characters: the name of a class, a colon and
 * how many: `n`, `n-m` or `n+`. From it come the pattern, the prefilter's literals, and examples.
 */
export interface Format {
  /** The literals with which a match begins. */
  readonly literals: readonly string[];
  readonly source: string;
  /** The run behind the literals, if one of at least two characters is there. */
  readonly firstRun: { readonly members: CharClass; readonly min: number } | undefined;
  /** What a match goes on over, when the format has no upper length. */
  readonly tail: CharClass | undefined;
  example(random: ExampleSource): string;
}

/** Names of the character classes that formats are written in. */
const CLASSES: Readonly<Record<string, string>> = {
  an: 'A-Za-z0-9',
  AN: 'A-Z0-9',
  lan: 'a-z0-9',
  a: 'A-Za-z',
  d: '0-9',
  hex: 'a-f0-9',
  Hex: 'A-Fa-f0-9',
  HEX: 'A-F0-9',
  w: 'A-Za-z0-9_-',
  we: 'A-Za-z0-9_=-',
  wde: 'A-Za-z0-9_.=-',
  wd: 'A-Za-z0-9_.-',
  b32: 'A-Z2-7',
  b64: 'A-Za-z0-9+/',
  b64e: 'A-Za-z0-9+/=',
  b64w: 'A-Za-z0-9+/=_-',
};

/** No single run is matched further than this; what is longer is the tail's. */
export const LONGEST_RUN = 128;

const UUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}';
const PART = /\{uuid\}|\{(?<name>\w+):(?<min>\d+)(?<more>-(?<max>\d+)|\+)?\}|\((?<choice>[^)]*)\)|(?<text>[^{(]+)/g;

interface Part {
  readonly source: string;
  readonly texts: readonly string[] | undefined;
  readonly members: string | undefined;
  readonly min: number;
  readonly isOpen: boolean;
  example(random: ExampleSource): string;
}

/** Throws a `SyntaxError` for a format that is not one. */
export function parseFormat(format: string): Format {
  const parts: Part[] = [];
  let at = 0;
  for (const match of format.matchAll(PART)) {
    if (match.index !== at) throw new SyntaxError(`format ${format} is broken at ${at}`);
    at += match[0].length;
    parts.push(parsePart(match));
  }
  if (at !== format.length) throw new SyntaxError(`format ${format} is broken at ${at}`);
  const literals = leadingLiterals(parts);
  if (literals.includes('')) throw new SyntaxError(`format ${format} does not begin with literal text`);
  const last = parts.at(-1);
  const end = last?.members === undefined || last.isOpen ? '' : endOf(last.members, parts, literals);
  return {
    literals,
    source: parts.map((part) => part.source).join('') + end,
    firstRun: firstRunOf(parts),
    tail: last?.isOpen === true && last.members !== undefined ? charClass(last.members) : undefined,
    example: (random) => parts.map((part) => part.example(random)).join(''),
  };
}

const SHORTEST_MARK = 2;

/** A token ends where its characters do, or where the next of its kind begins: each would hide the one before it. */
function endOf(members: string, parts: readonly Part[], literals: readonly string[]): string {
  const over = `(?![${members}])`;
  if (literals.some((literal) => literal.length < SHORTEST_MARK)) return over;
  const lead = parts.slice(
    0,
    parts.findIndex(({ texts }) => texts === undefined),
  );
  return `(?:${over}|(?=${lead.map(({ source }) => source).join('')}))`;
}

function parsePart(match: RegExpExecArray): Part {
  const { name, min = '0', more, max, choice, text } = match.groups ?? {};
  if (text !== undefined) return literalPart([text]);
  if (choice !== undefined) return literalPart(choice.split('|'));
  if (name === undefined) {
    const example = (random: ExampleSource): string => [8, 4, 4, 4, 12].map((length) => random.pick('0-9a-f', length)).join('-');
    return { source: UUID, texts: undefined, members: 'A-Fa-f0-9', min: 8, isOpen: false, example };
  }
  const members = CLASSES[name];
  if (members === undefined) throw new SyntaxError(`no character class is called ${name}`);
  const atMost = more === '+' ? Math.max(LONGEST_RUN, Number(min)) : Number(max ?? min);
  return {
    source: `[${members}]{${min},${atMost}}`,
    texts: undefined,
    members,
    min: Number(min),
    isOpen: more === '+',
    example: (random) => random.pick(members, Number(min)),
  };
}

function literalPart(texts: readonly string[]): Part {
  const escaped = texts.map((text) => text.replace(/[$()*+./?[\\\]^{|}-]/g, '\\$&'));
  const source = escaped.length === 1 ? escaped.join('') : `(?:${escaped.join('|')})`;
  return { source, texts, members: undefined, min: 0, isOpen: false, example: (random) => texts[random.index(texts.length)] ?? '' };
}

function leadingLiterals(parts: readonly Part[]): readonly string[] {
  let literals = [''];
  for (const part of parts) {
    const { texts } = part;
    if (texts === undefined) break;
    literals = literals.flatMap((literal) => texts.map((text) => literal + text));
  }
  return literals;
}

function firstRunOf(parts: readonly Part[]): Format['firstRun'] {
  const run = parts.find((part) => part.texts === undefined);
  return run?.members === undefined || run.min < 2 ? undefined : { members: charClass(run.members), min: run.min };
}
