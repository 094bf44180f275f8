import { charClass, codeAt, complement, DIGIT, has, runEnd } from '../scan/char-class.ts';
import { words } from '../keys/words.ts';
import { cardEnd, isGrouped, withLuhnDigit } from './card.ts';
import { isSsn } from './checksum.ts';
import { anyOf } from './expression.ts';
import { ibanEnd, ibanExample, isIbanStart } from './iban.ts';
import type { MatchPlace, Rule } from './rule.ts';

/** A number begins after what is neither part of a word nor of another number; after an escape's letter, too. */
const BEFORE_NUMBER = complement(charClass('A-MO-QS-Za-mo-qsu-z0-9_.%@-'));
const EMAIL_LOCAL = charClass("A-Za-z0-9.!#$%&'*+/?^_{|}~-");

/** A label of a domain name, in letters of any script. */
const LABEL = '[A-Za-z0-9\\u00a1-\\uffff](?:[A-Za-z0-9\\u00a1-\\uffff-]{0,61}[A-Za-z0-9\\u00a1-\\uffff])?';
const TOP_LABEL = '[A-Za-z\\u00a1-\\uffff][A-Za-z0-9\\u00a1-\\uffff-]{0,22}[A-Za-z\\u00a1-\\uffff]';

export const EMAIL_RULE: Rule = {
  id: 'email',
  description: 'E-mail addresses (RFC 5321).',
  pattern: {
    literals: ['@', '%40'],
    precheck: (text, at, floor) => at > floor && has(EMAIL_LOCAL, codeAt(text, at - 1)) && hasDomain(text, at),
    leads: { members: EMAIL_LOCAL, max: 64 },
    expression: new RegExp(`[A-Za-z0-9.!#$%&'*+/?^_{|}~-]{0,63}(?:@|%40)(?:${LABEL}\\.){1,8}${TOP_LABEL}(?![A-Za-z0-9])`),
    boundary: 'none',
  },
  validate: isEmail,
  example: (random) => `${random.pick('a-z', 8)}@${random.pick('a-z', 6)}.example.com`,
};

/** Personal data. Numbers carry a checksum or a form that no identifier has. */
export const PERSONAL_RULES: readonly Rule[] = [
  EMAIL_RULE,
  {
    id: 'written_email',
    description: 'E-mail addresses whose sign is written as an entity or an escape, or whose host is a number.',
    pattern: {
      literals: ['\\u0040', '&#64;', '&#x40;', '@['],
      leads: { members: charClass('A-Za-z0-9._+-'), max: 64 },
      expression: new RegExp(
        `[\\w.+-]{1,64}(?:(?:\\\\u0040|&#(?:64|x40);)(?:${LABEL}\\.){1,8}${TOP_LABEL}|@\\[(?:\\d{1,3}\\.){3}\\d{1,3}\\])`,
      ),
      boundary: 'none',
    },
    validate: () => true,
    example: (random) => `${random.pick('a-z', 8)}&#64;${random.pick('a-z', 6)}.example.com`,
  },
  {
    id: 'quoted_email',
    description: 'E-mail addresses whose first part is quoted (RFC 5321, 4.1.2).',
    pattern: {
      literals: ['"@'],
      leads: { members: charClass('A-Za-z0-9._ +\\-'), max: 64 },
      expression: new RegExp(`[\\w. +-]{1,62}\\\\?"@(?:${LABEL}\\.){1,8}${TOP_LABEL}(?![A-Za-z0-9])`),
      boundary: 'none',
    },
    validate: (_, { text, start }) => text.charAt(start - 1) === '"',
    example: (random) => `"${random.pick('a-z', 4)} ${random.pick('a-z', 4)}"@example.com`,
  },
  {
    id: 'ssn_number',
    description: 'United States social security numbers without separators, behind their name.',
    pattern: {
      literals: ['ssn', 'social security number'],
      expression: /(?<keep>(?:ssn|social security number)(?: (?:is|no\.?|number))?["']?[ :=#]{1,3}["']?)\d{9}(?![\w.-]\d|\d)/i,
    },
    validate: isSsn,
    example: (random) => `SSN: ${random.pick('1-5', 3)}${random.pick('1-9', 6)}`,
  },
  {
    id: 'card',
    description: "Payment card numbers: an issuer's range and length, and the Luhn check digit (ISO/IEC 7812-1).",
    pattern: {
      literals: [],
      starts: { before: BEFORE_NUMBER, first: charClass('2-6'), second: DIGIT, fourth: DIGIT },
      expression: /\d{4}(?:[ .\u00a0-]?\d){8}/,
      precheck: (text, at) => cardEnd(text, at) > 0,
      measure: cardEnd,
    },
    validate: (secret, place) => isGrouped(secret) && !isNamed(place),
    example: (random) => withLuhnDigit(`4${random.pick('0-9', 14)}`),
  },
  {
    id: 'ssn',
    description: 'United States social security numbers with their hyphens or spaces.',
    pattern: {
      literals: [],
      starts: { before: BEFORE_NUMBER, first: charClass('0-8'), second: DIGIT, fourth: charClass(' .-') },
      precheck: (text, at) =>
        codeAt(text, at + 3) === codeAt(text, at + 6) && has(SSN_SEPARATOR, codeAt(text, at + 3)) && has(DIGIT, codeAt(text, at + 7)),
      expression: /\d{3}(?:-\d{2}-|\s\d{2}\s|\.\d{2}\.)\d{4}(?![A-Za-z0-9_]|[-.]\d)/,
    },
    validate: (secret, place) => isSsn(secret.replace(/\D/g, '')) && (!isNamed(place) || isTaxpayer(place)),
    example: (random) => `${random.pick('1-5', 3)}-${random.pick('1-9', 2)}-${random.pick('1-9', 4)}`,
  },
  {
    id: 'iban',
    description: 'International bank account numbers: the length of the country, and the check digits (ISO 13616).',
    pattern: {
      literals: [],
      starts: { before: charClass('A-Z'), first: DIGIT, second: DIGIT },
      precheck: isIbanStart,
      measure: ibanEnd,
      leads: { members: charClass('A-Z'), max: 2 },
      expression: /[A-Z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11}/,
    },
    validate: () => true,
    example: (random) => ibanExample(random.pick('0-9', 18)),
  },
  {
    id: 'phone',
    description: 'Telephone numbers: international ones with +, North American ones with separators.',
    pattern: {
      literals: [],
      starts: {
        before: complement(charClass('A-Za-z0-9_.%@+/=-')),
        first: charClass('+(2-9'),
        second: DIGIT,
        fourth: charClass('0-9 .()-'),
      },
      precheck: isPhoneStart,
      expression: anyOf(
        /\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,4}(?![A-Za-z0-9_]|[-.:]\d)/,
        /(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?![A-Za-z0-9_]|[-.:]\d)/,
      ),
      boundary: 'none',
    },
    validate: isPhone,
    example: (random) => `+1 415 555 ${random.pick('0-9', 4)}`,
  },
];

const SSN_SEPARATOR = charClass(' .-');

/** `taxpayer id 123-45-6789`: here the number of a person is what names something. */
function isTaxpayer({ text, floor, start }: MatchPlace): boolean {
  return /(?:tax|social|ssn|employee|patient|payer)[\w ]{0,24}["'\s:=#]{0,6}$/i.test(text.slice(Math.max(floor, start - 48), start));
}

const LABEL_CHARACTER = charClass('A-Za-z0-9-');

/** Whether a name with a dot behind it follows; names in other scripts are left to the expression. */
function hasDomain(text: string, at: number): boolean {
  const start = codeAt(text, at) === 64 ? at + 1 : at + 3;
  const end = runEnd(text, start, LABEL_CHARACTER, start + 64);
  const code = codeAt(text, end);
  return code > 127 || (code === 46 && end > start);
}

function isEmail(secret: string): boolean {
  const at = Math.max(secret.lastIndexOf('@'), secret.lastIndexOf('%40'));
  const domain = secret.slice(at + 1);
  return at !== 0 && !/\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|lock|html?|go)$/i.test(domain) && !/^\d+\.\d+/.test(domain);
}

const IDENTIFYING_WORDS = words(`
  id ids uid uuid guid trace span timestamp time seq sequence cursor offset bytes size count hash checksum version build pid port nonce
  ns ms us
`);
const IDENTIFYING_KEY = new RegExp(
  `(?:^|[^A-Za-z])\\w{0,40}(?:${[...IDENTIFYING_WORDS].join('|')})["'\\\\]{0,3}(?:\\s|\\s{0,2}[:=]\\s{0,2})["'\\\\]{0,3}$`,
  'i',
);

/** Whether the key before a number says that it names something: `message_id: 4…`. */
function isNamed({ text, floor, start }: MatchPlace): boolean {
  return IDENTIFYING_KEY.test(text.slice(Math.max(floor, start - 56), start));
}

function isPhoneStart(text: string, at: number): boolean {
  const code = codeAt(text, at);
  if (code === 43)
    return (
      has(DIGIT, codeAt(text, at + 1)) &&
      has(
        DIGIT,
        codeAt(text, at + 2) === 32 || codeAt(text, at + 2) === 45
          ? codeAt(text, at + 3)
          : codeAt(text, at + 2) === 40
            ? 48
            : codeAt(text, at + 2),
      )
    );
  if (code === 40) return codeAt(text, at + 4) === 41;
  const third = codeAt(text, at + 3);
  return (third === 45 || third === 46 || third === 32) && codeAt(text, at + 7) === third;
}

function isPhone(written: string): boolean {
  const digits = written.replace(/\D/g, '').length;
  return written.startsWith('+') ? digits >= 8 && digits <= 15 : digits === 10;
}
