import { PLACEHOLDER_START } from '../placeholder.ts';
import { ALPHANUMERIC, charClass, codeAt, complement, DIGIT, has, QUOTE, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import { colourEnd } from '../scan/boundary.ts';
import type { Detector, Found } from '../scan/detector.ts';
import { isPlainBareName, isPlainName } from './key-before.ts';
import { headerValue, isHeader } from './header.ts';
import { hasValue, judged, mayBeSecret, type Judges } from './judgement.ts';
import type { KeyVerdict } from '../keys/key-policy.ts';
import { createKeyEffort, mayBeOperator } from './key-effort.ts';
import { withOtherCodes, withOtherGroups, withOtherValues } from './list.ts';
import { phraseEnd } from './passphrase.ts';
import { isSecretValue, looksRandom } from './secret-value.ts';
import { signedEnd } from './signed-value.ts';
import { valueAfter } from './value-after.ts';

/** `password <- "…"`, as R has it. */
const LESS = 60;
const OPERATOR = charClass('=:>|?~');
const NEWLINE_AND_SPACE = charClass(' \t\r\n');
const KEY = charClass('A-Za-z0-9_.:-');

/**
 * `key = value` in any of its spellings: `key: value`, `"key": "value"`, `key := 'value'`, `"key" => "value"`, `\"key\":\"value\"`.
 * The key decides whether the value may be a secret; the value must look like one.
 */
export function createAssignmentDetector({ keys, knownFormat }: Judges): Detector {
  const { forget, judge: judgeBefore, closer } = createKeyEffort(keys);
  let isPlain = false;

  return {
    triggers: [
      { before: complement(charClass('=:')), first: charClass('=:') },
      { before: SPACE, first: charClass('<'), second: charClass('-') },
    ],
    startsWord: false,
    effort: {
      inVain: 10,
      closer(text, at, floor, isLast) {
        if (isLast ? isPlain : isPlainName(text, at, floor, keys)) return 0;
        return EFFORT_OF_OTHER_NAMES + closer(text, at, floor, isLast);
      },
      found: 120,
    },
    find(text, at, floor) {
      forget();
      isPlain = isPlainName(text, at, floor, keys);
      if (isPlain || isPlainBareName(text, at, floor, keys)) return undefined;
      const first = codeAt(text, at);
      if (!mayBeOperator(text, at)) return undefined;
      const isArrow = first === LESS;
      const operatorEnd = isArrow ? at + 2 : runEnd(text, at, OPERATOR, at + 4);
      const next = codeAt(text, operatorEnd);
      const isCompared = isComparison(text, at);
      if (isCompared && !isComparedText(text, at, operatorEnd)) return undefined;
      if (next === 47 && codeAt(text, operatorEnd + 1) === 47) return undefined;
      const opener = colourEnd(text, runEnd(text, operatorEnd, SPACE, operatorEnd + 32));
      const valueAt = has(SKIPPED, codeAt(text, opener)) ? skipMarks(text, opener, operatorEnd) : opener;
      if (!hasValue(text, valueAt) || (isArrow && !has(QUOTE, codeAt(text, valueAt)))) return undefined;
      const verdict = judgeBefore(text, at, floor);
      if (verdict === undefined || !mayBeSecret(verdict)) return undefined;
      if (isHeader(verdict)) return headerValue(knownFormat, text, valueAt, verdict);
      if (isOut(text, valueAt)) return undefined;
      if (verdict.type === 'token' && isFormToken(text, at, floor)) return undefined;
      const from = fallbackStart(text, valueAt);
      if (from === valueAt && verdict.type !== 'password' && isChain(text, valueAt)) return undefined;
      const phrase = PHRASE_KEY.test(text.slice(Math.max(floor, at - 24), at)) ? phraseEnd(text, valueAt) : -1;
      if (phrase !== -1) return { start: valueAt, end: phrase, type: verdict.type };
      const value = valueAfter(text, from);
      if (isCompared) return judged(knownFormat, text, { ...value, setting: 'bare' }, verdict);
      if (isLineEnd(text, opener) && (codeAt(text, at) === 61 || !looksRandom(text.slice(value.start, value.end)))) return undefined;
      const setting = isQueryKey(text, at, floor) ? 'query' : isEnvironmentKey(text, at, floor) ? 'quoted' : value.setting;
      const signed = value.setting === 'bare' && SIGNED_TYPES.has(verdict.type) ? signedEnd(text, at, value.start, floor) : -1;
      const place = signed > value.end ? { ...value, end: signed, tail: undefined } : value;
      const found = signed === -1 ? undefined : judged(knownFormat, text, { ...place, setting: 'quoted' }, verdict);
      const plain = found ?? judged(knownFormat, text, { ...value, setting }, verdict);
      return whole(text, valueAt, verdict, plain && { ...plain, end: Math.max(plain.end, signed) });
    },
  };
}

/** Beyond that of a name in quotes, which is read once. */
const EFFORT_OF_OTHER_NAMES = 6;

/** What somebody chose may have any sign in it. */
const SIGNED_TYPES: ReadonlySet<string> = new Set(['password', 'secret', 'credential']);

/** Whether the value was taken out before. */
function isOut(text: string, valueAt: number): boolean {
  const start = has(QUOTE, codeAt(text, valueAt)) ? valueAt + 1 : valueAt;
  return codeAt(text, start) === SQUARE && text.startsWith(PLACEHOLDER_START, start);
}

/** What a find goes on over, by what it is. */
export function whole(text: string, valueAt: number, verdict: KeyVerdict, found: Found | undefined): Found | undefined {
  if (found === undefined) return undefined;
  if (verdict.type === 'recovery_code') return withOtherCodes(text, found);
  if (codeAt(text, valueAt) === SQUARE) return withOtherValues(text, found, (value) => isSecretValue(value, verdict, 'quoted'));
  return withOtherGroups(text, found);
}

const PHRASE_KEY = /(?:phrase|mnemonic|seed|words?)["'`*]{0,2}\s{0,2}$/i;
const EQUAL = 61;
const SQUARE = 91;

/** `password == "…"`, `token != "…"`: whoever compares with a secret has written it down. */
function isComparedText(text: string, at: number, operatorEnd: number): boolean {
  return at + 1 < operatorEnd && has(QUOTE, codeAt(text, runEnd(text, operatorEnd, SPACE, operatorEnd + 4)));
}

/** Where a value begins behind stars, as in `**Password:** …`, on the next line, or there as a block of YAML (`>-`, `|`). */
function skipMarks(text: string, opener: number, operatorEnd: number): number {
  const first = codeAt(text, opener);
  if (first === STAR) {
    const marks = codeAt(text, opener + 1) === STAR ? 2 : 1;
    const end = runEnd(text, opener + marks, SPACE, opener + 4);
    return marks === 2 || end > opener + 1 ? end : opener;
  }
  if (first === LESS) {
    CLOSING_TAG.lastIndex = opener;
    return CLOSING_TAG.test(text) ? CLOSING_TAG.lastIndex : opener;
  }
  if (isLineEnd(text, opener)) return runEnd(text, opener, NEWLINE_AND_SPACE, opener + 64);
  if (opener === operatorEnd) return opener;
  const end = runEnd(text, opener + 1, BLOCK, opener + 3);
  return isLineEnd(text, end) ? runEnd(text, end, NEWLINE_AND_SPACE, end + 64) : opener;
}

const STAR = 42;
const SKIPPED = charClass('*<>|\r\n');
/** `<b>Password:</b> …`. */
const CLOSING_TAG = /<\/(?:b|strong|em|i|u|label|span|code)>\s{0,4}(?=[^\s<])/y;
const BLOCK = charClass('+0-9-');

/** `L"…"`, `Just "…"`, `String::from("…")`, `Some("…")`, `new SecretString("…")`, `Lazy::new(|| "…")`: what only wraps the text that it is given. */
const WRAPPER =
  /!!(?:str|binary) (?=\S)|&[\w-]{1,24} (?=\S)|(?:Just |L(?=")|string\(\d{1,4}\) )(?=["'`])|(?:new )?(?:(?:[A-Z]\w{0,40}::|std::|absl::)?(?:String|string|string_view|wstring|QString|QStringLiteral|QLatin1String|QByteArray|CString|TEXT|_T|F|PSTR|Some|Secret|SecretStr|SecretString|Zeroizing|Lazy|LazyLock|OnceLock|Buffer|NSString|Uri|URI)(?:::|\.)?(?:from|new|of|from_str|valueOf|into)?|\[\]byte|bytes|str)\((?:\|\| ?)?(?=["'`])/y;
const FALLBACK = /[A-Za-z_$][\w$.]{0,80}(?:\[["']?[\w.-]{1,64}["']?\])?\s{0,2}(?:\|\||\?\?)\s{0,2}(?=["'`])/y;

/** `process.env.X || "…"`: where what is taken instead starts; or what a call is given that changes nothing about it. */
function fallbackStart(text: string, at: number): number {
  FALLBACK.lastIndex = at;
  if (FALLBACK.test(text)) return FALLBACK.lastIndex;
  WRAPPER.lastIndex = at;
  return WRAPPER.test(text) ? WRAPPER.lastIndex : at;
}

/** In `DB_PASSWORD=…` and in `?password=…` a bare value is a value; elsewhere it may be code. */
function isEnvironmentKey(text: string, operator: number, floor: number): boolean {
  const keyStart = runStart(text, operator, ENVIRONMENT_KEY, Math.max(floor, operator - 64));
  return operator - keyStart >= 4 && !has(KEY, codeAt(text, keyStart - 1));
}

function isQueryKey(text: string, operator: number, floor: number): boolean {
  const start = runStart(text, operator, KEY, Math.max(floor, operator - 64));
  const before = codeAt(text, start - 1);
  return codeAt(text, operator) === EQUAL && start < operator && (before === 63 || before === 38);
}

const ENVIRONMENT_KEY = charClass('A-Z0-9_');

function isLineEnd(text: string, at: number): boolean {
  const code = codeAt(text, at);
  return code === 10 || code === 13;
}

/** `==`, `===`, `!=`, `<=`: code that compares. */
function isComparison(text: string, at: number): boolean {
  const before = codeAt(text, at - 1);
  return codeAt(text, at) === 61 && ((codeAt(text, at + 1) === 61 && codeAt(text, at + 2) !== 62) || before === 33 || before === 60);
}

/** `key=key=key=`: what goes on as a key is no value. */
function isChain(text: string, start: number): boolean {
  if (text.startsWith('base64:', start)) return false;
  const end = runEnd(text, start, ALPHANUMERIC, start + 8);
  const code = codeAt(text, end);
  return end - start < 8 && end > start && (code === 61 || code === 58) && codeAt(text, end + 1) > 32 && !has(DIGIT, codeAt(text, start));
}

/** The token of a form against forgery is made for one page, and is worth nothing without the cookie; that of a header or cookie lasts. */
function isFormToken(text: string, at: number, floor: number): boolean {
  const before = text.slice(Math.max(floor, at - 40), at);
  return (
    !/(?<![\w-])(?:x-(?:csrf|xsrf)-?token|XSRF-TOKEN)["'\\]{0,2}\s{0,2}$/i.test(before) &&
    /(?:csrf|xsrf|authenticity)[\w.-]{0,24}["'\\]{0,2}\s{0,2}$/i.test(before)
  );
}
