import { words } from '../keys/words.ts';
import { PLACEHOLDER_START } from '../placeholder.ts';
import { charClass, codeAt, has } from '../scan/char-class.ts';

const WORDS = words(`
  null nil none undefined true false yes no on off string str number bool boolean int integer float object array any void var self this
  required optional default empty unset secret password passwd pass pwd token apikey key redacted hidden masked removed changeme example
  test testing passed failed pending skipped success todo tbd n/a foo bar baz user username
`);
const REPEATED = /^(?:x+|\*+|\.+|-+|_+|#+|0+|1+)$/i;
const DEFAULTS =
  /^(?:(?:root|admin|user|my|db|test|the|new|default|mysql|postgres|super|some|dummy|fake)[_-]?)*(?:password|passwd|pass|pwd|secret)$/i;
const TEMPLATE =
  /^(?:\$\{|\$\(|\{\{[^{}]*(?:\}\}|$)|\{[^{}]*(?:\}|$)|<|%[({%]|%[sdv]$|%\w{2,64}%$|\$[A-Za-z_]|\$\d|@\{|#\{|\[|\(|&[a-z]|\\[A-Za-z(]|env[.:(])/i;
const MARKED = /x{5,}|\*{3,}|\.{3}|…|\[redacted:/i;
const FILLED_IN = /\$\{[\w.:-]*[}(]|\$\([^)]*\)|\{\{[^{}]*\}\}|<[a-z/][\w /-]*>/i;
const CALLED = /^[\w.$]+\([\w."', ]*\)/;
const DESCRIBED =
  /your[_-]|^your\w{0,24}(?:key|secret|token|here)|[_-]here$|\bredacted\b|placeholder|\binsert\b|change[_-]?me|replace[_-]?me/i;

/** The letters of which each alternative of `DESCRIBED` has some, and the signs without which `FILLED_IN` matches nothing. */
const DESCRIBING_LETTERS: readonly number[] = ['your', 'here', 'redact', 'placeho', 'insert', 'change', 'repl'].map(lettersOf);
const SIGNS = charClass('$<{');
const LONGEST_LOOKED_AT = 256;

/** Whether a value only stands where a secret would: `xxxx`, `<token>`, `${TOKEN}`, `null`, `your-key-here`, or is public. */
export function isStandIn(value: string): boolean {
  const length = Math.min(value.length, LONGEST_LOOKED_AT);
  let [letters, signs, run, previous, longestRun, repeat, longestRepeat] = [0, 0, 1, -2, 1, 1, 1];
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at);
    if (code > 64) letters |= 1 << (code & 31);
    if (code < 128) signs += SIGNS[code] ?? 0;
    run = code === previous + 1 ? run + 1 : 1;
    if (run > longestRun && (code <= NINE || run >= LONGEST_ALPHABET)) longestRun = run;
    repeat = (code | 32) === (previous | 32) ? repeat + 1 : 1;
    if (repeat > longestRepeat) longestRepeat = repeat;
    previous = code;
  }
  if (longestRun >= LONGEST_COUNT || isTemplate(value) || isPublishable(value)) return true;
  if (length <= LONGEST_WORD && WORDS.has(value.toLowerCase())) return true;
  if (REPEATED.test(value) || (length <= LONGEST_DEFAULT && DEFAULTS.test(value))) return true;
  const looked = value.length > LONGEST_LOOKED_AT ? value.slice(0, LONGEST_LOOKED_AT) : value;
  if (longestRepeat >= SHORTEST_REPEAT ? MARKED.test(looked) : looked.includes('…') || looked.includes(PLACEHOLDER_START)) return true;
  if ((signs > 0 && FILLED_IN.test(looked)) || CALLED.test(looked)) return true;
  return DESCRIBING_LETTERS.some((some) => (letters & some) === some) && DESCRIBED.test(looked);
}

/** The keys of Stripe that web pages hold; its documentation calls them publishable. */
function isPublishable(value: string): boolean {
  return value.startsWith('pk_live_') || value.startsWith('pk_test_');
}

/** Which letters a word has, a bit for each. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
}

/** So many digits that count up are no accident: `0123456789`. */
const LONGEST_COUNT = 10;
/** Of letters it takes more: who makes up a key types along the alphabet for a while. `abcdefghijklmnopqr` is what documentation has. */
const LONGEST_ALPHABET = 17;
const NINE = 57;
const LONGEST_WORD = Math.max(...Array.from(WORDS, ({ length }) => length));
const LONGEST_DEFAULT = 128;
/** Of `MARKED` every alternative has three of one sign, but for the ellipsis and the placeholder. */
const SHORTEST_REPEAT = 3;

/** Whether a value has a long piece of the alphabet in it. */
export function hasAlphabet(value: string): boolean {
  let run = 1;
  for (let at = 1; at < value.length && at < LONGEST_LOOKED_AT; at += 1) {
    run = value.charCodeAt(at) === value.charCodeAt(at - 1) + 1 ? run + 1 : 1;
    if (run >= LONGEST_ALPHABET) return true;
  }
  return false;
}

/** Whether a value is filled in later: `${PASSWORD}`, `$1`, `{{ .Values.password }}`, `<password>`. */
export function isTemplate(value: string): boolean {
  return has(TEMPLATE_START, codeAt(value, 0)) && TEMPLATE.test(value);
}

const TEMPLATE_START = charClass('$<{%@#[(&\\eE');
