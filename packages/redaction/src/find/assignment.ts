import { ALPHANUMERIC, charClass, codeAt, complement, DIGIT, has, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { headerValue, isHeader } from './header.ts';
import { hasValue, judged, mayBeSecret, type Judges } from './judgement.ts';
import { judgeKeyBefore } from './key-before.ts';
import { looksRandom } from './secret-value.ts';
import { valueAfter } from './value-after.ts';

const OPERATOR = charClass('=:>|?~');
const NEWLINE_AND_SPACE = charClass(' \t\r\n');
const KEY = charClass('A-Za-z0-9_.:-');

/**
 * `key = value` in any of its spellings: `key: value`, `"key": "value"`, `key := 'value'`, `"key" => "value"`, `\"key\":\"value\"`.
 * The key decides whether the value may be a secret; the value must look like one.
 */
export function createAssignmentDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: complement(charClass('=:')), first: charClass('=:') }],
    startsWord: false,
    find(text, at, floor) {
      const operatorEnd = runEnd(text, at, OPERATOR, at + 4);
      const next = codeAt(text, operatorEnd);
      if (isComparison(text, at)) return undefined;
      if (next === 47 && codeAt(text, operatorEnd + 1) === 47) return undefined;
      const opener = runEnd(text, operatorEnd, SPACE, operatorEnd + 32);
      const onNextLine = isLineEnd(text, opener);
      const valueAt = onNextLine ? runEnd(text, opener, NEWLINE_AND_SPACE, opener + 64) : opener;
      if (!hasValue(text, valueAt)) return undefined;
      const verdict = judgeKeyBefore(text, at, floor, keys);
      if (verdict === undefined || !mayBeSecret(verdict)) return undefined;
      if (isHeader(verdict)) return headerValue(knownFormat, text, valueAt, verdict);
      if (isChain(text, valueAt) && verdict.type !== 'password') return undefined;
      if (verdict.type === 'token' && isFormToken(text, at, floor)) return undefined;
      const value = valueAfter(text, valueAt);
      if (onNextLine && (codeAt(text, at) === 61 || !looksRandom(text.slice(value.start, value.end)))) return undefined;
      return judged(knownFormat, text, isLiteral(text, at, floor) ? { ...value, setting: 'quoted' } : value, verdict);
    },
  };
}

/** In `DB_PASSWORD=…` and in `?password=…` a bare value is a value; elsewhere it may be code. */
function isLiteral(text: string, operator: number, floor: number): boolean {
  const keyStart = runStart(text, operator, ENVIRONMENT_KEY, Math.max(floor, operator - 64));
  const isEnvironment = operator - keyStart >= 4 && !has(KEY, codeAt(text, keyStart - 1));
  return isEnvironment || isQueryKey(text, operator, floor);
}

function isQueryKey(text: string, operator: number, floor: number): boolean {
  const before = codeAt(text, runStart(text, operator, KEY, Math.max(floor, operator - 64)) - 1);
  return before === 63 || before === 38;
}

const ENVIRONMENT_KEY = charClass('A-Z0-9_');

function isLineEnd(text: string, at: number): boolean {
  const code = codeAt(text, at);
  return code === 10 || code === 13;
}

/** `==`, `===`, `!=`, `<=`: code that compares. */
function isComparison(text: string, at: number): boolean {
  const before = codeAt(text, at - 1);
  return codeAt(text, at) === 61 && (codeAt(text, at + 1) === 61 || before === 33 || before === 60);
}

/** `key=key=key=`: what goes on as a key is no value. */
function isChain(text: string, start: number): boolean {
  const end = runEnd(text, start, ALPHANUMERIC, start + 8);
  const code = codeAt(text, end);
  return end - start < 8 && end > start && (code === 61 || code === 58) && codeAt(text, end + 1) > 32 && !has(DIGIT, codeAt(text, start));
}

/** The token of a form against forgery is made for one page, and is worth nothing without the cookie. */
function isFormToken(text: string, at: number, floor: number): boolean {
  return /(?:csrf|xsrf|authenticity)[\w.-]{0,24}["'\\]{0,2}\s{0,2}$/i.test(text.slice(Math.max(floor, at - 40), at));
}
