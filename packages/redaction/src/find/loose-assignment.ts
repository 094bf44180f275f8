import { ANY, charClass, codeAt, runEnd, SPACE } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { whole } from './assignment.ts';
import { headerValue, isHeader } from './header.ts';
import { hasValue, judged, type Judges } from './judgement.ts';
import { createKeyEffort, mayBeOperator } from './key-effort.ts';
import { valueAfter } from './value-after.ts';

const TAB = 9;
const KEY_END = charClass('A-Za-z0-9"\'`');

/** `key -> value`, a tab, an arrow: more often they stand between other things. The key is asked first, for most of them are none. */
export function createLooseAssignmentDetector({ keys, knownFormat }: Judges): Detector {
  const { forget, judge, closer } = createKeyEffort(keys);
  return {
    triggers: [
      { before: charClass(' "\'`'), first: charClass('-'), second: charClass('>') },
      { before: KEY_END, first: charClass('\t') },
      // An arrow, a colon as wide as a letter: beyond ASCII, known here by their lowest seven bits.
      { before: SPACE, first: charClass('\x12\x1c') },
      { before: ANY, first: charClass('\x1a') },
    ],
    startsWord: false,
    effort: { inVain: 17, closer, found: 180 },
    find(text, at, floor) {
      forget();
      if (!mayBeOperator(text, at)) return undefined;
      const isTab = codeAt(text, at) === TAB;
      const opener = runEnd(text, codeAt(text, at) > 127 || isTab ? at + 1 : at + 2, SPACE, at + 32);
      if (!hasValue(text, opener)) return undefined;
      const verdict = judge(text, at, floor);
      if (verdict?.kind !== 'secret') return undefined;
      const value = valueAfter(text, opener);
      const written = text.slice(value.start, Math.min(value.end, value.start + 160));
      if (written.length < 5) return undefined;
      if (isHeader(verdict)) return headerValue(knownFormat, text, opener, verdict);
      if (!/\d/.test(written) || (isTab && /^\d{1,3}[:.]\d/.test(written))) return undefined;
      return whole(text, opener, verdict, judged(knownFormat, text, value, verdict));
    },
  };
}
