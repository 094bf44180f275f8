import { ALPHANUMERIC, charClass, codeAt, has, QUOTE, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { isHeader } from './header.ts';
import { hasValue, judged, mayBeSecret, type Judges } from './judgement.ts';
import { valueAfter, type ValuePlace } from './value-after.ts';
import { lengthOfValue } from './value-effort.ts';

const NEWLINE_AND_SPACE = charClass(' \t\r\n');
const KEY = charClass('A-Za-z0-9_.:-');

/** `set("KEY", "value")`, `getenv("KEY", "value")`, `["key", "value"]`. */
export function createArgumentDetector({ keys, knownFormat }: Judges): Detector {
  /** What the last look took that got as far as the name. */
  let effort = 0;

  /** Where the name begins that stands before a comma, if it may name a secret; else -1. */
  function nameStart(text: string, at: number, floor: number): number {
    effort = 0;
    const start = runStart(text, at - 1, KEY, Math.max(floor, at - 64));
    if (at - 1 - start < 2 || codeAt(text, start - 1) !== codeAt(text, at - 1) || codeAt(text, start) === DASH) return -1;
    const before = codeAt(text, bracketBefore(text, start, floor));
    if (before !== PARENTHESIS && before !== SQUARE && before !== COMMA && before !== CURLY) return -1;
    if (!keys.mayNameSecret(text, start, at - 1)) return -1;
    effort = 70;
    return start;
  }

  return {
    triggers: [{ before: QUOTE, first: charClass(','), second: charClass(' \t\r\n"\'`') }],
    startsWord: false,
    effort: {
      inVain: 7,
      closer(text, at, floor, isLast) {
        if (!isLast) nameStart(text, at, floor);
        return effort;
      },
    },
    find(text, at, floor) {
      effort = 0;
      const opener = runEnd(text, at + 1, NEWLINE_AND_SPACE, at + 40);
      if (!has(QUOTE, codeAt(text, opener))) return undefined;
      const keyStart = nameStart(text, at, floor);
      if (keyStart === -1) return undefined;
      const bracket = bracketBefore(text, keyStart, floor);
      const before = codeAt(text, bracket);
      const verdict = keys.judge(text.slice(keyStart, at - 1));
      if (!mayBeSecret(verdict)) return undefined;
      const value = valueAfter(text, opener);
      if (before !== PARENTHESIS && (has(QUOTE, codeAt(text, value.end)) ? !hasDigit(text, value) : true)) return undefined;
      const isText = before === PARENTHESIS && TEXT_CALL.test(text.slice(Math.max(floor, bracket - 12), bracket));
      return judged(knownFormat, text, { ...value, setting: isText ? 'quoted' : 'bare' }, verdict);
    },
  };
}

/** Where the sign is that stands before a name in quotes. */
function bracketBefore(text: string, keyStart: number, floor: number): number {
  return runStart(text, keyStart - 1, SPACE, Math.max(floor, keyStart - 12)) - 1;
}

const DASH = 45;
const PARENTHESIS = 40;
const COMMA = 44;
const SQUARE = 91;
const CURLY = 123;
/** Calls that take the value of a constant, or a default, behind its name. */
const TEXT_CALL = /(?:getenv|environ\.get|env|fetch|get_env|define)$/i;

/** Names stand beside names in a list; a value among them has a digit. */
function hasDigit(text: string, { start, end }: ValuePlace): boolean {
  return /\d/.test(text.slice(start, Math.min(end, start + 160)));
}

/** `--key value`, `-key value`, `["--key", "value"]`. */
export function createFlagDetector({ keys, knownFormat }: Judges): Detector {
  function effortAt(text: string, at: number): number {
    const { nameStart, nameEnd } = flagAt(text, at);
    const length = lengthOfValue(text, nameEnd);
    if (length === 0) return 0;
    return 18 + (nameEnd - nameStart) + (keys.mayNameSecret(text, nameStart, nameEnd) ? 30 + length * 2 : 0);
  }

  return {
    triggers: [{ before: charClass('\0\n \t"\'['), first: charClass('-'), second: charClass('A-Za-z-') }],
    startsWord: false,
    effort: { inVain: 32, closer: effortAt },
    find(text, at) {
      const { nameStart, nameEnd } = flagAt(text, at);
      if (nameStart === nameEnd) return undefined;
      const opener = runEnd(text, nameEnd, BETWEEN_ARGUMENTS, nameEnd + 8);
      if (opener === nameEnd || codeAt(text, opener) === 45 || !hasValue(text, opener)) return undefined;
      // In a list both are quoted; what is not is an argument of another name.
      if (has(QUOTE, codeAt(text, nameEnd)) && codeAt(text, opener - 1) <= 32) return undefined;
      if (!keys.mayNameSecret(text, nameStart, nameEnd)) return undefined;
      const verdict = keys.judge(text.slice(nameStart, nameEnd));
      if (!mayBeSecret(verdict)) return undefined;
      const isQuoted = has(QUOTE, codeAt(text, opener - 1));
      const value = valueAfter(text, isQuoted ? opener - 1 : opener);
      if (isHeader(verdict)) return judged(knownFormat, text, { ...value, setting: 'bare' }, verdict);
      // What stands behind two dashes is no code, dots or not; but it may be a word that explains the option.
      const isText = verdict.type === 'password' && nameStart === at + 2 && hasDigit(text, value);
      return judged(knownFormat, text, isText ? { ...value, setting: 'quoted' } : value, verdict);
    },
  };
}

/** The name behind one dash or two; an empty one if none begins there. */
function flagAt(text: string, at: number): { readonly nameStart: number; readonly nameEnd: number } {
  const nameStart = codeAt(text, at + 1) === DASH ? at + 2 : at + 1;
  return { nameStart, nameEnd: has(ALPHANUMERIC, codeAt(text, nameStart)) ? runEnd(text, nameStart, KEY, nameStart + 64) : nameStart };
}

const BETWEEN_ARGUMENTS = charClass(' \t",\'');
