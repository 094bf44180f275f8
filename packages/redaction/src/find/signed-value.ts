import { PLACEHOLDER_START } from '../placeholder.ts';
import { charClass, codeAt, complement, has, QUOTE, runEnd, runStart, SPACE } from '../scan/char-class.ts';

const KEY = charClass('A-Za-z0-9_.:-');
const LONGEST = 192;
const BLANK = 32;
/** What was found ends here: nothing is known of what stands before. */
const NO_QUOTE = 127;
/** Nearly all values have no such sign: they are passed over first. */
const WITHOUT_SIGN = complement(charClass('\0- &()[]{},;|"\'`<>\\'));
/** What ends a value in a line of a file, whose only value it is, and what ends one among others. */
const IN_LINE = complement(charClass('\0- "\'`<>\\'));
const AMONG_OTHERS = complement(charClass('\0- "\'`<>\\,;|'));
const IN_ENVIRONMENT = complement(charClass('\0- '));

/** Where the next pair begins: `&user=`, `;Database=`, `,role:`. */
const NEXT_PAIR = /[&;,][A-Za-z][A-Za-z_.-]{1,40}[=:]/;
const NEXT_COMMAND = /&&|\|\|/;
/** `name(…)`, `[…]`, `a->b`: no password that somebody chose, but code. */
const CODE = /^[\w.$+]*\([^()]*\)(?:[.;,)[]|$)|\w\([^()]*\)$|\($|\[[^[\]]*\]|\{[\d,]+\}|->|=>|::|^[[{]/;
/** `decode64(value`: a call that goes on behind a comma or a space. */
const OPEN_CALL = /^[A-Za-z_][\w.]*\([\w.$"']*$/;
/** What is put in later, and addresses. */
const EXPANDED = /[$%#@]\{|\{\{|\$\([a-z]|:\/\/|^[$%@]\w*$|^%.*%$|^<|^!\w+$/;
const EXPORTED = /(?:^|\n)[ \t]{0,16}(?:export |set |env |ENV |ARG |- )?$/;
const ENVIRONMENT_KEY = /^[A-Z][A-Z0-9_]{3,}$/;

/**
 * Where a password ends that stands behind its key without quotes and has signs in it that end a value in code: `DB_PASSWORD=4p)H&9n`. -1 if
 * it may be code, or part of an address, or has no such sign.
 */
export function signedEnd(text: string, operator: number, start: number, floor: number): number {
  const sign = runEnd(text, start, WITHOUT_SIGN, start + LONGEST);
  if (sign === start + LONGEST || codeAt(text, sign) <= BLANK) return -1;
  const keyEnd = runStart(text, operator, SPACE, Math.max(floor, operator - 4));
  const keyStart = runStart(text, keyEnd, KEY, Math.max(floor, keyEnd - 64));
  const before = keyStart === floor ? (floor > 0 ? NO_QUOTE : BLANK) : codeAt(text, keyStart - 1);
  const isQuoted = has(QUOTE, before);
  if (before > BLANK && !isQuoted) return -1;
  const isFirst = EXPORTED.test(text.slice(Math.max(floor, keyStart - 24), keyStart));
  const isNamedAlone = ENVIRONMENT_KEY.test(text.slice(keyStart, keyEnd));
  const isEnvironment = isNamedAlone && (isFirst || isQuoted);
  const limit = Math.min(text.length, start + LONGEST);
  const lineEnd = runEnd(text, start, isEnvironment && !isQuoted ? IN_ENVIRONMENT : IN_LINE, limit);
  if (isQuoted && codeAt(text, lineEnd) !== before) return -1;
  const isOnly = isFirst && (lineEnd === text.length || codeAt(text, lineEnd) < BLANK);
  const end = isOnly || isEnvironment || isQuoted ? lineEnd : runEnd(text, start, AMONG_OTHERS, lineEnd);
  const run = text.slice(start, end);
  const first = upTo(run, NEXT_PAIR);
  const value = trimmed(isNamedAlone ? first : upTo(first, NEXT_COMMAND), isEnvironment);
  if (value.length < SHORTEST || !isChosen(value) || EXPANDED.test(value)) return -1;
  return isNamedAlone || !(CODE.test(value) || (OPEN_CALL.test(value) && !isMixed(value.slice(0, value.indexOf('(')))))
    ? start + value.length
    : -1;
}

function upTo(run: string, next: RegExp): string {
  const at = run.search(next);
  return at === -1 ? run : run.slice(0, at);
}

const SHORTEST = 6;

/** It has a letter, a digit or an odd sign, and one that ends other values or stands in code. */
function isChosen(value: string): boolean {
  return (
    (/\d/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value))) &&
    /\d|.[!#$%*?@^~]/.test(value) &&
    /[A-Za-z]/.test(value) &&
    /[&()[\]{},;|"'`<>\\]/.test(value) &&
    !value.includes(PLACEHOLDER_START)
  );
}

/** No name of a function has capitals, small letters and a digit in it, but for `base64Decode` and its like. */
function isMixed(name: string): boolean {
  return /[A-Z]/.test(name) && /[a-z]/.test(name) && /\d/.test(name) && !/8|16|32|64|256/.test(name);
}

/** Without what ends a statement, and without brackets that close what was opened before. */
function trimmed(value: string, isEnvironment: boolean): string {
  if (isEnvironment || !MAY_BE_TRIMMED.has(value.charAt(value.length - 1))) return value;
  const excess = BRACKETS.map(([open, close]) => countOf(value, close) - countOf(value, open));
  let end = value.length;
  for (; end > 0; end -= 1) {
    const last = value.charAt(end - 1);
    const kind = BRACKETS.findIndex(([, close]) => close === last);
    if (kind === -1 ? !TRAILING.includes(last) : (excess[kind] ?? 0) <= 0) break;
    if (kind !== -1) excess[kind] = (excess[kind] ?? 0) - 1;
  }
  return value.slice(0, end);
}

const TRAILING = ',;.:?&|';
const BRACKETS = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
] as const;
const MAY_BE_TRIMMED: ReadonlySet<string> = new Set([...Array.from(TRAILING), ...BRACKETS.map(([, close]) => close)]);

function countOf(value: string, sign: string): number {
  let count = 0;
  for (let at = value.indexOf(sign); at !== -1; at = value.indexOf(sign, at + 1)) count += 1;
  return count;
}
