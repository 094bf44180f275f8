import { charClass, codeAt, runStart } from '../scan/char-class.ts';
import type { Detector, Found } from '../scan/detector.ts';
import { judged, mayBeSecret, type Judges } from './judgement.ts';

const KEY = charClass('A-Za-z0-9_.-');
const COLON = '%22%3A';
const QUOTE = '%22';
const LONGEST_VALUE = 512;
const PERCENT = 37;

/** `%22key%22%3A%22value%22`: JSON in a URL. */
export function createEncodedDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [COLON, '%3D', '%3A'].map((literal) => ({ literal, ignoreCase: true })),
    startsWord: false,
    effort: { inVain: 56, closer: (text, at, floor) => (keys.mayNameSecret(text, keyStartBefore(text, at, floor), at) ? 100 : 0) },
    find(text, at, floor) {
      if (codeAt(text, at + 1) === THREE) return parameter(text, at, floor);
      const space = text.startsWith('%20', at + COLON.length) ? 3 : 0;
      const opener = at + COLON.length + space;
      if (!text.startsWith(QUOTE, opener)) return undefined;
      const keyStart = keyStartBefore(text, at, floor);
      // The run goes on over the digits of the quote's code.
      if (codeAt(text, keyStart - 1) !== PERCENT || !text.startsWith('22', keyStart)) return undefined;
      const start = opener + QUOTE.length;
      const length = text.slice(start, start + LONGEST_VALUE).indexOf(QUOTE);
      if (!keys.mayNameSecret(text, keyStart, at)) return undefined;
      const verdict = keys.judge(text.slice(keyStart + 2, at));
      if (length < 0 || !mayBeSecret(verdict)) return undefined;
      return judged(knownFormat, text, { start, end: start + length, setting: 'quoted', tail: undefined }, verdict);
    },
  };

  /** `password%3D…`: a query in a URL. */
  function parameter(text: string, at: number, floor: number): Found | undefined {
    const from = endOfKey(text, at);
    const keyStart = keyStartBefore(text, at, floor);
    const escape = codeAt(text, keyStart - 1) === PERCENT ? 2 : 0;
    if (!keys.mayNameSecret(text, keyStart, from)) return undefined;
    const verdict = keys.judge(text.slice(keyStart + escape, from));
    const space = text.startsWith('%20', at + 3) ? 3 : 0;
    ENCODED_VALUE.lastIndex = at + 3 + space;
    if (verdict.kind !== 'secret' || !ENCODED_VALUE.test(text)) return undefined;
    return judged(knownFormat, text, { start: at + 3 + space, end: ENCODED_VALUE.lastIndex, setting: 'query', tail: undefined }, verdict);
  }
}

/** Of a key in quotes, which are escaped, too. */
function endOfKey(text: string, at: number): number {
  return codeAt(text, at - 3) === PERCENT && text.startsWith('22', at - 2) ? at - 3 : at;
}

function keyStartBefore(text: string, at: number, floor: number): number {
  const end = endOfKey(text, at);
  return runStart(text, end, KEY, Math.max(floor, end - 64));
}

const THREE = 51;
/** Up to what separates parameters, closes a text or breaks a line. */
const ENCODED_VALUE = /(?:[\w.~!*+-]|%(?!2[26]|0[AD]|20|7D|2C)[0-9A-F]{2}){4,256}/iy;
