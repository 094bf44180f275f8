import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import { ALPHANUMERIC, charClass, codeAt, complement, DIGIT, has, QUOTE, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import type { Detector, Found } from '../scan/detector.ts';
import type { KnownFormat } from './known-format.ts';
import { judgeKeyBefore } from './key-before.ts';
import { isIdentifierShaped, isSecretValue, looksRandom } from './secret-value.ts';
import { isTemplate } from './stand-in.ts';
import { LINE_VALUE, valueAfter, type ValuePlace } from './value-after.ts';

/** What detectors of keys with values go by. */
export interface Judges {
  readonly keys: KeyPolicy;
  readonly knownFormat: KnownFormat;
}

const OPERATOR = charClass('=:>|?~');
const NEWLINE_AND_SPACE = charClass(' \t\r\n');
const KEY = charClass('A-Za-z0-9_.:-');
const SHORTEST_VALUE = 4;
/** The beginning of a long value says what it is. */
const LONGEST_JUDGED = 160;

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
      if (next === 47 && codeAt(text, operatorEnd + 1) === 47) return undefined;
      const opener = runEnd(text, operatorEnd, SPACE, operatorEnd + 32);
      const onNextLine = isLineEnd(text, opener);
      const valueAt = onNextLine ? runEnd(text, opener, NEWLINE_AND_SPACE, opener + 64) : opener;
      if (!hasValue(text, valueAt)) return undefined;
      const verdict = judgeKeyBefore(text, at, floor, keys);
      if (verdict === undefined || !mayBeSecret(verdict) || isFormToken(text, at, floor)) return undefined;
      if (isHeader(verdict)) return headerValue(knownFormat, text, valueAt, verdict);
      if (isChain(text, valueAt) && verdict.type !== 'password') return undefined;
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

/** `<key>value</key>`. */
export function createElementDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: charClass('A-Za-z0-9_"\''), first: charClass('>') }],
    startsWord: false,
    find(text, at, floor) {
      const opener = runEnd(text, at + 1, NEWLINE_AND_SPACE, at + 64);
      if (codeAt(text, opener) === 60 || !hasValue(text, opener)) return undefined;
      const tag = runStart(text, at, IN_TAG, Math.max(floor, at - 128));
      if (codeAt(text, tag - 1) !== 60) return undefined;
      const name = text.slice(tag, runEnd(text, tag, KEY, tag + 64));
      const verdict = keys.judge(name);
      if (!mayBeSecret(verdict)) return undefined;
      const value = valueAfter(text, opener, IN_ELEMENT);
      const close = runEnd(text, value.end, AFTER_ELEMENT, value.end + 64);
      return text.startsWith('</', close) ? judged(knownFormat, text, value, verdict) : undefined;
    },
  };
}

const AFTER_ELEMENT = charClass(' \t\r\n"\'`');
const IN_TAG = complement(charClass('<>\r\n'));
const IN_ELEMENT = complement(charClass(' \t\r\n<'));

/** `set("KEY", "value")`. */
export function createArgumentDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: QUOTE, first: charClass(',') }],
    startsWord: false,
    find(text, at, floor) {
      const opener = runEnd(text, at + 1, NEWLINE_AND_SPACE, at + 40);
      if (!has(QUOTE, codeAt(text, opener))) return undefined;
      const keyStart = runStart(text, at - 1, KEY, Math.max(floor, at - 64));
      if (codeAt(text, keyStart - 2) !== 40 || codeAt(text, keyStart - 1) !== codeAt(text, at - 1)) return undefined;
      const verdict = keys.judge(text.slice(keyStart, at - 1));
      return mayBeSecret(verdict) ? judged(knownFormat, text, { ...valueAfter(text, opener), setting: 'bare' }, verdict) : undefined;
    },
  };
}

/** `--key value`, `-key value`, `["--key", "value"]`. */
export function createFlagDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: charClass('\0\n \t"\'['), first: charClass('-') }],
    startsWord: false,
    find(text, at) {
      const nameStart = codeAt(text, at + 1) === 45 ? at + 2 : at + 1;
      if (!has(ALPHANUMERIC, codeAt(text, nameStart))) return undefined;
      const nameEnd = runEnd(text, nameStart, KEY, nameStart + 64);
      const opener = runEnd(text, nameEnd, BETWEEN_ARGUMENTS, nameEnd + 8);
      if (opener === nameEnd || codeAt(text, opener) === 45 || !hasValue(text, opener)) return undefined;
      const verdict = keys.judge(text.slice(nameStart, nameEnd));
      if (!mayBeSecret(verdict)) return undefined;
      const value = valueAfter(text, opener);
      return judged(knownFormat, text, isHeader(verdict) ? { ...value, setting: 'bare' } : value, verdict);
    },
  };
}

const BETWEEN_ARGUMENTS = charClass(' \t",\'');

/** `token abc…`, `the API key is abc…`, `ENV DB_PASSWORD abc…`: a key with nothing but words behind it. The value must look random. */
export function createSpacedDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: ['token ', 'key ', 'secret ', 'passwd ', 'password ', 'pass ', 'pwd ', 'credential '].map((literal) => ({ literal, ignoreCase: true })),
    startsWord: false,
    find(text, at, floor) {
      const keyEnd = runEnd(text, at, KEY, at + 16);
      const spaced = LINKING.exec(text.slice(keyEnd, keyEnd + 24));
      const opener = keyEnd + (spaced?.[0].length ?? 0);
      const first = codeAt(text, opener);
      if (opener === keyEnd || first < 33 || first === 45 || !has(VALUE_START, first)) return undefined;
      const value = valueAfter(text, opener);
      const length = value.end - value.start;
      if (length < 8 || !hasDigitAndLetter(text, value.start, value.end)) return undefined;
      const verdict = judgeKeyBefore(text, keyEnd, floor, keys);
      if (verdict === undefined || !mayBeSecret(verdict)) return undefined;
      const written = text.slice(value.start, value.end);
      const isPlausible = verdict.type === 'password' ? /^\S+$/.test(written) : length >= 16 && (verdict.kind === 'secret' || !isIdentifierShaped(written)) && looksRandom(written);
      return isPlausible ? judged(knownFormat, text, { ...value, setting: 'bare' }, verdict) : undefined;
    },
  };
}

const LINKING = /^ {1,3}(?:(?:is|was|are|to|of|value|set to)(?: |: ?))?["'`(]?(?=\S)/;
const VALUE_START = complement(charClass('"\'`()<>[]{}|,;:=&'));

function hasDigitAndLetter(text: string, start: number, end: number): boolean {
  let [digits, letters] = [0, 0];
  for (let at = start; at < end; at += 1) {
    const code = codeAt(text, at);
    if (has(DIGIT, code)) digits += 1;
    else if (has(ALPHANUMERIC, code)) letters += 1;
  }
  return digits > 0 && letters > 0;
}

/** `name: KEY` with `value: …` behind it, as Kubernetes, .NET and JSON lists of variables have it. */
export function createPairDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ literal: 'value', ignoreCase: true }],
    startsWord: true,
    find(text, at, floor) {
      const separator = runEnd(text, at + 5, CLOSING, at + 9);
      const next = codeAt(text, separator);
      if ((next !== 58 && next !== 61) || !has(BEFORE_VALUE, codeAt(text, at - 1))) return undefined;
      const opener = runEnd(text, separator + 1, SPACE, separator + 8);
      if (!hasValue(text, opener)) return undefined;
      const name = NAME_BEFORE.exec(text.slice(Math.max(floor, at - 160), at))?.[1];
      if (name === undefined) return undefined;
      const verdict = keys.judge(name);
      if (!mayBeSecret(verdict) || /csrf|xsrf|authenticity/i.test(name)) return undefined;
      return judged(knownFormat, text, valueAfter(text, opener), verdict);
    },
  };
}

const BEFORE_VALUE = charClass(' \t\r\n"\'`\\,;{');
const CLOSING = charClass('"\'\\ ');
const NAME_BEFORE = /(?:name|key|header|id)["'\\]{0,4}\s{0,4}[:=]\s{0,4}["'\\]{0,4}([\w.-]{2,64})["'\\]{0,4}[\s,;]{0,24}(?:\\n)?[\s"'\\{-]{0,24}$/i;

/** The token of a form against forgery is made for one page, and is worth nothing without the cookie. */
function isFormToken(text: string, at: number, floor: number): boolean {
  return /(?:csrf|xsrf|authenticity)[\w.-]{0,24}["'\\]{0,2}\s{0,2}$/i.test(text.slice(Math.max(floor, at - 40), at));
}

function mayBeSecret({ kind }: KeyVerdict): boolean {
  return kind === 'secret' || kind === 'weak' || kind === 'vendor';
}

function isHeader({ type }: KeyVerdict): boolean {
  return type === 'authorization' || type === 'cookie';
}

function isLineEnd(text: string, at: number): boolean {
  const code = codeAt(text, at);
  return code === 10 || code === 13;
}

/** Most colons and equal signs have no value behind them that could be a secret: the key need not be looked at. */
function hasValue(text: string, at: number): boolean {
  return text.length - at >= SHORTEST_VALUE && codeAt(text, at) > 32;
}

/** `key=key=key=`: what goes on as a key is no value. */
function isChain(text: string, start: number): boolean {
  const end = runEnd(text, start, ALPHANUMERIC, start + 8);
  const code = codeAt(text, end);
  return end - start < 8 && end > start && (code === 61 || code === 58) && codeAt(text, end + 1) > 32 && !has(DIGIT, codeAt(text, start));
}

function judged(knownFormat: KnownFormat, text: string, place: ValuePlace, verdict: KeyVerdict): Found | undefined {
  const { start, setting, tail } = place;
  const end = setting === 'bare' && tail === undefined ? withoutPunctuation(text, start, place.end) : place.end;
  if (end - start < SHORTEST_VALUE) return undefined;
  if (!isSecretValue(text.slice(start, Math.min(end, start + LONGEST_JUDGED)), verdict, setting)) return undefined;
  return { start, end, type: knownFormat(text, start, end) ?? verdict.type, tail };
}

function withoutPunctuation(text: string, start: number, end: number): number {
  const last = codeAt(text, end - 1);
  return end > start && (last === 46 || last === 58 || last === 63 || last === 33) && end - start < 24 ? end - 1 : end;
}

const SCHEME = /^(?:Bearer|Basic|Token|Digest|ApiKey|Api-Key|Key|OAuth|Negotiate|NTLM|Splunk|SSWS|GenieKey|AWS4-HMAC-SHA256|SharedAccessSignature|Hawk|DPoP|Zoho-oauthtoken)[ =]+/i;

/** A header's value goes to the end of the line; the scheme of an authorization stays. */
function headerValue(knownFormat: KnownFormat, text: string, at: number, verdict: KeyVerdict): Found | undefined {
  const { start, end, setting, tail } = valueAfter(text, at, LINE_VALUE);
  const value = text.slice(start, end);
  const scheme = verdict.type === 'authorization' ? (SCHEME.exec(value)?.[0].length ?? 0) : 0;
  const credentials = value.slice(scheme);
  if (scheme > 0 ? isCredentials(credentials) : isSecretValue(credentials, verdict, setting)) return { start: start + scheme, end, type: knownFormat(text, start + scheme, end) ?? verdict.type, tail };
  return undefined;
}

function isCredentials(credentials: string): boolean {
  return credentials.length >= 6 && !isTemplate(credentials) && !/^(?:x+|\*+|\.+|token|your)/i.test(credentials) && !/^\w*(?:token|key|credentials?)$/i.test(credentials);
}
