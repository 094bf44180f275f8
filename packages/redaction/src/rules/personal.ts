import { charClass, codeAt, complement, DIGIT, has } from '../scan/char-class.ts';
import { cardEffort, cardEnd, isCardAt, isCardPlace, isGrouped, withLuhnDigit } from './card.ts';
import { isSsn } from './checksum.ts';
import { EMAIL_RULE, ODD_EMAIL_RULES } from './email.ts';
import { IBAN_PATTERN, ibanExample, isHash, SMALL_IBAN_PATTERN } from './iban.ts';
import { isNamed } from './identifying-key.ts';
import { PHONE_RULES } from './phone.ts';
import { REACH_OF_NUMBERS, type MatchPlace, type Rule } from './rule.ts';
import { isSeparator, SEPARATORS } from './separator.ts';
import { isInUuid } from './uuid.ts';

/** A number begins after what is neither part of a word nor of another number; after the letter of an escape or of a terminal's colour, too. */
const BEFORE_NUMBER = complement(charClass('A-MO-QS-Za-lo-qsu-z0-9_.%@-'));

/** Personal data. Numbers carry a checksum or a form that no identifier has. */
export const PERSONAL_RULES: readonly Rule[] = [
  EMAIL_RULE,
  ...ODD_EMAIL_RULES,
  {
    id: 'named_ssn',
    type: 'ssn',
    description: 'United States social security and taxpayer numbers, however they are separated, behind their name.',
    pattern: {
      literals: ['ssn', 'social', 'soc sec', 'taxpayer', 'tax id', 'tax_id', 'taxid', 'tax-id', 'tin ', 'tin:', 'tin='],
      expression: new RegExp(
        `(?<keep>(?:ssn|soc(?:ial)?[ _-]?sec(?:urity)?|tax(?:payer)?[ _-]?id(?:entification)?|tin)[ _-]?(?:number|num|no|nr)?["'\\\\#.]{0,3}(?: is)?[ :=#|>"'\\\\]{1,6})\\d{3}[._/${SEPARATORS}]?\\d{2}[._/${SEPARATORS}]?\\d{4}(?![\\w.-]\\d|\\d)`,
        'i',
      ),
    },
    validate: (secret) => isSsn(secret.replace(/\D/g, '')),
    example: (random) => `SSN: ${random.pick('1-5', 3)}${random.pick('1-9', 6)}`,
  },
  {
    id: 'card',
    description: "Payment card numbers: an issuer's range and length, and the Luhn check digit (ISO/IEC 7812-1).",
    pattern: {
      literals: [],
      starts: [{ before: BEFORE_NUMBER, first: charClass('0-689'), second: DIGIT, fourth: DIGIT }],
      reach: REACH_OF_NUMBERS,
      effort: { inVain: 2, closer: cardEffort },
      expression: new RegExp(`\\d{4}(?:[._${SEPARATORS}]?\\d){8}`),
      precheck: isCardAt,
      measure: cardEnd,
    },
    validate: (secret, place) => isGrouped(secret) && isCardPlace(secret, place) && !isNamed(place) && !isInUuid(secret, place),
    example: (random) => withLuhnDigit(`4${random.pick('0-9', 14)}`),
  },
  {
    id: 'ssn',
    description: 'United States social security numbers with their hyphens, dashes or spaces.',
    pattern: {
      literals: [],
      starts: [{ before: BEFORE_NUMBER, first: charClass('0-8'), second: DIGIT, fourth: charClass(' .-') }],
      reach: REACH_OF_NUMBERS,
      effort: { inVain: 1 },
      precheck: (text, at) =>
        codeAt(text, at + 3) === codeAt(text, at + 6) &&
        (codeAt(text, at + 3) === 46 || isSeparator(codeAt(text, at + 3))) &&
        has(DIGIT, codeAt(text, at + 7)),
      expression: new RegExp(`\\d{3}([.${SEPARATORS}])\\d{2}\\1\\d{4}(?![A-Za-z0-9_]|[-.]\\d)`),
    },
    validate: (secret, place) => isSsn(secret.replace(/\D/g, '')) && (!isNamed(place) || isTaxpayer(place)),
    example: (random) => `${random.pick('1-5', 3)}-${random.pick('1-9', 2)}-${random.pick('1-9', 4)}`,
  },
  {
    id: 'iban',
    description: 'International bank account numbers: the length of the country, and the check digits (ISO 13616).',
    pattern: IBAN_PATTERN,
    validate: (secret, place) => !isInUuid(secret, place),
    example: (random) => ibanExample(random.pick('0-9', 18)),
  },
  {
    id: 'small_iban',
    type: 'iban',
    description: 'The same in small letters, where they are no hash and no key says that they name something.',
    pattern: SMALL_IBAN_PATTERN,
    validate: (secret, place) => !isHash(secret) && !isNamed(place) && !isInUuid(secret, place),
    example: (random) => ibanExample(random.pick('0-9', 18)).toLowerCase(),
  },
  ...PHONE_RULES,
];

/** `taxpayer id 123-45-6789`: here the number of a person is what names something. */
function isTaxpayer({ text, floor, start }: MatchPlace): boolean {
  return /(?:tax|social|ssn|employee|patient|payer)[\w ]{0,24}["'\s:=#]{0,6}$/i.test(text.slice(Math.max(floor, start - 48), start));
}
