import { charClass, codeAt, complement, DIGIT, has } from '../scan/char-class.ts';
import { anyOf } from './expression.ts';
import { REACH_OF_NUMBERS, type Rule } from './rule.ts';
import { isSeparator, SEPARATORS } from './separator.ts';

const NOT_IN_NUMBER = complement(charClass('A-Za-z0-9_.%@+/=-'));
const BETWEEN = `[.${SEPARATORS}]`;
/** With what may stand before it. Were digits taken in groups, a long run of them could be told apart in thousands of ways. */
const NEXT_DIGIT = `(?:\\)?[/.${SEPARATORS}]?\\(?\\d)`;
/** Numbers in a row are no groups of one: `1 2 3 4 5`. */
const NOT_SINGLE = '(?!\\(?\\d(?:[^\\d\\n]{1,3}\\d(?!\\d)){4})';
const NOT_ON = '(?![A-Za-z0-9_]|[-.]\\d|:\\d{2}(?!\\d))';

/** Telephone numbers. Those that could be any number need a word before them that says what they are. */
export const PHONE_RULES: readonly Rule[] = [
  {
    id: 'phone',
    description: 'Telephone numbers: international ones with +, North American ones with separators.',
    pattern: {
      literals: [],
      starts: [
        { before: NOT_IN_NUMBER, first: charClass('+'), second: DIGIT, fourth: charClass('0-9 .()-') },
        { before: NOT_IN_NUMBER, first: charClass('('), second: DIGIT, fourth: DIGIT },
        { before: NOT_IN_NUMBER, first: charClass('2-9'), second: DIGIT, fourth: charClass(' .-') },
      ],
      reach: REACH_OF_NUMBERS,
      effort: { inVain: 6, found: 110 },
      precheck: isPhoneStart,
      expression: anyOf(
        // A number is not told apart in groups: there are too many ways to do so. After a separator there are two digits or more.
        new RegExp(`\\+[1-9]\\d{0,2}(?:${BETWEEN}?\\(\\d{1,4}\\)${BETWEEN}?|${BETWEEN})?\\d(?:${BETWEEN}\\d(?=\\d)|\\d){3,12}${NOT_ON}`),
        new RegExp(`(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}${BETWEEN})[2-9]\\d{2}${BETWEEN}\\d{4}${NOT_ON}`),
      ),
      boundary: 'none',
    },
    validate: isPhone,
    example: (random) => `+1 415 555 ${random.pick('0-9', 4)}`,
  },
  {
    id: 'trunk_phone',
    type: 'phone',
    description: 'Telephone numbers with the prefix for calls over distance: 1-800-…, 8 (495) ….',
    pattern: {
      literals: [],
      starts: [{ before: NOT_IN_NUMBER, first: charClass('18'), second: charClass(' .(-'), fourth: DIGIT }],
      reach: REACH_OF_NUMBERS,
      effort: { inVain: 5, found: 75 },
      expression: anyOf(
        new RegExp(`1${BETWEEN}?(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}${BETWEEN})[2-9]\\d{2}${BETWEEN}\\d{4}${NOT_ON}`),
        new RegExp(`8 ?\\(\\d{3}\\) ?\\d{3}${BETWEEN}\\d{2}${BETWEEN}\\d{2}${NOT_ON}`),
      ),
      boundary: 'none',
    },
    validate: () => true,
    example: (random) => `1-800-555-${random.pick('0-9', 4)}`,
  },
  {
    id: 'named_phone',
    type: 'phone',
    description: 'Telephone numbers of any country behind a word such as phone, tel or fax.',
    pattern: {
      literals: ['tel', 'phone', 'mobile', 'fax', 'call ', 'handy', 'cell', 'whatsapp', 'number is ', 'tél', 'móvil', 'rufnummer'],
      expression: new RegExp(
        `(?<keep>(?:tel(?:ephone|efon|éfono|efone)?|phone|mobile?|fax|call|handy|cell(?:phone|ular)?|whatsapp|number is|tél|móvil|rufnummer)[ _-]?(?:phone|number|no|nr|num|nummer)?[.:="'>\\\\ ]{1,6})${NOT_SINGLE}\\+?\\(?\\d${NEXT_DIGIT}{7,13}\\)?${NOT_ON}`,
        'i',
      ),
      boundary: 'none',
    },
    validate: (written) => isLongEnough(written, 8, 14),
    example: (random) => `phone: 030 ${random.pick('1-9', 8)}`,
  },
];

function isPhoneStart(text: string, at: number): boolean {
  const code = codeAt(text, at);
  if (code === 43) {
    const second = codeAt(text, at + 2);
    const third = isSeparator(second) ? codeAt(text, at + 3) : second;
    return has(DIGIT, codeAt(text, at + 1)) && (third === 40 || has(DIGIT, third));
  }
  if (code === 40) return codeAt(text, at + 4) === 41;
  const separator = codeAt(text, at + 3);
  return (separator === 46 || isSeparator(separator)) && codeAt(text, at + 7) === separator;
}

function isPhone(written: string): boolean {
  return written.startsWith('+') ? isLongEnough(written, 8, 15) : isLongEnough(written, 10, 10);
}

function isLongEnough(written: string, least: number, most: number): boolean {
  const digits = written.replace(/\D/g, '').length;
  return digits >= least && digits <= most;
}
