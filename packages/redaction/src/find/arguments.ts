import { ALPHANUMERIC, charClass, codeAt, has, QUOTE, runEnd, runStart } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { isHeader } from './header.ts';
import { hasValue, judged, mayBeSecret, type Judges } from './judgement.ts';
import { valueAfter } from './value-after.ts';

const NEWLINE_AND_SPACE = charClass(' \t\r\n');
const KEY = charClass('A-Za-z0-9_.:-');

/** `set("KEY", "value")`. */
export function createArgumentDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: QUOTE, first: charClass(','), second: charClass(' \t\r\n"\'`') }],
    startsWord: false,
    find(text, at, floor) {
      const opener = runEnd(text, at + 1, NEWLINE_AND_SPACE, at + 40);
      if (!has(QUOTE, codeAt(text, opener))) return undefined;
      const keyStart = runStart(text, at - 1, KEY, Math.max(floor, at - 64));
      if (codeAt(text, keyStart - 2) !== 40 || codeAt(text, keyStart - 1) !== codeAt(text, at - 1)) return undefined;
      const verdict = keys.judge(text.slice(keyStart, at - 1));
      return mayBeSecret(verdict) ? judged(knownFormat, text, { ...valueAfter(text, opener), setting: 'bare' }, verdict) : undefined;
    },
  };
}

/** `--key value`, `-key value`, `["--key", "value"]`. */
export function createFlagDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: charClass('\0\n \t"\'['), first: charClass('-'), second: charClass('A-Za-z-') }],
    startsWord: false,
    find(text, at) {
      const nameStart = codeAt(text, at + 1) === 45 ? at + 2 : at + 1;
      if (!has(ALPHANUMERIC, codeAt(text, nameStart))) return undefined;
      const nameEnd = runEnd(text, nameStart, KEY, nameStart + 64);
      const opener = runEnd(text, nameEnd, BETWEEN_ARGUMENTS, nameEnd + 8);
      if (opener === nameEnd || codeAt(text, opener) === 45 || !hasValue(text, opener)) return undefined;
      const verdict = keys.judge(text.slice(nameStart, nameEnd));
      if (!mayBeSecret(verdict)) return undefined;
      const value = valueAfter(text, opener);
      return judged(knownFormat, text, isHeader(verdict) ? { ...value, setting: 'bare' } : value, verdict);
    },
  };
}

const BETWEEN_ARGUMENTS = charClass(' \t",\'');
