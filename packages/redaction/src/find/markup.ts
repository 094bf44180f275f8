import { words } from '../keys/words.ts';
import { ALPHANUMERIC, charClass, codeAt, complement, has, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { hasValue, judged, mayBeSecret, type Judges } from './judgement.ts';
import { valueAfter } from './value-after.ts';

const NEWLINE_AND_SPACE = charClass(' \t\r\n');
const NAME = charClass('A-Za-z0-9_.:-');

/** `<key>value</key>`. */
export function createElementDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: charClass('A-Za-z0-9_"\''), first: charClass('>') }],
    startsWord: false,
    find(text, at, floor) {
      const opener = runEnd(text, at + 1, NEWLINE_AND_SPACE, at + 64);
      if (codeAt(text, opener) === 60 || !hasValue(text, opener)) return undefined;
      const tag = runStart(text, at, IN_TAG, Math.max(floor, at - 128));
      if (codeAt(text, tag - 1) !== 60) return undefined;
      const name = text.slice(tag, runEnd(text, tag, NAME, tag + 64));
      const verdict = keys.judge(VALUE_TAGS.has(name.toLowerCase()) ? (namedIn(text, tag, at, floor) ?? name) : name);
      if (!mayBeSecret(verdict)) return undefined;
      const value = valueAfter(text, opener, IN_ELEMENT);
      const close = runEnd(text, value.end, AFTER_ELEMENT, value.end + 64);
      return text.startsWith('</', close) ? judged(knownFormat, text, value, verdict) : undefined;
    },
  };
}

const VALUE_TAGS: ReadonlySet<string> = words('string value entry property param item setting variable');
const NAME_IN_TAG = /(?:name|key|id)=["']([\w.-]{2,64})["']/;
const NAME_IN_SIBLING = /<(key|name)>([\w.-]{2,64})<\/\1>\s{0,24}<$/i;
const NAME_OF_PARENT = /<(\w{2,64})>\s{0,24}<$/;

/** `<string name="key">`, `<name>key</name><value>`, `<key><value>`: the name in the tag, in the element before it or around it. */
function namedIn(text: string, tag: number, end: number, floor: number): string | undefined {
  const before = text.slice(Math.max(floor, tag - 128), tag);
  return NAME_IN_TAG.exec(text.slice(tag, end))?.[1] ?? NAME_IN_SIBLING.exec(before)?.[2] ?? NAME_OF_PARENT.exec(before)?.[1];
}

const AFTER_ELEMENT = charClass(' \t\r\n"\'`');
const IN_TAG = complement(charClass('<>\r\n'));
const IN_ELEMENT = complement(charClass(' \t\r\n<'));

/** `name: KEY` with `value: …` behind it, as Kubernetes, .NET and JSON lists of variables have it. */
export function createPairDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [
      { literal: 'value', ignoreCase: true },
      { literal: 'default', ignoreCase: true },
    ],
    startsWord: false,
    find(text, at, floor) {
      const isDefault = (codeAt(text, at) | 32) === 100;
      const wordEnd = at + (isDefault ? 7 : 5);
      const separator = runEnd(text, wordEnd, CLOSING, wordEnd + 8);
      const next = codeAt(text, separator);
      const isInside = codeAt(text, at) === 86 && has(ALPHANUMERIC, codeAt(text, at - 1));
      if ((next !== 58 && next !== 61) || !(isInside || has(BEFORE_VALUE, codeAt(text, at - 1)))) return undefined;
      const opener = runEnd(text, separator + 1, SPACE, separator + 8);
      if (!hasValue(text, opener)) return undefined;
      const before = text.slice(Math.max(floor, at - 160), at);
      const name = isDefault ? DECLARATION_BEFORE.exec(before)?.slice(1).join('') : NAME_BEFORE.exec(before)?.[1];
      if (name === undefined) return undefined;
      const verdict = keys.judge(name);
      if (!mayBeSecret(verdict) || /csrf|xsrf|authenticity/i.test(name)) return undefined;
      return judged(knownFormat, text, valueAfter(text, opener), verdict);
    },
  };
}

/** `variable "key" { type = string …`, `Key:\n  Type: String …`. */
const DECLARATION_BEFORE =
  /variable "([\w-]{2,64})" \{[^{}]{0,120}$|\n {2,8}([A-Za-z]\w{1,63}):(?:\n {3,16}(?:Type|NoEcho|Description|MinLength|MaxLength): [^\n]{0,60}){1,4}\n {3,16}$/;

const BEFORE_VALUE = charClass(' \t\r\n"\'`\\,;{');
const CLOSING = charClass('"\'\\ ');
const NAME_BEFORE =
  /(?:name|key|header|id)["'\\]{0,4}\s{0,4}[:=]\s{0,4}["'\\]{0,4}([\w.-]{2,64})["'\\]{0,4}[\s,;]{0,24}(?:\\n)?[\s"'\\{-]{0,24}(?:parameter|setting|option|attribute|env|field)?$/i;
