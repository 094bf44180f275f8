import { charClass, codeAt, complement, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { hasValue, judged, mayBeSecret, type Judges } from './judgement.ts';
import { valueAfter } from './value-after.ts';

const PIPE = 124;
const MARKS = charClass(' \t*`');

/** `| key | value |`, as Markdown and command lines draw tables. */
export function createTableDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: charClass(' `*'), first: charClass('|'), second: charClass(' ') }],
    startsWord: false,
    effort: { inVain: 36 },
    find(text, at, floor) {
      const opener = runEnd(text, at + 1, MARKS, at + 32);
      if (!hasValue(text, opener)) return undefined;
      const keyEnd = runStart(text, at, MARKS, Math.max(floor, at - 48));
      const keyStart = runStart(text, keyEnd, WORDS, Math.max(floor, keyEnd - 48));
      if (codeAt(text, runStart(text, keyStart, MARKS, Math.max(floor, keyStart - 16)) - 1) !== PIPE || keyEnd - keyStart < 2)
        return undefined;
      if (!keys.mayNameSecret(text, keyStart, keyEnd)) return undefined;
      const key = text.slice(keyStart, keyEnd);
      if (key.endsWith('.') || key.split(' ').length > LONGEST_PHRASE) return undefined;
      const verdict = keys.judge(key);
      if (!mayBeSecret(verdict)) return undefined;
      const value = valueAfter(text, opener, CELL);
      const close = runEnd(text, value.end, MARKS, value.end + 64);
      const isCell =
        codeAt(text, close) === PIPE || codeAt(text, close) === 0 || codeAt(text, runEnd(text, value.end, SPACE, close)) === 10;
      return isCell && (verdict.type === 'password' || DIGIT_INSIDE.test(text.slice(value.start, value.end)))
        ? judged(knownFormat, text, { ...value, setting: 'bare' }, verdict)
        : undefined;
    },
  };
}

/** A longer cell tells about something; a key names it. */
const LONGEST_PHRASE = 3;
const WORDS = charClass('A-Za-z0-9_. -');
const DIGIT_INSIDE = /\d/;
const CELL = complement(charClass(' \t\r\n|`<{}'));
