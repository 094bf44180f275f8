import { charClass, codeAt, runStart } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { judged, mayBeSecret, type Judges } from './judgement.ts';

const KEY = charClass('A-Za-z0-9_.-');
const COLON = '%22%3A';
const QUOTE = '%22';
const LONGEST_VALUE = 512;
const PERCENT = 37;

/** `%22key%22%3A%22value%22`: JSON in a URL. */
export function createEncodedDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ literal: COLON, ignoreCase: true }],
    startsWord: false,
    find(text, at, floor) {
      const space = text.startsWith('%20', at + COLON.length) ? 3 : 0;
      const opener = at + COLON.length + space;
      if (!text.startsWith(QUOTE, opener)) return undefined;
      const keyStart = runStart(text, at, KEY, Math.max(floor, at - 64));
      // The run goes on over the digits of the quote's code.
      if (codeAt(text, keyStart - 1) !== PERCENT || !text.startsWith('22', keyStart)) return undefined;
      const start = opener + QUOTE.length;
      const length = text.slice(start, start + LONGEST_VALUE).indexOf(QUOTE);
      const verdict = keys.judge(text.slice(keyStart + 2, at));
      if (length < 0 || !mayBeSecret(verdict)) return undefined;
      return judged(knownFormat, text, { start, end: start + length, setting: 'quoted', tail: undefined }, verdict);
    },
  };
}
