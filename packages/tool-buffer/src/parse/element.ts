import { isWhiteSpace, MAX_TAG_CHARS } from '../scan/tag.ts';
import { CDATA_END, CDATA_START, decodeReferences } from './character-data.ts';

/** One element as it is written. */
export interface Element {
  readonly tag: string;
  /** The value of its attribute `name`. */
  readonly name: string | undefined;
  /** What stands between its tags, references and CDATA sections not yet read. */
  readonly raw: string;
}

export type ElementProblem = 'stray_text' | 'unclosed_element';

const ATTRIBUTE = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NO_END = -1;
const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;

/**
 * The elements of which `text` consists, in order; white space and comments between them are passed over. An element ends at the
 * first closing tag of its name that is not in a CDATA section, whatever markup, escaped or not, lies before it.
 */
export function readElements(text: string): readonly Element[] | ElementProblem {
  const elements: Element[] = [];
  let at = 0;
  for (;;) {
    at = skipSpaceAndComments(text, at);
    if (at >= text.length) return elements;
    const nameStop = text.charCodeAt(at) === LESS ? nameEnd(text, at + 1) : at;
    const tagStop = nameStop > at + 1 ? tagEnd(text, nameStop) : NO_END;
    if (tagStop === NO_END) return 'stray_text';
    const tag = text.slice(at + 1, nameStop);
    const name = attributeName(text.slice(nameStop, tagStop));
    if (text.charCodeAt(tagStop - 2) === SLASH) {
      elements.push({ tag, name, raw: '' });
      at = tagStop;
      continue;
    }
    const close = closingTagStart(text, tagStop, tag);
    if (close < 0) return 'unclosed_element';
    elements.push({ tag, name, raw: text.slice(tagStop, close) });
    at = text.indexOf('>', close) + 1;
  }
}

/** The value of the attribute `name` in what follows the name of a tag. */
export function attributeName(attributes: string): string | undefined {
  if (!attributes.includes('=')) return undefined;
  for (const [, key, double, single] of attributes.matchAll(ATTRIBUTE)) {
    if (key === 'name') return decodeReferences(double ?? single ?? '');
  }
  return undefined;
}

/** Where the name of an element ends that begins at `from`; `from` where none does. ASCII as in XML, anything else beyond it. */
export function nameEnd(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isStart = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
    // Digits and the colon, minus and full stop.
    if (!isStart && (at === from || !((code >= 0x30 && code <= 0x3a) || code === 0x2d || code === 0x2e))) return at;
  }
  return at;
}

/** Where the tag ends whose name ends at `from`. */
function tagEnd(text: string, from: number): number {
  const code = text.charCodeAt(from);
  if (code === GREATER) return from + 1;
  if (code === SLASH && text.charCodeAt(from + 1) === GREATER) return from + 2;
  if (!isWhiteSpace(code)) return NO_END;
  const last = Math.min(text.length, from + MAX_TAG_CHARS);
  for (let at = from + 1; at < last; at += 1) {
    if (text.charCodeAt(at) === GREATER) return at + 1;
    if (text.charCodeAt(at) === LESS) break;
  }
  return NO_END;
}

function closingTagStart(text: string, from: number, name: string): number {
  const closing = `</${name}`;
  let at = from;
  let start = text.indexOf(closing, at);
  while (start >= 0) {
    const cdata = text.slice(at, start).indexOf(CDATA_START);
    if (cdata >= 0) {
      const cdataEnd = text.indexOf(CDATA_END, at + cdata + CDATA_START.length);
      if (cdataEnd < 0) return NO_END;
      at = cdataEnd + CDATA_END.length;
      if (start < at) start = text.indexOf(closing, at);
      continue;
    }
    at = start + closing.length;
    while (isWhiteSpace(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) === GREATER) return start;
    start = text.indexOf(closing, at);
  }
  return NO_END;
}

function skipSpaceAndComments(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (isWhiteSpace(text.charCodeAt(at))) at += 1;
    if (!text.startsWith('<!--', at)) return at;
    const end = text.indexOf('-->', at + 4);
    if (end < 0) return at;
    at = end + 3;
  }
}
