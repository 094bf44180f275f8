import { ALPHANUMERIC, charClass, codeAt, DIGIT, has, runEnd, SPACE } from '../scan/char-class.ts';

/** How the first line of a key stands in a log: what is before it, and the first sign behind it, empty at the end of the line. */
export interface Lead {
  readonly before: string;
  readonly behind: string;
}

/** A line of a key, or its END, without what the log wrote around it. */
export interface KeyLine {
  readonly kind: 'body' | 'end';
  readonly start: number;
  readonly end: number;
}

/** A longer one is no prefix of a log. */
export const LONGEST_LEAD_OF_KEY = 512;

const PADDING = charClass(' \t\r');
/** A prefix of only these is known to the detector of whole keys. */
const PLAIN = charClass(' \t+>|#*"\'(),.:;=\\/-');
const BODY = charClass('A-Za-z0-9+/=');
const CLOSING = charClass('A-Z0-9 -');
const END = '-----END ';
/** So much of a key must stand in the same column, where what is before it is not known again. */
const SHORTEST_BY_COLUMN = 16;

/** How a line stands to a key. */
export interface KeyLinePlace {
  /** Whether the line goes on beyond what is seen of it. */
  readonly isCut: boolean;
  /** Whether it would be the first behind the top. More can stand before the top: `host1 app: key = "-----BEGIN …`. */
  readonly isFirst: boolean;
}

/** The line of a key in `line`, behind something like what stands before the key's line before. */
export function readKeyLine(line: string, { before, behind }: Lead, { isCut, isFirst }: KeyLinePlace): KeyLine | undefined {
  const at = (start: number, shortest: number): KeyLine | undefined => {
    if (start < 0) return undefined;
    if (line.startsWith(END, start)) return { kind: 'end', start, end: closingEnd(line, start) };
    const end = bodyEnd(line, start);
    const isWhole = signBehind(line, end) === behind || (isCut && end === line.length);
    return isWhole && end - start >= shortest ? { kind: 'body', start, end } : undefined;
  };
  const { end, stops } = followLead(line, before);
  if (end !== -1) return at(end, 1);
  const inColumn = at(columnBehind(line, before), SHORTEST_BY_COLUMN);
  if (inColumn !== undefined || !isFirst) return inColumn;
  for (const stop of stops) {
    const part = at(stop, SHORTEST_BY_COLUMN);
    if (part !== undefined) return part;
  }
  return undefined;
}

/** Whether something says of a line where it comes from. Indents, quotes and signs of comments alone do not. */
export function isLead(before: string): boolean {
  return plainEnd(before) < before.length;
}

/** The first sign from `at` on that is no padding; empty at the end of the text. */
export function signBehind(text: string, at: number): string {
  return text.charAt(runEnd(text, at, PADDING, text.length));
}

function closingEnd(line: string, start: number): number {
  let end = runEnd(line, start, CLOSING, line.length);
  while (codeAt(line, end - 1) === 32) end -= 1;
  return end;
}

/** Some write the slashes of JSON with a backslash. */
function bodyEnd(line: string, start: number): number {
  let end = runEnd(line, start, BODY, line.length);
  while (line.startsWith('\\/', end)) end = runEnd(line, end + 2, BODY, line.length);
  return end;
}

/** The same column, behind the same sign: where a time or an id has other letters. */
function columnBehind(line: string, before: string): number {
  const column = before.length;
  const sign = codeAt(before, column - 1);
  return line.length > column && !has(ALPHANUMERIC, sign) && codeAt(line, column - 1) === sign ? column : -1;
}

/**
 * Where a line goes on behind what is like `before`, -1 if it begins otherwise: the same words and signs, but for words with a digit in
 * them, the fractions of numbers, addresses of mail, and how far things are spaced. And where it may go on behind a part of that.
 */
function followLead(line: string, before: string): { readonly end: number; readonly stops: readonly number[] } {
  const told = plainEnd(before);
  const stops: number[] = [];
  let at = 0;
  let other = 0;
  const stop = (): void => {
    if (at > told && !has(BODY, codeAt(line, other - 1))) stops.push(other);
  };
  while (at < before.length) {
    const code = codeAt(before, at);
    if (has(SPACE, code)) {
      const end = runEnd(line, other, SPACE, line.length);
      if (end === other) break;
      at = runEnd(before, at, SPACE, before.length);
      other = end;
    } else if (has(ALPHANUMERIC, code)) {
      const end = runEnd(before, at, ALPHANUMERIC, before.length);
      // What the key may be glued to has to be the same.
      const otherEnd = end === before.length ? other + end - at : runEnd(line, other, ALPHANUMERIC, line.length);
      const [word, otherWord] = [before.slice(at, end), line.slice(other, otherEnd)];
      if (word !== otherWord) {
        const [address, otherAddress] = [addressEnd(before, at), addressEnd(line, other)];
        if (address !== -1 && otherAddress !== -1) {
          at = address;
          other = otherAddress;
          continue;
        }
        if (end === before.length || !hasDigit(word) || !hasDigit(otherWord)) break;
        stop();
      }
      at = end;
      other = otherEnd;
      if (at < before.length && isFraction(before, at) !== isFraction(line, other)) {
        at = fractionEnd(before, at);
        other = fractionEnd(line, other);
      }
    } else {
      if (codeAt(line, other) !== code) break;
      at += 1;
      other += 1;
    }
  }
  if (at >= before.length) return { end: other, stops };
  stop();
  return { end: -1, stops };
}

function plainEnd(before: string): number {
  return runEnd(before, 0, PLAIN, before.length);
}

function hasDigit(word: string): boolean {
  return /\d/.test(word);
}

/** Addresses may be taken out of what stands before a key, too, and are the same then. */
function addressEnd(text: string, at: number): number {
  const address = /[\w.+-]{1,64}@[\w.-]{3,128}/y;
  address.lastIndex = at;
  return address.test(text) ? address.lastIndex : -1;
}

/** Clocks often leave out zeros at the end: `12:00:01Z`, `12:00:01.5Z`. */
function isFraction(text: string, at: number): boolean {
  const code = codeAt(text, at);
  return (code === 44 || code === 46) && has(DIGIT, codeAt(text, at + 1));
}

function fractionEnd(text: string, at: number): number {
  return isFraction(text, at) ? runEnd(text, at + 1, ALPHANUMERIC, text.length) : at;
}
