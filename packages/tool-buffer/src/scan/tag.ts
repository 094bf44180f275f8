/**
 * The longest tag, in UTF-16 units. What looks like a tag and is longer is text, so that nothing waits for an end that never comes.
 * Outside a block, no more than this minus one is ever held back; for a tag without attributes, no more than `<use_tool`.
 */
export const MAX_TAG_CHARS = 256;

/** Where no tag is, whatever follows. */
export const NO_TAG = -1;

/** Where the text ends before it shows whether a tag is there. */
export const CUT_TAG = -2;

/** What every open tag begins with. */
export const OPEN = '<use_tool';

/** What every closing tag begins with. */
export const CLOSE = '</use_tool';
const CDATA = '<![CDATA[';

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;

/**
 * Where the open tag at `at` ends: `<use_tool>`, or `<use_tool`, white space, and anything but `<` and `>` up to a `>`.
 * `<use_tools>`, `<use_tool/>` and `<USE_TOOL>` are no tags.
 */
export function openTagEnd(text: string, at: number): number {
  return tagEnd(text, at, OPEN, false);
}

/** Where the closing tag at `at` ends: `</use_tool>`, with white space before its `>` or not. */
export function closeTagEnd(text: string, at: number): number {
  return tagEnd(text, at, CLOSE, true);
}

/** Where what opens a CDATA section at `at` ends. */
export function cdataStart(text: string, at: number): number {
  if (text.startsWith(CDATA, at)) return at + CDATA.length;
  return isCut(text, at, CDATA) ? CUT_TAG : NO_TAG;
}

/** Whether the open tag that ends at `end` is a block of its own, such as `<use_tool name="list" />`. */
export function isSelfClosing(text: string, end: number): boolean {
  return text.charCodeAt(end - 2) === SLASH;
}

/** Where `<use_tool` begins that the end of the text cuts; the text's length if it cuts none. */
export function cutOpenStart(text: string, from: number): number {
  for (let at = Math.max(from, text.length - OPEN.length + 1); at < text.length; at += 1) {
    if (text.charCodeAt(at) === LESS && isCut(text, at, OPEN)) return at;
  }
  return text.length;
}

export function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function tagEnd(text: string, at: number, name: string, onlyWhiteSpace: boolean): number {
  if (!text.startsWith(name, at)) return isCut(text, at, name) ? CUT_TAG : NO_TAG;
  const last = at + MAX_TAG_CHARS;
  let position = at + name.length;
  if (position < text.length && text.charCodeAt(position) !== GREATER && !isWhiteSpace(text.charCodeAt(position))) return NO_TAG;
  for (; position < text.length && position < last; position += 1) {
    const code = text.charCodeAt(position);
    if (code === GREATER) return position + 1;
    if (code === LESS || (onlyWhiteSpace && !isWhiteSpace(code))) return NO_TAG;
  }
  return position === last ? NO_TAG : CUT_TAG;
}

function isCut(text: string, at: number, name: string): boolean {
  const length = text.length - at;
  if (length >= name.length) return false;
  for (let index = 0; index < length; index += 1) {
    if (text.charCodeAt(at + index) !== name.charCodeAt(index)) return false;
  }
  return true;
}
