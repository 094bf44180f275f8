import { isWhiteSpace } from '../scan/tag.ts';
import { trimWhiteSpace } from './white-space.ts';

export const CDATA_START = '<![CDATA[';
export const CDATA_END = ']]>';
/** A CDATA section, all of which are closed here, or what lies before the next. */
const SECTION_OR_NONE = /<!\[CDATA\[([\s\S]*?)\]\]>|((?:[^<]|<(?!!\[CDATA\[))+)/g;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,10})|#x([\da-fA-F]{1,8}));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * What the text between two tags says: white space at its ends removed, then the five entities of XML and numeric references
 * replaced, once; CDATA sections as they are, white space and all. Models forget to escape: a lone `&` or `<`, and references
 * that name no character, stay as they are.
 */
export function characterData(raw: string): string {
  const text = trimWhiteSpace(raw);
  if (!text.includes(CDATA_START)) return decodeReferences(text);
  return text.replace(SECTION_OR_NONE, (_, section: string | undefined, rest: string) => section ?? decodeReferences(rest));
}

/** The text that {@link characterData} reads as `data`. */
export function escapeCharacterData(data: string): string {
  const escaped = data.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // A reference at either end keeps the white space behind it from being trimmed.
  const start = isWhiteSpace(escaped.charCodeAt(0)) ? 1 : 0;
  const end = escaped.length > start && isWhiteSpace(escaped.charCodeAt(escaped.length - 1)) ? escaped.length - 1 : escaped.length;
  return reference(escaped.slice(0, start)) + escaped.slice(start, end) + reference(escaped.slice(end));
}

function reference(character: string): string {
  return character === '' ? '' : `&#${String(character.charCodeAt(0))};`;
}

export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (reference, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return NAMED[name] ?? reference;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : reference;
  });
}
