import { charClass, has } from '../scan/char-class.ts';

/** Says of most keys, without cutting them out of their text, that no word is in them which could make a value a secret. */
export interface KeySieve {
  /** Whether one of the words may be in a part of a text: in capitals or small letters, with signs between them or without. */
  mayPass(text: string, start: number, end: number): boolean;
  /**
   * Where the run of `A-Za-z0-9_.$-` begins that ends before `end`, at least `floor`; -1 if one of the words may be in it. Goes over it once.
   */
  startOfPlain(text: string, end: number, floor: number): number;
}

/** Five bits a character: capitals are small letters. Digits share what letters leave: an identifier of letters and digits then holds no word by accident. */
const BITS = 5;
const SYMBOLS = new Uint8Array(128);
for (let letter = 1; letter <= 26; letter += 1) SYMBOLS[64 + letter] = SYMBOLS[96 + letter] = letter;
for (let digit = 0; digit <= 9; digit += 1) SYMBOLS[48 + digit] = 27 + (digit % 5);

const GRAM = 4;
/** What stands in a name beside letters and digits. */
const SIGNS = charClass('_.$-');
const MASK = (1 << (BITS * GRAM)) - 1;

/**
 * @param phrases Of words in small letters. The words of one stand in every key that means it, so that it is enough to look for four
 * characters of one of them.
 */
export function createKeySieve(phrases: Iterable<string>): KeySieve {
  const bits = new Int32Array((MASK + 1) >> 5);
  const foreign = new Set<number>();
  const isKnown = (gram: number): boolean => (((bits[gram >> 5] ?? 0) >>> (gram & 31)) & 1) === 1;
  for (const phrase of phrases) {
    const letter = foreignLetter(phrase);
    if (letter !== undefined) {
      for (const each of [letter, letter.toLowerCase(), letter.toUpperCase()]) foreign.add(each.charCodeAt(each.length - 1));
      continue;
    }
    for (const gram of rarest(phrase.split(' '), isKnown).grams) bits[gram >> 5] = (bits[gram >> 5] ?? 0) | (1 << (gram & 31));
  }

  return {
    mayPass(text, start, end) {
      let gram = 0;
      for (let at = start; at < end; at += 1) {
        const code = text.charCodeAt(at);
        if (code > 127) {
          if (foreign.has(code)) return true;
          continue;
        }
        const symbol = SYMBOLS[code] ?? 0;
        if (symbol === 0) continue;
        gram = ((gram << BITS) | symbol) & MASK;
        if (isKnown(gram)) return true;
      }
      return false;
    },

    startOfPlain(text, end, floor) {
      let gram = 0;
      let at = end;
      for (; at > floor; at -= 1) {
        const code = text.charCodeAt(at - 1);
        const symbol = code > 127 ? 0 : (SYMBOLS[code] ?? 0);
        if (symbol === 0) {
          if (!has(SIGNS, code)) break;
          continue;
        }
        gram = (gram >> BITS) | (symbol << (BITS * (GRAM - 1)));
        if (isKnown(gram)) return -1;
      }
      // The first characters alone, as they are read from the start.
      for (let left = 1; left < GRAM; left += 1) if (isKnown(gram >> (BITS * left))) return -1;
      return at;
    },
  };
}

/** The last letter beyond ASCII, which stands in every key that means the phrase. */
function foreignLetter(phrase: string): string | undefined {
  return phrase.match(/[^\0-\x7f]/g)?.at(-1);
}

interface Mark {
  readonly grams: readonly number[];
  readonly commonness: number;
}

/** What to look for: characters that are looked for already, or else the rarest. */
function rarest(words: readonly string[], isKnown: (gram: number) => boolean): Mark {
  const marks = words.flatMap((word) => marksOf(word, isKnown));
  return marks.reduce((best, mark) => (mark.commonness < best.commonness ? mark : best));
}

function marksOf(word: string, isKnown: (gram: number) => boolean): readonly Mark[] {
  if (word.length < GRAM) {
    const grams = gramsThatEndWith(word);
    return [{ grams, commonness: grams.every(isKnown) ? 0 : grams.length }];
  }
  return Array.from({ length: word.length - GRAM + 1 }, (_, at) => {
    const gram = gramOf(word.slice(at, at + GRAM));
    return { grams: [gram], commonness: isKnown(gram) ? 0 : commonnessOf(word.slice(at, at + GRAM)) };
  });
}

function gramsThatEndWith(word: string): readonly number[] {
  return Array.from({ length: 1 << (BITS * (GRAM - word.length)) }, (_, first) => (first << (BITS * word.length)) | gramOf(word));
}

function gramOf(characters: string): number {
  return Array.from(characters).reduce((gram, character) => (gram << BITS) | (SYMBOLS[character.charCodeAt(0)] ?? 0), 0);
}

/** Digits are the rarest. */
function commonnessOf(characters: string): number {
  return Array.from(characters).reduce((sum, character) => sum + 1 + LETTERS.indexOf(character), 1);
}

/** Letters of English, rarest first. */
const LETTERS = 'zqxjkvbpygfwmucldrhsnioate';
