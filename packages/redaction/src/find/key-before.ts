import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
import { LAST_WORDS } from '../keys/key-words.ts';
import { charClass, codeAt, runStart, SPACE } from '../scan/char-class.ts';

const KEY = charClass('A-Za-z0-9_.$-');
const BEFORE_OPERATOR = charClass(' \t|?+.~!\\"\'`])');
const LONGEST_KEY = 64;
const SHORTEST_KEY = 2;
const QUOTES = /["'`]/;

/** A declaration puts the type between the name and the value: `password: string = "…"`, `var token string = "…"`. */
const TYPE_NAMES: ReadonlySet<string> = new Set(
  'string String str char const text varchar bytes Secret SecretStr CharSequence std Optional'.split(' '),
);

/** What the key that ends before `end` says of its value. `floor` is where the text that may be looked at starts. */
export function judgeKeyBefore(text: string, end: number, floor: number, keys: KeyPolicy): KeyVerdict | undefined {
  const keyEnd = runStart(text, end, BEFORE_OPERATOR, Math.max(floor, end - 16));
  const keyStart = runStart(text, keyEnd, KEY, Math.max(floor, keyEnd - LONGEST_KEY));
  if (keyEnd - keyStart < SHORTEST_KEY || isCompound(text, keyStart, end)) return undefined;
  const key = text.slice(unescapedStart(text, keyStart, keyEnd), keyEnd);
  const verdict = keys.judge(key);
  if (verdict.kind === 'secret' || keyStart === floor || !mayEndPhrase(key)) return verdict;
  const earlier = wordBefore(text, keyStart, floor);
  if (earlier === undefined || QUOTES.test(text.charAt(keyEnd)) !== QUOTES.test(text.charAt(earlier.start - 1))) return verdict;
  const phrase = keys.judge(TYPE_NAMES.has(key) ? earlier.word : `${earlier.word} ${key}`);
  return phrase.kind === 'secret' || phrase.kind === 'weak' || phrase.kind === 'vendor' ? phrase : verdict;
}

/** `arn:aws:secretsmanager:eu:1:secret:name`: parts of one name, not a key with a value. */
function isCompound(text: string, keyStart: number, end: number): boolean {
  return codeAt(text, keyStart - 1) === COLON && codeAt(text, end) === COLON && codeAt(text, end + 1) > 34 && codeAt(text, end + 1) !== 39;
}

const COLON = 58;

/** `api key`, `connection string`: words that mean a secret only behind another, and those that stand between a name and its value. */
function mayEndPhrase(key: string): boolean {
  return key.length <= 14 && (LAST_WORDS.has(key.toLowerCase()) || TYPE_NAMES.has(key));
}

/** The letter of an escape (`\npassword`) is not part of a key. */
function unescapedStart(text: string, start: number, end: number): number {
  const isEscape = codeAt(text, start - 1) === 92 && end - start > 1 && /[nrt]/.test(text.charAt(start));
  return isEscape ? start + 1 : start;
}

function wordBefore(text: string, keyStart: number, floor: number): { word: string; start: number } | undefined {
  const end = runStart(text, keyStart, SPACE, Math.max(floor, keyStart - 4));
  if (end === keyStart) return undefined;
  const colon = codeAt(text, end - 1) === 58 ? end - 1 : end;
  const start = runStart(text, colon, KEY, Math.max(floor, colon - LONGEST_KEY));
  return start === colon ? undefined : { word: text.slice(start, colon), start };
}
