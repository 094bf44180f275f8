import { charClass, codeAt, complement, QUOTE, runEnd, SPACE, type CharClass } from '../scan/char-class.ts';
import type { ValueSetting } from './secret-value.ts';
import type { Tail } from '../scan/detector.ts';

/** A value as it stands in a text: where it is, how it is set, and what it goes on over if it was longer than looked at. */
export interface ValuePlace {
  readonly start: number;
  readonly end: number;
  readonly setting: ValueSetting;
  readonly tail: Tail | undefined;
}

const LONGEST_QUOTED = 1024;
const LONGEST_BARE = 192;
const BACKSLASH = 92;
const AMPERSAND = 38;

export const BARE_VALUE = complement(charClass(' \t\r\n\x1b,;&"\'`<>|\\)]}'));
/** What a header field or a line of a file may hold. */
export const LINE_VALUE = complement(charClass('\r\n"\'`<>\\'));

/** The value at `at`: what stands between quotes, escaped ones too, or else the run of characters of `bare`. */
export function valueAfter(text: string, at: number, bare: CharClass = BARE_VALUE): ValuePlace {
  const written = writtenQuote(text, at);
  if (written !== undefined) return written;
  const opener = skipWrapping(text, at);
  const slashes = runOfBackslashes(text, opener);
  const quote = codeAt(text, opener + slashes);
  if (quote < 128 && QUOTE[quote] === 1) {
    const quoted = quotedValue(text, opener + slashes + quotesAt(text, opener, slashes, quote), quote, slashes);
    if (quoted !== undefined) return quoted;
    return bareValue(text, opener + slashes + 1, bare);
  }
  return bareValue(text, at, bare);
}

const WRITTEN_QUOTE = /\\{1,4}u0022|&quot;|&#34;|&#39;/y;

/** A value between quotes that are written as entities or escapes. */
function writtenQuote(text: string, at: number): ValuePlace | undefined {
  const first = codeAt(text, at);
  if (first !== AMPERSAND && first !== BACKSLASH) return undefined;
  WRITTEN_QUOTE.lastIndex = at;
  const quote = WRITTEN_QUOTE.exec(text)?.[0];
  if (quote === undefined) return undefined;
  const start = at + quote.length;
  const length = text.slice(start, start + LONGEST_BARE).indexOf(quote);
  return length < 0 ? undefined : { start, end: start + length, setting: 'quoted', tail: undefined };
}

/** `b"…"`, `f'…'`, `@"…"`, `("…"`, `["…"`. */
function skipWrapping(text: string, at: number): number {
  let opener = at;
  const bracket = codeAt(text, opener);
  if (bracket === 40 || bracket === 91 || (bracket === 123 && isOnly(text, at))) opener = runEnd(text, opener + 1, SPACE, opener + 8);
  const prefix = codeAt(text, opener) | 32;
  const isPrefixed =
    (prefix === 36 || prefix === 98 || prefix === 102 || prefix === 114 || prefix === 117 || prefix === 110 || prefix === 96) &&
    isQuote(text, opener + 1);
  return isPrefixed ? opener + 1 : isQuote(text, opener + runOfBackslashes(text, opener)) ? opener : at;
}

/** `{"…"}`, as C and Java fill an array; not the key of an object. */
function isOnly(text: string, at: number): boolean {
  ONLY.lastIndex = at;
  return ONLY.test(text);
}

const ONLY = /\{["'][^"'\n]{1,120}["']\s?[},;]/y;

function isQuote(text: string, at: number): boolean {
  const code = codeAt(text, at);
  return code < 128 && QUOTE[code] === 1;
}

function runOfBackslashes(text: string, at: number): number {
  let count = 0;
  while (count < 8 && codeAt(text, at + count) === BACKSLASH) count += 1;
  return count;
}

function bareValue(text: string, start: number, bare: CharClass): ValuePlace {
  const limit = start + LONGEST_BARE;
  const end = runEndBeyondAscii(text, start, bare, limit);
  return { start, end, setting: 'bare', tail: end === limit ? { members: bare } : undefined };
}

function runEndBeyondAscii(text: string, start: number, bare: CharClass, limit: number): number {
  let end = runEnd(text, start, bare, limit);
  while (end < limit && codeAt(text, end) > 127) end = runEnd(text, end + 1, bare, limit);
  return end;
}

/** How many quotes open a text: three in Kotlin, Scala, Swift and Python. */
function quotesAt(text: string, opener: number, slashes: number, quote: number): 1 | 3 {
  if (slashes > 0 || codeAt(text, opener + 1) !== quote || codeAt(text, opener + 2) !== quote) return 1;
  return codeAt(text, opener + 3) === quote ? 1 : 3;
}

/** Ends at the same quote behind as many backslashes as the one that opened. A value never goes over a line. */
function quotedValue(text: string, start: number, quote: number, slashes: number): ValuePlace | undefined {
  let run = 0;
  const limit = Math.min(text.length, start + LONGEST_QUOTED);
  for (let at = start; at < limit; at += 1) {
    const code = codeAt(text, at);
    if (code === 10) return undefined;
    if (code === quote && run <= slashes) return { start, end: at - run, setting: 'quoted', tail: undefined };
    run = code === BACKSLASH ? run + 1 : 0;
  }
  if (limit < start + LONGEST_QUOTED) return undefined;
  return { start, end: limit, setting: 'quoted', tail: { members: complement(charClass(`${String.fromCharCode(quote)}\n`)) } };
}
