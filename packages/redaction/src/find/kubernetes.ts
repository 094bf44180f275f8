import { charClass, codeAt, has, runEnd } from '../scan/char-class.ts';
import type { Detector, Found } from '../scan/detector.ts';
import { isStandIn } from './stand-in.ts';

const KIND = /^kind["']?:\s{0,2}["']?Secret["']?(?!\w)/;
const LONGEST_BLOCK = 2048;
const REST_OF_VALUE = { members: charClass('A-Za-z0-9+/=') };
const TYPE = 'kubernetes_secret';

/** The block `data` or `stringData` of a Secret of Kubernetes, in YAML or JSON: whatever its keys are called, their values are secrets. */
export function createKubernetesDetector(): Detector {
  return {
    triggers: [
      { literal: 'data:', ignoreCase: false },
      { literal: 'Data:', ignoreCase: false },
      { literal: 'data":', ignoreCase: false },
      { literal: 'Data":', ignoreCase: false },
    ],
    startsWord: false,
    effort: { inVain: 70, found: 440 },
    find(text, at, floor) {
      if (!(codeAt(text, at) === CAPITAL ? text.startsWith('string', at - 6) : has(BEFORE_DATA, codeAt(text, at - 1)))) return undefined;
      if (isSecretKind(text, at) !== true) return undefined;
      const isJson = codeAt(text, at + 4) === 34;
      const from = at + (isJson ? 6 : 5);
      const block = isJson ? jsonBlock(text, from) : yamlBlock(text, from);
      if (block === undefined || block.start < floor) return undefined;
      const first = text.slice(block.start, block.start + 64);
      return isStandIn(first.split(/[\s"']/, 1).join('')) ? undefined : block;
    },
  };
}

/** Whether the last kind that is named before, or else the first behind, is that of a secret; undefined if none is near. */
function isSecretKind(text: string, at: number): boolean | undefined {
  const before = text.slice(Math.max(0, at - REACH_BEFORE), at);
  const last = before.lastIndexOf('kind');
  if (last !== -1) return before.includes('\n---', last) ? isSecretBehind(text, at) : KIND.test(before.slice(last, last + 64));
  return isSecretBehind(text, at);
}

function isSecretBehind(text: string, at: number): boolean | undefined {
  const behind = text.slice(at, at + REACH_BEHIND);
  const first = behind.indexOf('kind');
  if (first === -1) return undefined;
  const limit = behind.indexOf('\n---');
  return (limit === -1 || limit > first) && KIND.test(behind.slice(first, first + 64));
}

const REACH_BEFORE = 380;
const REACH_BEHIND = 2400;

const ENTRY =
  /(?:[ \t]{0,40}#[^\n]{0,200}\n)?([ \t]{1,40})["']?[\w./-]{1,253}["']?:[ \t]{1,4}(?:[|>][+-]?[ \t]{0,4}\n[ \t]{1,60})?["']?(?=[^\s"'])/y;

/** From the first value to the end of the last line that stands deeper than the key. */
function yamlBlock(text: string, from: number): Found | undefined {
  const line = runEnd(text, from, BLANK, from + 8);
  const start = codeAt(text, line) === 13 ? line + 2 : line + 1;
  if (codeAt(text, start - 1) !== NEWLINE) return undefined;
  ENTRY.lastIndex = start;
  const indent = ENTRY.exec(text)?.[1];
  if (indent === undefined) return undefined;
  const first = ENTRY.lastIndex;
  const limit = first + LONGEST_BLOCK;
  let end = lineEnd(text, first, limit);
  while (end < limit && text.startsWith(`\n${indent}`, end)) {
    const next = lineEnd(text, end + 1, limit);
    if (next === end + 1 + indent.length) break;
    end = next;
  }
  const last = codeAt(text, end - 1);
  return { start: first, end: last === 34 || last === 39 ? end - 1 : end, type: TYPE, tail: end === limit ? REST_OF_VALUE : undefined };
}

/** From the first value to the end of the last one. */
function jsonBlock(text: string, from: number): Found | undefined {
  OPEN.lastIndex = from;
  if (!OPEN.test(text)) return undefined;
  const first = OPEN.lastIndex;
  const close = text.slice(first, first + LONGEST_BLOCK).search(/"\s{0,24}\}/);
  return close < 1 ? undefined : { start: first, end: first + close, type: TYPE };
}

const CAPITAL = 68;
const BEFORE_DATA = charClass('\0\n\t "\'');
const OPEN = /\s{0,4}\{\s{0,24}"[\w./-]{1,253}"\s{0,2}:\s{0,4}"(?=[^"])/y;
const BLANK = charClass(' \t');
const NEWLINE = 10;

function lineEnd(text: string, from: number, limit: number): number {
  const length = text.slice(from, limit).search(/\r?\n/);
  return length === -1 ? Math.min(limit, text.length) : from + length;
}
