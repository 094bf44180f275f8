import { charClass, codeAt, complement, runEnd } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { hasValue, judged, mayBeSecret, type Judges } from './judgement.ts';
import { valueAfter } from './value-after.ts';

const DISPOSITION = 'form-data; name="';
const NAME = charClass('A-Za-z0-9_.[]-');
const QUOTE = 34;
/** What stands between the name and the value: other header fields, and an empty line, written out or escaped. */
const REST_OF_HEADER = /^"(?:(?:\r?\n|\\r\\n)Content-[^\r\n\\]{1,80}){0,2}(?:\r?\n\r?\n|\\r\\n\\r\\n)/i;
const VALUE = complement(charClass(' \t\r\n\\'));

/** The body of a part of a form (RFC 7578), by the name of its field. */
export function createMultipartDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ literal: DISPOSITION, ignoreCase: true }],
    startsWord: false,
    find(text, at) {
      const nameStart = at + DISPOSITION.length;
      const nameEnd = runEnd(text, nameStart, NAME, nameStart + 64);
      if (codeAt(text, nameEnd) !== QUOTE) return undefined;
      const verdict = keys.judge(text.slice(nameStart, nameEnd));
      if (!mayBeSecret(verdict)) return undefined;
      const header = REST_OF_HEADER.exec(text.slice(nameEnd, nameEnd + 256))?.[0];
      if (header === undefined || !hasValue(text, nameEnd + header.length)) return undefined;
      return judged(knownFormat, text, { ...valueAfter(text, nameEnd + header.length, VALUE), setting: 'quoted' }, verdict);
    },
  };
}
