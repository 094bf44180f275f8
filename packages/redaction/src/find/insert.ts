import { charClass, codeAt } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { judged, mayBeSecret, type Judges } from './judgement.ts';
import { valueAfter } from './value-after.ts';

const COLUMNS =
  /(?:insert|replace)\s{1,4}(?:ignore\s)?into\s{1,4}[\w.`"[\]]{1,80}\s{0,4}\(([^()]{1,320})\)\s{0,24}values\s{0,8}(?:\([\s\S]{0,300})?$/i;
const LITERAL = /\s{0,8}(?:N?'((?:[^'\\\n]|''|\\.){0,240})'|"([^"\n]{0,240})"|([^,()'"]{0,80}(?:\([^()]{0,80}\))?[^,()'"]{0,40}))\s{0,8}/y;
const MOST_COLUMNS = 32;

/** `INSERT INTO users (name, password) VALUES ('bob', '…')`: the column says what the value is. */
export function createInsertDetector({ keys, knownFormat }: Judges): Detector {
  /** What the last look took that got as far as a statement. */
  let effort = 0;

  /** Where the statement begins whose columns may name a secret; -1 if there is none. */
  function statement(text: string, from: number, at: number): number {
    const start = statementBefore(text, from, at);
    const mayName = start !== -1 && keys.mayNameSecret(text, start, at);
    effort = start === -1 ? 0 : mayName ? 40 + (at - start) : 20;
    return mayName ? start : -1;
  }

  return {
    triggers: [
      { literal: 'values', ignoreCase: true },
      { before: charClass(')'), first: charClass(','), second: charClass('( \t\r\n') },
    ],
    startsWord: false,
    effort: {
      inVain: 45,
      closer(text, at, floor, isLast) {
        // What stands before the floor may be taken out: it costs nothing.
        const from = at - FARTHEST_STATEMENT;
        if (!isLast || (effort > 0 && floor > from)) statement(text, Math.max(floor, from), at);
        return effort;
      },
    },
    find(text, at, floor) {
      effort = 0;
      const open = openOf(text, at);
      if (open === -1) return undefined;
      const start = statement(text, Math.max(0, at - FARTHEST_STATEMENT), at);
      if (start === -1) return undefined;
      const columns = COLUMNS.exec(text.slice(start, open))?.[1];
      if (columns === undefined) return undefined;
      const verdicts = columns
        .split(',')
        .slice(0, MOST_COLUMNS)
        .map((column) => keys.judge(column.replace(/[\s`"[\]]/g, '')));
      if (!verdicts.some(mayBeSecret)) return undefined;
      let from = open + 1;
      for (const verdict of verdicts) {
        LITERAL.lastIndex = from;
        const value = LITERAL.exec(text);
        if (value === null || LITERAL.lastIndex > open + 1800) return undefined;
        const written = value[1] ?? value[2];
        if (written !== undefined && from >= floor && mayBeSecret(verdict)) {
          const opener = text.indexOf(value[1] === undefined ? '"' : "'", from);
          const found = judged(knownFormat, text, { ...valueAfter(text, opener), setting: 'quoted' }, verdict);
          if (found !== undefined) return found;
        }
        from = LITERAL.lastIndex;
        if (codeAt(text, from) !== 44) return undefined;
        from += 1;
      }
      return undefined;
    },
  };
}

/** Where the last statement before a row begins, no further back than `from`; -1 if none does. */
function statementBefore(text: string, from: number, open: number): number {
  let into = open;
  for (let count = 0; count < MOST_WORDS; count += 1) {
    into = intoBefore(text, from, into);
    if (into === -1) return -1;
    if (codeAt(text, into - 1) > BLANK) continue;
    const start = Math.max(from, into - LONGEST_STATEMENT);
    const begins = STATEMENT_BEFORE.exec(text.slice(start, into));
    if (begins !== null) return start + begins.index;
  }
  return -1;
}

/** Where the last `into` before `to` begins, whatever its case; -1 if none does. Of four characters one tells: this is asked for each row. */
function intoBefore(text: string, from: number, to: number): number {
  for (let at = to - 1; at >= from; at -= INTO.length) {
    const count = COUNTS_IN_INTO[text.charCodeAt(at) & 127] ?? 0;
    const start = at + 1 - count;
    if (count > 0 && start >= from && start + INTO.length <= to && isInto(text, start)) return start;
  }
  return -1;
}

function isInto(text: string, start: number): boolean {
  for (let index = 0; index < INTO.length; index += 1) {
    if ((text.charCodeAt(start + index) | SMALL) !== INTO.charCodeAt(index)) return false;
  }
  return true;
}

const INTO = 'into';
/** Makes a letter small. */
const SMALL = 32;
/** How many characters of it end in one: 1 for its first. */
const COUNTS_IN_INTO = new Uint8Array(128);
for (const [index, letter] of Array.from(INTO).entries()) {
  for (const each of [letter, letter.toUpperCase()]) COUNTS_IN_INTO[each.charCodeAt(0)] = index + 1;
}

const FARTHEST_STATEMENT = 380;
const LONGEST_STATEMENT = 24;
/** So many `into` are looked at: values have the word in them, too. */
const MOST_WORDS = 24;
const BLANK = 32;
const STATEMENT_BEFORE = /(?:insert|replace)\s{1,4}(?:ignore\s)?$/i;

/** The bracket that opens a row: behind `values`, or behind the row before it. */
function openOf(text: string, at: number): number {
  OPEN.lastIndex = at;
  return OPEN.test(text) ? OPEN.lastIndex - 1 : -1;
}

const OPEN = /(?:values\s{0,8}|\)?,\s{0,8})\(/iy;
