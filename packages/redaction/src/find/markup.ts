import type { KeyPolicy, KeyVerdict } from '../keys/key-policy.ts';
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
    effort: { inVain: 17, closer: (text, at, floor) => (keys.mayNameSecret(text, tagStart(text, at, floor), at) ? 35 : 0) },
    find(text, at, floor) {
      const content = runEnd(text, at + 1, NEWLINE_AND_SPACE, at + 64);
      const opener = text.startsWith(CDATA, content) ? content + CDATA.length : content;
      if (codeAt(text, opener) === 60 || !hasValue(text, opener)) return undefined;
      const tag = tagStart(text, at, floor);
      if (codeAt(text, tag - 1) !== 60) return undefined;
      const nameEnd = runEnd(text, tag, NAME, tag + 64);
      const mayNameSecret = keys.mayNameSecret(text, tag, nameEnd);
      if (!mayNameSecret && nameEnd - tag > LONGEST_VALUE_TAG) return undefined;
      const name = text.slice(tag, nameEnd);
      const isNamed = VALUE_TAGS.has(name.toLowerCase());
      if (!mayNameSecret && !isNamed) return undefined;
      const verdict = keys.judge(isNamed ? (namedIn(text, tag, at, floor) ?? name) : name);
      if (!mayBeSecret(verdict)) return undefined;
      const value = valueAfter(text, opener, opener === content ? IN_ELEMENT : IN_CDATA);
      const close = runEnd(text, value.end, AFTER_ELEMENT, value.end + 64);
      return text.startsWith(opener === content ? '</' : ']]></', close) ? judged(knownFormat, text, value, verdict) : undefined;
    },
  };
}

function tagStart(text: string, at: number, floor: number): number {
  return runStart(text, at, IN_TAG, Math.max(floor, at - 128));
}

const VALUE_TAGS: ReadonlySet<string> = words('td dd string value entry property param item setting variable');
const LONGEST_VALUE_TAG = Math.max(...Array.from(VALUE_TAGS, (tag) => tag.length));
const NAME_IN_TAG = /(?:name|key|id)=["']([\w.-]{2,64})["']/;
const NAME_IN_SIBLING = /<(key|name|th|td|dt)>([\w. -]{2,64}):?<\/\1>\s{0,24}<$/i;
const NAME_OF_PARENT = /<(\w{2,64})>\s{0,24}<$/;

/** `<string name="key">`, `<name>key</name><value>`, `<key><value>`: the name in the tag, in the element before it or around it. */
function namedIn(text: string, tag: number, end: number, floor: number): string | undefined {
  const before = text.slice(Math.max(floor, tag - 128), tag);
  return NAME_IN_TAG.exec(text.slice(tag, end))?.[1] ?? NAME_IN_SIBLING.exec(before)?.[2] ?? NAME_OF_PARENT.exec(before)?.[1];
}

const AFTER_ELEMENT = charClass(' \t\r\n"\'`');
const IN_TAG = complement(charClass('<>\r\n'));
const CDATA = '<![CDATA[';
const IN_CDATA = complement(charClass(' \t\r\n<]'));
const IN_ELEMENT = complement(charClass(' \t\r\n<'));

/** `name: KEY` with `value: …` behind it, as Kubernetes, .NET and JSON lists of variables have it. */
export function createPairDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [
      { literal: 'value', ignoreCase: true },
      { literal: 'default', ignoreCase: true },
      { literal: 'result"', ignoreCase: false },
      { literal: 'result =', ignoreCase: false },
      { literal: 'content="', ignoreCase: false },
    ],
    startsWord: false,
    // Of what stands before it is not asked whether it names a secret: that takes as long as what is asked for.
    effort: { closer: (text, at) => (mayBeginValue(text, at) ? 35 : 0) },
    find(text, at, floor) {
      const initial = codeAt(text, at) | 32;
      const isDefault = initial === 100;
      const wordEnd = at + (isDefault ? 7 : initial === 114 ? 6 : initial === 99 ? 7 : 5);
      const separator = runEnd(text, wordEnd, CLOSING, wordEnd + 8);
      const next = codeAt(text, separator);
      if ((next !== 58 && next !== 61) || !mayBeginValue(text, at)) return undefined;
      const opener = runEnd(text, separator + 1, SPACE, separator + 8);
      if (!hasValue(text, opener)) return undefined;
      const from = Math.max(floor, at - FARTHEST_PARENT);
      if (!keys.mayNameSecret(text, from, at)) return undefined;
      const before = text.slice(from, at);
      const name = isDefault ? DECLARATION_BEFORE.exec(before)?.slice(1).join('') : nameIn(before);
      const named = name === undefined ? undefined : keys.judge(name);
      const verdict = named !== undefined && mayBeSecret(named) ? named : parentVerdict(text, at, floor, keys);
      if (verdict === undefined) return undefined;
      if (name !== undefined && /csrf|xsrf|authenticity/i.test(name)) return undefined;
      return judged(knownFormat, text, valueAfter(text, opener), verdict);
    },
  };
}

/** `"value`, `defaultValue`. */
function mayBeginValue(text: string, at: number): boolean {
  const before = codeAt(text, at - 1);
  return has(BEFORE_VALUE, before) || (codeAt(text, at) === 86 && has(ALPHANUMERIC, before));
}

/** `variable "key" { type = string …`, `Key:\n  Type: String …`. */
const DECLARATION_BEFORE =
  /variable "([\w-]{2,64})" \{[^{}]{0,120}$|\n {2,8}([A-Za-z]\w{1,63}):(?:\n {3,16}(?:Type|NoEcho|Description|MinLength|MaxLength): [^\n]{0,60}){1,4}\n {3,16}$/;

/** `"key": {"value": …`, `output "key" {\n value = …`, `key:\n  value: …`: the name of what is around. */
function parentVerdict(text: string, at: number, floor: number, keys: KeyPolicy): KeyVerdict | undefined {
  const from = Math.max(floor, at - FARTHEST_PARENT);
  const before = text.slice(from, at);
  const brace = before.lastIndexOf('{');
  const generated = before.lastIndexOf(GENERATED);
  const name =
    brace !== -1 && !before.includes('}', brace)
      ? nameBefore(text, from + brace, from)
      : generated !== -1 && !before.includes('\n', generated)
        ? GENERATED
        : parentLine(before);
  const verdict = name === '' ? undefined : keys.judge(name);
  return verdict?.kind === 'secret' ? verdict : generated === -1 ? undefined : keys.judge(GENERATED);
}

const FARTHEST_PARENT = 200;
/** A resource of Terraform that makes a password up. */
const GENERATED = 'random_password';

/** The name before a bracket: `"key": {`, `key = {`, `output "key" {`. */
function nameBefore(text: string, brace: number, from: number): string {
  const end = runStart(text, brace, BEFORE_BRACE, Math.max(from, brace - 12));
  return text.slice(runStart(text, end, NAME_IN_LINE, Math.max(from, end - 64)), end);
}

const BEFORE_BRACE = charClass(' \t\r\n:="\'');
const NAME_IN_LINE = charClass('A-Za-z0-9_.-');

/** The name that stands alone on a line at most two lines up, less deep. */
function parentLine(before: string): string {
  const lines = before.split('\n');
  const depth = INDENT.exec(lines.at(-1) ?? '')?.[1]?.length;
  if (depth === undefined || depth === 0) return '';
  for (const line of lines.slice(-4, -1).reverse()) {
    const [, indent = '', name] = PARENT_LINE.exec(line) ?? [];
    if (name !== undefined) return indent.length < depth ? name : '';
    if (!SIBLING_LINE.test(line)) return '';
  }
  return '';
}

const INDENT = /^( {0,24})["']?$/;
const PARENT_LINE = /^( {0,24})["']?([\w.-]{2,64})["']?: {0,3}\r?$/;
const SIBLING_LINE = /^ {1,24}\w{1,24}: [^\n]{0,60}$/;

const BEFORE_VALUE = charClass(' \t\r\n"\'`\\,;{');
const CLOSING = charClass('"\'\\ ');
const NAME_HEADS: readonly string[] = ['name', 'key', 'header', 'id', 'field', 'param', 'parameter', 'variable', 'option'];
/** As many siblings may stand between, and one is the name. */
const MOST_HEADS = 3;
/** What may stand between a name and its value. Records end at other signs: what stands before them is not gone over. */
const BETWEEN_NAME_AND_VALUE = charClass('A-Za-z0-9_./:="\'\\,; \t\r\n{-');
const QUOTES_OF_NAME = charClass('"\'\\');

/** The name that is given before a value, by one of the last words that give names. */
function nameIn(before: string): string | undefined {
  const heads: number[] = [];
  for (let at = before.length - 1; at > 0 && heads.length < MOST_HEADS; at -= 1) {
    const code = before.charCodeAt(at);
    if (!has(BETWEEN_NAME_AND_VALUE, code)) break;
    if (code !== 58 && code !== 61) continue;
    const start = headBefore(before, at);
    if (start !== -1) heads.push(start);
  }
  for (const index of heads.reverse()) {
    NAME_BEFORE.lastIndex = index;
    const name = NAME_BEFORE.exec(before)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Where the word begins that gives a name, with its colon at `at`; -1 if none does. */
function headBefore(before: string, at: number): number {
  const quoteEnd = runStart(before, at, NEWLINE_AND_SPACE, Math.max(0, at - 4));
  const end = runStart(before, quoteEnd, QUOTES_OF_NAME, Math.max(0, quoteEnd - 4));
  if (!has(ENDS_HEAD, before.charCodeAt(end - 1))) return -1;
  const word = before.slice(Math.max(0, end - LONGEST_HEAD), end).toLowerCase();
  const head = NAME_HEADS.find((each) => word.endsWith(each));
  return head === undefined ? -1 : end - head.length;
}

const LONGEST_HEAD = Math.max(...NAME_HEADS.map((head) => head.length));
const ENDS_HEAD = charClass(NAME_HEADS.map((head) => head.slice(-1) + head.slice(-1).toUpperCase()).join(''));

const NAME_BEFORE =
  /(?:name|key|header|id|field|param|parameter|variable|option)["'\\]{0,4}\s{0,4}[:=]\s{0,4}["'\\]{0,4}([\w./:-]{2,80})(?![\w./:-])["'\\]{0,4}[\s,;]{0,24}(?:\\n)?(?:["'\\]{0,4}\w{1,24}["'\\]{0,4}\s{0,2}[:=]\s{0,2}["'\\]{0,4}[\w. -]{0,32}["'\\]{0,4},\s{0,8}){0,2}[\s"'\\{-]{0,24}(?:parameter|setting|option|attribute|env|field)?$/iy;
