import { PLACEHOLDER_START } from '../placeholder.ts';
import { keyWords } from './key-name.ts';
import { createKeySieve } from './key-sieve.ts';
import {
  ABOUT_WORDS,
  CONTENT_ENDINGS,
  CONTENT_KEYS,
  FOREIGN_PASSWORDS,
  IDENTIFIER_ENDINGS,
  ORDINARY_KEY_WORDS,
  ORDINARY_PASS_ENDINGS,
  ORDINARY_PASS_WORDS,
  PAGE_TOKEN_WORDS,
  SECRET_KEYS,
  SECRET_PHRASES,
  TOKEN_COUNT_WORDS,
  TRACE_CONTENT_KEYS,
  WEAK_WORDS,
} from './key-words.ts';
import { VENDORS } from './vendors.ts';
import { words } from './words.ts';

/**
 * What a key says of its value.
 *
 * - `secret`: it is one, whatever it looks like.
 * - `weak`: it is one if it looks random (`auth`, `signature`, `stripe_key`); `vendor` likewise, but for the shapes of identifiers.
 * - `content`: what customers wrote or models answered; `trace-content` only where structure is kept.
 * - `identifier`: it names something, and stays. `plain`: nothing is known.
 */
export type KeyKind = 'secret' | 'weak' | 'vendor' | 'content' | 'trace-content' | 'identifier' | 'plain';

export interface KeyVerdict {
  readonly kind: KeyKind;
  /** Placeholder type of a secret. */
  readonly type: string;
}

export interface KeyPolicy {
  judge(key: string): KeyVerdict;
  /** Whether the verdict on a part of a text, or on any part of that, may be `secret`, `weak` or `vendor`. Mostly not, and far sooner said. */
  mayNameSecret(text: string, start: number, end: number): boolean;
  /** Where the run of `A-Za-z0-9_.$-` begins that ends before `end`, at least `floor`; -1 if it may name a secret. */
  startOfPlain(text: string, end: number, floor: number): number;
}

export interface KeyPolicyOptions {
  readonly safeKeys?: readonly string[] | undefined;
  readonly secretKeys?: readonly string[] | undefined;
  readonly contentKeys?: readonly string[] | undefined;
}

const PLAIN: KeyVerdict = { kind: 'plain', type: '' };
const IDENTIFIER: KeyVerdict = { kind: 'identifier', type: '' };
const CONTENT: KeyVerdict = { kind: 'content', type: 'content' };
const TRACE_CONTENT: KeyVerdict = { kind: 'trace-content', type: 'content' };
const WEAK: KeyVerdict = { kind: 'weak', type: 'secret' };
const VENDOR_KEY: KeyVerdict = { kind: 'weak', type: 'api_key' };
/** HashiCorp Vault calls a credential so, Amazon a name. */
const SECRET_ID: KeyVerdict = VENDOR_KEY;
const VENDOR: KeyVerdict = { kind: 'vendor', type: 'secret' };

/** Verdicts are remembered: the keys of a program are few, and judging one takes half a microsecond. A power of two. */
const REMEMBERED_KEYS = 4096;
const LONGEST_REMEMBERED_KEY = 64;
/** What a key names is said by its last words. */
const MOST_WORDS = 16;
/** Shorter strings are no longer parts of the text that they were cut from. */
const SHORTEST_PART = 13;

export function createKeyPolicy(options: KeyPolicyOptions = {}): KeyPolicy {
  const named = new Map<string, KeyVerdict>();
  for (const key of options.contentKeys ?? []) named.set(joined(key), CONTENT);
  for (const key of options.secretKeys ?? []) named.set(joined(key), { kind: 'secret', type: 'secret' });
  for (const key of options.safeKeys ?? []) named.set(joined(key), IDENTIFIER);
  const remembered = new KeyMemory();
  const sieve = createKeySieve([...SECRET_WORDS, ...(options.secretKeys ?? []).map(joined)]);

  return {
    mayNameSecret: sieve.mayPass,
    startOfPlain: sieve.startOfPlain,
    judge(key) {
      if (named.size === 0 && isNumber(key)) return PLAIN;
      const slot = slotOf(key);
      const known = remembered.recall(key, slot);
      if (known !== undefined) return known;
      // The words of a placeholder are ours: they name nothing.
      if (key.includes(PLACEHOLDER_START)) return PLAIN;
      const words = keyWords(key.length > 256 ? key.slice(-256) : key).slice(-MOST_WORDS);
      const verdict = (named.size > 0 ? named.get(words.join('')) : undefined) ?? lastOfPath(key, judgeWords(words));
      remembered.remember(key, slot, verdict);
      return verdict;
    },
  };
}

/** Without one of these no key makes a value a secret. What is glued to something ends with one of the first. */
const SECRET_WORDS: readonly string[] = [
  ...WEAK_WORDS,
  ...SECRET_KEYS.keys(),
  ...SECRET_PHRASES.map(([phrase]) => phrase),
  ...FOREIGN_PASSWORDS,
  ...VENDORS,
];

/** `user.messages`, `gen_ai.prompt`: of a path, its last part says whether it leads to content. */
function lastOfPath(key: string, verdict: KeyVerdict): KeyVerdict {
  const dot = key.lastIndexOf('.');
  if (dot <= 0 || (verdict.kind !== 'plain' && verdict.kind !== 'vendor')) return verdict;
  return CONTENT_KEYS.has(keyWords(key.slice(dot + 1)).join('')) ? CONTENT : verdict;
}

/** The last key of each slot: a text full of keys that never come back costs no more than their judgement. */
class KeyMemory {
  readonly #keys = new Array<string>(REMEMBERED_KEYS).fill('');
  readonly #verdicts = new Array<KeyVerdict>(REMEMBERED_KEYS).fill(PLAIN);

  recall(key: string, slot: number): KeyVerdict | undefined {
    return this.#keys[slot] === key ? this.#verdicts[slot] : undefined;
  }

  remember(key: string, slot: number, verdict: KeyVerdict): void {
    if (key.length > LONGEST_REMEMBERED_KEY) return;
    this.#keys[slot] = detached(key);
    this.#verdicts[slot] = verdict;
  }
}

function slotOf(key: string): number {
  const length = Math.min(key.length, LONGEST_REMEMBERED_KEY);
  let hash = length;
  for (let at = 0; at < length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 15)) & (REMEMBERED_KEYS - 1);
}

/** The same key in memory of its own: a part of a text would keep the whole text alive, a part of this keeps one space. */
function detached(key: string): string {
  return key.length < SHORTEST_PART ? key : ` ${key}`.slice(1);
}

/** `2026-11-21T10`, `127.0.0.1`: no word begins it and none is in it. Every one is another, and would be remembered in vain. */
function isNumber(key: string): boolean {
  if (key === '' || !isDigit(key.charCodeAt(0)) || key.length > LONGEST_REMEMBERED_KEY) return false;
  let letters = 0;
  for (let at = 1; at < key.length && letters < 2; at += 1) letters = key.charCodeAt(at) > DIGITS_END ? letters + 1 : 0;
  return letters < 2;
}

/** Every letter comes after the digits and what stands between them. */
const DIGITS_END = 58;

function joined(key: string): string {
  return keyWords(key).join('');
}

const PHRASE_TYPES: ReadonlyMap<string, string> = new Map(SECRET_PHRASES);
/** By their first words, the longest first. */
const PHRASES_FROM: ReadonlyMap<string, readonly (readonly [words: readonly string[], type: string])[]> = Map.groupBy(
  SECRET_PHRASES.map(([phrase, type]) => [phrase.split(' '), type] as const).toSorted(([one], [other]) => other.length - one.length),
  ([[first = '']]) => first,
);

function judgeWords(words: readonly string[]): KeyVerdict {
  const last = words.at(-1);
  if (last === undefined) return PLAIN;
  const phrase = words.join(' ');
  const whole = words.length > 1 ? PHRASE_TYPES.get(phrase) : undefined;
  if (whole !== undefined) return { kind: 'secret', type: whole };
  if (last === 'id' && words.at(-2) === 'secret') return SECRET_ID;
  if (words.length > 1 && ABOUT_WORDS.has(last) && !SECRET_KEYS.has(phrase)) return IDENTIFIER_ENDINGS.has(last) ? IDENTIFIER : PLAIN;
  const type = secretType(words, phrase);
  if (type !== undefined) return { kind: 'secret', type };
  const glued = words.join('');
  if (CONTENT_KEYS.has(glued) || endsContent(words, last)) return CONTENT;
  if (TRACE_CONTENT_KEYS.has(glued)) return TRACE_CONTENT;
  if (IDENTIFIER_ENDINGS.has(last)) return IDENTIFIER;
  return judgeHint(words, last);
}

/** `pgpassword`, `dbpasswd`, `mysecret`: names written without a break, by how they end. */
const GLUED_TYPES: readonly (readonly [ending: string, type: string])[] = [
  ...['password', 'passwd', 'passphrase', 'pwd'].map((ending) => [ending, 'password'] as const),
  ...['apikey', 'accesskey'].map((ending) => [ending, 'api_key'] as const),
  ...['authtoken', 'accesstoken', 'apitoken'].map((ending) => [ending, 'token'] as const),
  ...['secret', 'secretkey'].map((ending) => [ending, 'secret'] as const),
  ['privatekey', 'private_key'],
];
const GLUED_PASSWORD = /^[a-z0-9]{2,}(?:pass|pw)$/;
const GLUED_TOKEN = /^(?!jsonweb|next|page|sync|continuation|cancellation|max|num|re)[a-z0-9]{2,}token$/;
const ONE_WORD = /^[a-z0-9]+$/;
/** What stands before `key` in a name without a break. */
const KINDS_OF_KEY: readonly string[] = [
  ...words(`
    aes master encryption decryption signing crypto cipher hmac account license licence app service subscription consumer cookie admin deploy
    webhook merchant integration
  `),
];
const FOREIGN: ReadonlySet<string> = new Set(FOREIGN_PASSWORDS);

function secretType(words: readonly string[], phrase: string): string | undefined {
  if (words.includes('public') || words.includes('pub')) return undefined;
  const exact = SECRET_KEYS.get(phrase);
  if (exact !== undefined) return exact;
  for (const [at, word] of words.entries()) {
    const type = gluedType(word, at === words.length - 1) ?? phraseType(words, at, word);
    if (type === undefined) continue;
    return word === 'token' && words.some((other) => TOKEN_COUNT_WORDS.has(other) || PAGE_TOKEN_WORDS.has(other)) ? undefined : type;
  }
  return isPassword(words) ? 'password' : numberedType(words);
}

/** `password2`, `api_key_1`. Times end in digits, too, and are most of what comes here. */
function numberedType(words: readonly string[]): string | undefined {
  const last = words.at(-1) ?? '';
  if (!isDigit(last.charCodeAt(last.length - 1))) return undefined;
  const isNumber = isDigit(last.charCodeAt(0));
  const base = isNumber ? words.at(-2) : last.replace(/\d{1,3}$/, '');
  if (base === undefined || base.length < 3 || isDigit(base.charCodeAt(base.length - 1))) return undefined;
  const before = words.at(isNumber ? -3 : -2);
  return PHRASE_TYPES.get(base) ?? (before === undefined ? undefined : PHRASE_TYPES.get(`${before} ${base}`)) ?? gluedType(base, true);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `smtp pass`, `root pw`. */
function isPassword(words: readonly string[]): boolean {
  const last = words.at(-1);
  return words.length > 1 && (last === 'pass' || last === 'pw') && !words.some((word) => ORDINARY_PASS_WORDS.has(word));
}

/** Shorter endings count at the end of a key alone. */
function gluedType(word: string, isLast: boolean): string | undefined {
  if (FOREIGN.has(word)) return 'password';
  if (word.length < 4) return undefined;
  const glued = word.length > 6 ? GLUED_TYPES.find(([ending]) => word.endsWith(ending) && word !== ending) : undefined;
  if (glued !== undefined && ONE_WORD.test(word)) return glued[1];
  if (!isLast) return undefined;
  if ((word.endsWith('pass') || word.endsWith('pw')) && GLUED_PASSWORD.test(word) && !ORDINARY_PASS_ENDINGS.has(word)) return 'password';
  if (word.length > 6 && word.endsWith('token') && GLUED_TOKEN.test(word)) return 'token';
  return word.length > 5 && isGluedKey(word) ? 'api_key' : undefined;
}

/** `masterkey`, `webhookkey`. */
function isGluedKey(word: string): boolean {
  return word.endsWith(KEY) && KINDS_OF_KEY.some((kind) => word.endsWith(kind, word.length - KEY.length)) && ONE_WORD.test(word);
}

const KEY = 'key';

/** The longest phrase that starts here. */
function phraseType(words: readonly string[], at: number, word: string): string | undefined {
  const phrases = PHRASES_FROM.get(word);
  if (phrases === undefined) return undefined;
  // Of two passes, the code of the first; of a boarding pass, its code.
  if (word === 'pass' && ORDINARY_PASS_WORDS.has(words[at - 1] ?? '')) return undefined;
  return phrases.find(([phrase]) => phrase.every((each, index) => words[at + index] === each))?.[1];
}

function endsContent(words: readonly string[], last: string): boolean {
  return CONTENT_ENDINGS.has(last) && !words.includes('tokens') && !words.includes('token');
}

function judgeHint(words: readonly string[], last: string): KeyVerdict {
  if ((last === 'key' || last === 'keys') && words.some((word) => ORDINARY_KEY_WORDS.has(word))) return PLAIN;
  const isVendor = words.some((word, at) => VENDORS.has(word) || VENDORS.has(word + (words[at + 1] ?? '')));
  if (WEAK_WORDS.has(last) || words.some((word) => word === 'auth' || word === 'oauth')) return isVendor ? VENDOR_KEY : WEAK;
  return isVendor ? VENDOR : PLAIN;
}
