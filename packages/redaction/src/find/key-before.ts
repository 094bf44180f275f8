import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import { LAST_WORDS } from '../keys/key-words.ts';
import { colourStart } from '../scan/boundary.ts';
import { charClass, codeAt, has, runStart } from '../scan/char-class.ts';

const KEY = charClass('A-Za-z0-9_.$-');
const BEFORE_OPERATOR = charClass(' \t|?+.~!*\\"\'`])');
const BETWEEN_KEY_AND_OPERATOR = charClass(' \t|?+.~!*\\"\'`]);}>');
const LONGEST_KEY = 64;
const SHORTEST_KEY = 2;
const QUOTES = /["'`]/;

/** A declaration puts the type between the name and the value: `password: string = "…"`, `var token string = "…"`. */
const TYPE_NAMES: ReadonlySet<string> = new Set(
  'string String str char const text varchar bytes Secret SecretStr CharSequence std Optional'.split(' '),
);

/** What the key that ends before `end` says of its value. `floor` is where the text that may be looked at starts. */
export function judgeKeyBefore(text: string, end: number, floor: number, keys: KeyPolicy): KeyVerdict | undefined {
  const keyEnd = endOfKey(text, end, floor);
  const keyStart = startOfKey(text, keyEnd, floor);
  if (keyStart > floor && codeAt(text, keyStart - 1) > 127) return foreignVerdict(text, keyEnd, floor, keys);
  if (keyEnd - keyStart < SHORTEST_KEY || isCompound(text, keyStart, end)) return undefined;
  const mayBeSecret = keys.mayNameSecret(text, keyStart, keyEnd);
  const mayBePhrase = isBehindWord(text, keyStart, keyEnd, floor);
  if (!mayBeSecret && !mayBePhrase) return undefined;
  const key = text.slice(unescapedStart(text, keyStart, keyEnd), keyEnd);
  const verdict = mayBeSecret ? keys.judge(key) : undefined;
  if (verdict?.kind === 'secret' || !mayBePhrase) return verdict;
  const earlier = declaredBefore(text, keyStart, floor);
  if (earlier === undefined || QUOTES.test(text.charAt(keyEnd)) !== QUOTES.test(text.charAt(earlier.start - 1))) return verdict;
  const phrase = keys.judge(TYPE_NAMES.has(key) ? earlier.word : `${earlier.word} ${key}`);
  // `cache key` is no key to anything, though `key` might be.
  if (phrase.kind === 'plain' && verdict?.kind === 'weak' && !TYPE_NAMES.has(key)) return phrase;
  return phrase.kind === 'secret' || phrase.kind === 'weak' || phrase.kind === 'vendor' ? phrase : verdict;
}

/** Whether a name in quotes stands before an operator at `at`, and no word is in it that could make its value a secret: so it is in most JSON. */
export function isPlainName(text: string, at: number, floor: number, keys: KeyPolicy): boolean {
  if (!isPlainlyQuoted(text, at, floor)) return false;
  const start = keys.startOfPlain(text, at - 1, Math.max(floor, at - 1 - LONGEST_KEY));
  return start > floor && codeAt(text, start - 1) === QUOTATION;
}

/** The same of a bare name: in `key=value`, a cookie, a form. */
export function isPlainBareName(text: string, at: number, floor: number, keys: KeyPolicy): boolean {
  const last = codeAt(text, at - 1);
  if (!has(PLAIN, last) || last === LETTER_M || ((last | 32) === LETTER_D && codeAt(text, at - 2) === FIVE)) return false;
  const start = keys.startOfPlain(text, at, Math.max(floor, at - LONGEST_KEY));
  return start !== -1 && codeAt(text, start - 1) < 128 && !isBehindWord(text, start, at, floor);
}

/** With it the code for a colour of a terminal ends. */
const LETTER_M = 109;

/** How many characters are judged of the key that ends before `end`: with the word before it, where that may be part of it. */
export function judgedLength(text: string, end: number, floor: number): number {
  const keyEnd = endOfKey(text, end, floor);
  const keyStart = startOfKey(text, keyEnd, floor);
  if (keyStart > floor && codeAt(text, keyStart - 1) > 127) return LONGEST_FOREIGN_KEY * 2;
  const earlier = isBehindWord(text, keyStart, keyEnd, floor) ? declaredBefore(text, keyStart, floor) : undefined;
  return keyEnd - (earlier?.start ?? keyStart);
}

function endOfKey(text: string, end: number, floor: number): number {
  return isPlainlyQuoted(text, end, floor) ? end - 1 : withoutBracket(text, keyEndBefore(text, end, floor), floor);
}

function startOfKey(text: string, keyEnd: number, floor: number): number {
  return runStart(text, keyEnd, KEY, Math.max(floor, keyEnd - LONGEST_KEY));
}

function isBehindWord(text: string, keyStart: number, keyEnd: number, floor: number): boolean {
  return keyStart > floor && has(BETWEEN_WORDS, codeAt(text, keyStart - 1)) && mayEndPhrase(text, keyStart, keyEnd);
}

/** `"key":`, as in JSON: nothing else than the quote stands between the key and the operator. */
function isPlainlyQuoted(text: string, end: number, floor: number): boolean {
  if (codeAt(text, end - 1) !== QUOTATION || end - 2 <= floor) return false;
  const last = codeAt(text, end - 2);
  return has(PLAIN, last) && ((last | 32) !== LETTER_D || codeAt(text, end - 3) !== FIVE);
}

const QUOTATION = 34;
/** Those with which an entity of a quote ends are left out. */
const PLAIN = charClass('A-Za-z013-9_');

/** Whether a key may end before an operator at `at`, by the two characters there. */
export function mayEndKey(text: string, at: number): boolean {
  const last = codeAt(text, at - 1);
  if (last > 127 || has(BETWEEN_KEY_AND_OPERATOR, last)) return true;
  return has(KEY, last) && (has(KEY, codeAt(text, at - 2)) || codeAt(text, at - 2) > 127);
}

/** `user%5Bpassword%5D=`: the brackets of a form's field, encoded. */
function withoutBracket(text: string, keyEnd: number, floor: number): number {
  const isEncoded =
    (codeAt(text, keyEnd - 1) | 32) === LETTER_D && codeAt(text, keyEnd - 2) === FIVE && codeAt(text, keyEnd - 3) === PERCENT;
  return isEncoded && keyEnd - 3 > floor ? keyEnd - 3 : keyEnd;
}

const LETTER_D = 100;
const FIVE = 53;
const PERCENT = 37;

/** Where the key before an operator ends: quotes, written out or as entities, and a default in brackets stand between. */
function keyEndBefore(text: string, end: number, floor: number): number {
  const plainEnd = runStart(text, end, BEFORE_OPERATOR, Math.max(floor, end - 16));
  const keyEnd = Math.max(floor, colourStart(text, plainEnd));
  const last = codeAt(text, keyEnd - 1);
  const isPlain =
    last !== SEMICOLON &&
    last !== CURLY &&
    last !== GREATER &&
    codeAt(text, keyEnd) !== SQUARE &&
    !(last === TWO && codeAt(text, keyEnd - 5) === LETTER_U);
  return isPlain ? keyEnd : keyEnd - writtenBefore(text, keyEnd, floor);
}

const TWO = 50;
const SEMICOLON = 59;
const SQUARE = 93;
const LETTER_U = 117;
const CURLY = 125;
const GREATER = 62;

function writtenBefore(text: string, keyEnd: number, floor: number): number {
  const before = text.slice(Math.max(floor, keyEnd - 48), keyEnd);
  const written =
    codeAt(text, keyEnd) === SQUARE
      ? BRACKET_BEFORE
      : before.endsWith('}')
        ? ACCESSORS_BEFORE
        : before.endsWith('>') && has(WORD, codeAt(before, before.lastIndexOf('<') - 1))
          ? GENERIC_BEFORE
          : QUOTE_BEFORE;
  return written.exec(before)?.[0].length ?? 0;
}

const QUOTE_BEFORE = /(?:\\{1,4}u0022|&quot;|&#34;)$/;
/** `AWS Secret Access Key [None]:`, as command lines ask; `password[32] =`, `SECRET: &[u8] =`, as C and Rust declare. */
const BRACKET_BEFORE =
  /(?<=\w)(?: \[[\w*]{0,24}|\[(?:\d{1,6}|[A-Z_]{0,24}(?:LEN|LENGTH|MAX|SIZE))?|: ?&?(?:'[a-z]{1,8} )?\w{0,16}\[\w{1,8}(?:; ?\w{1,12})?)$/;

/** `TOKEN: Lazy<String> = …`. */
const GENERIC_BEFORE = /: ?[\w:]{1,24}<[\w<>, ]{1,40}>$/;

/** `string Password { get; set; } = …`. */
const ACCESSORS_BEFORE = / \{ ?get;[^{}]{0,32}\}$/;

/** Keys in other scripts, which end no run of ASCII letters. */
function foreignVerdict(text: string, keyEnd: number, floor: number, keys: KeyPolicy): KeyVerdict | undefined {
  const earliest = Math.max(floor, keyEnd - LONGEST_FOREIGN_KEY);
  let start = keyEnd;
  while (start > earliest && (codeAt(text, start - 1) > 127 || has(WORD, codeAt(text, start - 1)))) start -= 1;
  if (keyEnd - start < SHORTEST_KEY || !keys.mayNameSecret(text, start, keyEnd)) return undefined;
  const key = text.slice(start, keyEnd).split(NO_LETTER).at(-1) ?? '';
  return key.length < SHORTEST_KEY ? undefined : keys.judge(key);
}

const LONGEST_FOREIGN_KEY = 24;
const WORD = charClass('A-Za-z0-9_');
const NO_LETTER = /[^\p{L}\p{M}\w]/u;

/** `arn:aws:secretsmanager:eu:1:secret:name`: parts of one name, not a key with a value. */
function isCompound(text: string, keyStart: number, end: number): boolean {
  return codeAt(text, keyStart - 1) === COLON && codeAt(text, end) === COLON && codeAt(text, end + 1) > 34 && codeAt(text, end + 1) !== 39;
}

const COLON = 58;

/** `api key`, `connection string`: words that mean a secret only behind another, and those that stand between a name and its value. */
function mayEndPhrase(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length > LONGEST_ENDING || (((ENDINGS[codeAt(text, end - 1) & 31] ?? 0) >>> length) & 1) === 0) return false;
  const key = text.slice(start, end);
  return LAST_WORDS.has(key.toLowerCase()) || TYPE_NAMES.has(key);
}

const LONGEST_ENDING = 14;
/** How long those words are, a bit for each length, by their last letters: most keys need not be cut out of their text. */
const ENDINGS = new Int32Array(32);
for (const word of [...LAST_WORDS, ...TYPE_NAMES]) {
  const last = word.charCodeAt(word.length - 1) & 31;
  ENDINGS[last] = (ENDINGS[last] ?? 0) | (1 << word.length);
}

/** The letter of an escape (`\npassword`) is not part of a key. */
function unescapedStart(text: string, start: number, end: number): number {
  if (codeAt(text, start - 1) === 92 && text.startsWith('u0022', start)) return start + 5;
  if (codeAt(text, start - 1) === PERCENT && text.slice(start, start + 2).toLowerCase() === '5b') return start + 2;
  const isEscape = codeAt(text, start - 1) === 92 && end - start > 1 && /[nrt]/.test(text.charAt(start));
  return isEscape ? start + 1 : start;
}

/** `password: &'static str = …`. */
const LIFETIME = / &?'[a-z]{1,8}$/;

/** `password: &str = …`. */
const BETWEEN_WORDS = charClass(' \t&');

/** The word before the key; before the type in `Dim password As String = …`. */
function declaredBefore(text: string, keyStart: number, floor: number): { word: string; start: number } | undefined {
  const earlier = wordBefore(text, keyStart, floor);
  return earlier?.word === 'As' ? wordBefore(text, earlier.start, floor) : earlier;
}

function wordBefore(text: string, keyStart: number, floor: number): { word: string; start: number } | undefined {
  const end = runStart(text, keyStart, BETWEEN_WORDS, Math.max(floor, keyStart - 4));
  if (end === keyStart) return undefined;
  const typed = LIFETIME.exec(text.slice(Math.max(floor, end - 12), end))?.[0].length ?? 0;
  const colon = codeAt(text, end - typed - 1) === 58 ? end - typed - 1 : end - typed;
  const start = runStart(text, colon, KEY, Math.max(floor, colon - LONGEST_KEY));
  return start === colon ? undefined : { word: text.slice(start, colon), start };
}
