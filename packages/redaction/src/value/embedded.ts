import { contentPlaceholder, PLACEHOLDER_START } from '../placeholder.ts';
import { contentOf } from './content.ts';
import type { Field } from './field.ts';

const KEY = /(\\{0,3})"([\w.-]{2,48})\1"\s{0,4}:\s{0,4}/g;
const PARAMETER = /([?&])([\w.%[\]-]{1,48})=([^&#\s"'<>]+)/g;
const BACKSLASH = 92;
const QUOTE = 34;

/** Takes content out of a text that is not JSON and quotes some, as messages of errors do, or is cut off; and out of the query of a URL. */
export function createEmbeddedContent(field: (key: string) => Field): (text: string) => string {
  const isContent = (key: string): boolean => key.length <= 48 && field(key).kind === 'content';

  function withoutParameters(text: string): string {
    return text.replace(PARAMETER, (whole, mark: string, key: string, value: string) =>
      isContent(key) ? `${mark}${key}=${contentOf(value)}` : whole,
    );
  }

  function withoutQuoted(text: string): string {
    let output = '';
    let from = 0;
    KEY.lastIndex = 0;
    for (const match of text.matchAll(KEY)) {
      const start = match.index + match[0].length;
      const opener = `${match[1] ?? ''}"`;
      if (match.index < from || !isContent(match[2] ?? '') || text.startsWith(opener + PLACEHOLDER_START, start)) continue;
      const end = opener === '"' ? valueEnd(text, start) : text.length;
      const value = text.slice(start, end);
      if (value === '' || value.startsWith(PLACEHOLDER_START) || IS_PLAIN.test(value)) continue;
      output += text.slice(from, start) + opener + contentPlaceholder('string', value.length) + opener;
      from = end;
    }
    return from === 0 ? text : output + text.slice(from);
  }

  return (text) => {
    if (text.length < SHORTEST) return text;
    const quoted = text.includes('"') ? withoutQuoted(text) : text;
    return quoted.includes('=') ? withoutParameters(quoted) : quoted;
  };
}

/** A key with a value has as many characters at least. */
const SHORTEST = 7;

/** Numbers and words of JSON say nothing. */
const IS_PLAIN = /^(?:-?\d[\d.eE+-]*|true|false|null)/;

/** Where a JSON value ends that begins at `start`; the end of the text if it does not. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93) depth -= 1;
    if (!isInString && depth <= 0 && (code === QUOTE || code === 125 || code === 93)) return depth < 0 ? at : at + 1;
  }
  return text.length;
}
