import { words } from '../keys/words.ts';
import { anyOf } from '../rules/expression.ts';

const WORDS = words(`
  null nil none undefined true false yes no on off string str number bool boolean int integer float object array any void var self this
  required optional default empty unset secret password passwd pass pwd token apikey key redacted hidden masked removed changeme example
  test testing passed failed pending skipped success todo tbd n/a foo bar baz user username
`);
const REPEATED = /^(?:x+|\*+|\.+|-+|_+|#+|0+|1+)$/i;
const DEFAULTS =
  /^(?:(?:root|admin|user|my|db|test|the|new|default|mysql|postgres|super|some|dummy|fake)[_-]?)*(?:password|passwd|pass|pwd|secret)$/i;
const TEMPLATE =
  /^(?:\$\{|\$\(|\{\{[^{}]*(?:\}\}|$)|\{[^{}]*(?:\}|$)|<|%[({%]|%[sdv]$|\$[A-Za-z_]|\$\d|@\{|#\{|\[|\(|&[a-z]|\\[A-Za-z(]|env[.:(])/i;
const BROKEN = anyOf(
  /x{5,}|\*{3,}|\.{3}|…|\[redacted:/i,
  /\$\{[\w.:-]*[}(]|\$\([^)]*\)|\{\{[^{}]*\}\}|<[a-z/][\w /-]*>|^[\w.$]+\([\w."', ]*\)/i,
  /your[_-]|^your\w{0,24}(?:key|secret|token|here)|[_-]here$|\bredacted\b|placeholder|\binsert\b|change[_-]?me|replace[_-]?me/i,
);

/** Whether a value only stands where a secret would: `xxxx`, `<token>`, `${TOKEN}`, `null`, `your-key-here`. */
export function isStandIn(value: string): boolean {
  return (
    isTemplate(value) ||
    WORDS.has(value.toLowerCase()) ||
    REPEATED.test(value) ||
    DEFAULTS.test(value) ||
    BROKEN.test(value.length > 256 ? value.slice(0, 256) : value) ||
    hasAlphabet(value)
  );
}

/** Whether ten characters follow one another as in the alphabet: `abcdefghij`, `0123456789`. */
export function hasAlphabet(value: string): boolean {
  let run = 1;
  for (let at = 1; at < value.length && at < 256; at += 1) {
    run = value.charCodeAt(at) === value.charCodeAt(at - 1) + 1 ? run + 1 : 1;
    if (run >= 10) return true;
  }
  return false;
}

/** Whether a value is filled in later: `${PASSWORD}`, `$1`, `{{ .Values.password }}`, `<password>`. */
export function isTemplate(value: string): boolean {
  return TEMPLATE.test(value);
}
