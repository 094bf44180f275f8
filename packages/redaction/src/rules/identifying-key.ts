import { words } from '../keys/words.ts';
import { charClass, codeAt, runStart } from '../scan/char-class.ts';
import type { MatchPlace } from './rule.ts';

const IDENTIFYING_WORDS = words(`
  id ids uid uuid guid trace span timestamp time seq sequence cursor offset bytes size count hash checksum version build pid port nonce
  ns ms us
`);
const LENGTHS = [...new Set([...IDENTIFYING_WORDS].map((word) => word.length))];

const QUOTES = charClass('"\'\\');
const SEPARATOR = charClass(' \t\r\n:=');
const KEY = charClass('A-Za-z0-9_');
const LONGEST_KEY = 48;

/** Whether the key before a number says that it names something: `message_id: 4…`, `traceId 4…`. Asked for each number. */
export function isNamed({ text, floor, start }: MatchPlace): boolean {
  const quoted = runStart(text, start, QUOTES, Math.max(floor, start - 3));
  const separated = runStart(text, quoted, SEPARATOR, Math.max(floor, quoted - 5));
  const keyEnd = runStart(text, separated, QUOTES, Math.max(floor, separated - 3));
  const keyStart = runStart(text, keyEnd, KEY, Math.max(floor, keyEnd - LONGEST_KEY));
  if (separated === quoted || keyStart === keyEnd) return false;
  const key = text.slice(keyStart, keyEnd);
  const isAssigned = /[:=]/.test(text.slice(separated, quoted));
  return LENGTHS.some(
    (length) => IDENTIFYING_WORDS.has(key.slice(-length).toLowerCase()) && (isAssigned || beginsWord(key, key.length - length)),
  );
}

/** In a sentence `paid` and `valid` are words of their own. */
function beginsWord(key: string, at: number): boolean {
  if (at <= 0) return at === 0;
  const [before, first] = [codeAt(key, at - 1), codeAt(key, at)];
  const isLetter = (before | 32) >= 97 && (before | 32) <= 122;
  return !isLetter || (before >= 97 && first < 97);
}
