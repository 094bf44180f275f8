/** How far a text is a JSON document: `open` so far, `whole` up to its end, or `none` whatever may follow. */
export type JsonExtent = 'open' | 'whole' | 'none';

/** Follows a document that may be spread over lines. */
export interface JsonExtentReader {
  /** Takes the next piece of the text. */
  read(text: string): JsonExtent;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const DEEPEST = 512;

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/**
 * Tells early that a text is no JSON, so that little of it is held back: by its brackets, commas, colons and strings. What stands for
 * a number or a word is not looked at closely; the parser has the last word.
 */
export function createJsonExtentReader(): JsonExtentReader {
  const open: number[] = [];
  let expected: Expected = 'value';
  let isInString = false;
  let isEscaped = false;
  let isInWord = false;

  function readString(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (isEscaped) isEscaped = false;
      else if (code === BACKSLASH) isEscaped = true;
      else if (code < 32) return -1;
      else if (code === QUOTE) {
        isInString = false;
        return at;
      }
    }
    return text.length;
  }

  /** Whether the character may stand here, outside of a string. */
  function accept(code: number): boolean {
    switch (code) {
      case QUOTE:
        isInString = true;
        if (expected === 'key' || expected === 'key-or-end') expected = 'colon';
        else if (!acceptValue()) return false;
        return true;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (!acceptValue() || open.length >= DEEPEST) return false;
        open.push(code);
        expected = code === OPEN_OBJECT ? 'key-or-end' : 'value-or-end';
        return true;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (!expected.endsWith('end') || open.pop() !== (code === CLOSE_OBJECT ? OPEN_OBJECT : OPEN_ARRAY)) return false;
        if (expected === (code === CLOSE_OBJECT ? 'value-or-end' : 'key-or-end')) return false;
        expected = open.length === 0 ? 'nothing' : 'comma-or-end';
        return true;
      case COMMA:
        if (expected !== 'comma-or-end') return false;
        expected = open.at(-1) === OPEN_OBJECT ? 'key' : 'value';
        return true;
      case COLON:
        if (expected !== 'colon') return false;
        expected = 'value';
        return true;
      default:
        if (isInWord) return isWordCharacter(code);
        isInWord = true;
        return isWordCharacter(code) && open.length > 0 && acceptValue();
    }
  }

  function acceptValue(): boolean {
    if (expected !== 'value' && expected !== 'value-or-end') return false;
    expected = open.length === 0 ? 'nothing' : 'comma-or-end';
    return true;
  }

  return {
    read(text) {
      for (let at = 0; at < text.length; at += 1) {
        if (isInString) {
          at = readString(text, at);
          if (at === -1) return 'none';
          continue;
        }
        const code = text.charCodeAt(at);
        if (isSpace(code)) isInWord = false;
        else {
          if (!isWordCharacter(code)) isInWord = false;
          if (!accept(code)) return 'none';
        }
      }
      return expected === 'nothing' ? 'whole' : 'open';
    },
  };
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** Of `true`, `null`, `-1.5e+3`. */
function isWordCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || code === 43 || code === 45 || code === 46 || code === 69;
}
