import { ALPHANUMERIC, charClass, codeAt, complement, DIGIT, has } from '../scan/char-class.ts';
import { ibanLength, isCardNumber, isIban, isSsn } from './checksum.ts';
import type { MatchPlace, Rule } from './rule.ts';

/** A number begins after what is neither part of a word nor of another number; after an escape's letter, too. */
const BEFORE_NUMBER = complement(charClass('A-MO-QS-Za-mo-qsu-z0-9_.%@-'));
const EMAIL_LOCAL = charClass("A-Za-z0-9.!#$%&'*+/?^_{|}~-");

export const EMAIL_RULE: Rule = {
  id: 'email',
  description: 'E-mail addresses (RFC 5321).',
  pattern: {
    literals: ['@', '%40'],
    precheck: (text, at, floor) => at > floor && has(EMAIL_LOCAL, codeAt(text, at - 1)),
    leads: { members: EMAIL_LOCAL, max: 64 },
    expression: /[A-Za-z0-9.!#$%&'*+/?^_{|}~-]{0,63}(?:@|%40)(?:[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff-]{0,61}[A-Za-z0-9\u00a1-\uffff])?\.){1,8}[A-Za-z\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff-]{0,22}[A-Za-z\u00a1-\uffff](?![A-Za-z0-9])/,
    boundary: 'none',
  },
  validate: isEmail,
  example: (random) => `${random.pick('a-z', 8)}@${random.pick('a-z', 6)}.example.com`,
};

/** Personal data. Numbers carry a checksum or a form that no identifier has. */
export const PERSONAL_RULES: readonly Rule[] = [
  EMAIL_RULE,
  {
    id: 'card',
    description: "Payment card numbers: an issuer's range and length, and the Luhn check digit (ISO/IEC 7812-1).",
    pattern: {
      literals: [],
      starts: { before: BEFORE_NUMBER, first: charClass('2-6') },
      expression: /\d{4}(?:[ -]?\d){8}/,
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
      starts: { before: BEFORE_NUMBER, first: charClass('0-8') },
      precheck: (text, at) => (codeAt(text, at + 3) === 45 && codeAt(text, at + 6) === 45) || (codeAt(text, at + 3) === 32 && codeAt(text, at + 6) === 32),
      expression: /\d{3}(?:-\d{2}-|\s\d{2}\s)\d{4}(?![A-Za-z0-9_]|[-.]\d)/,
    },
    validate: (secret, place) => isSsn(secret.replace(/\D/g, '')) && !isNamed(place),
    example: (random) => `${random.pick('1-5', 3)}-${random.pick('1-9', 2)}-${random.pick('1-9', 4)}`,
  },
  {
    id: 'iban',
    description: 'International bank account numbers: the length of the country, and the check digits (ISO 13616).',
    pattern: {
      literals: [],
      starts: { before: charClass('A-Z'), first: DIGIT },
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
      starts: { before: complement(charClass('A-Za-z0-9_.%@+/=-')), first: charClass('+(2-9') },
      precheck: isPhoneStart,
      expression:
        /\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,4}(?![A-Za-z0-9_]|[-.:]\d)|(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?![A-Za-z0-9_]|[-.:]\d)/,
      boundary: 'none',
    },
    validate: isPhone,
    example: (random) => `+1 415 555 ${random.pick('0-9', 4)}`,
  },
];

/** Where policy says so. Loopback, private, link-local and documentation addresses say nothing of a person. */
export const IP_ADDRESS_RULE: Rule = {
  id: 'ip',
  description: 'Public IPv4 and IPv6 addresses, where the profile says so.',
  pattern: {
    literals: [],
    starts: { before: complement(charClass('A-Za-z0-9_.%:-')), first: charClass('0-9a-fA-F') },
    precheck: isAddressStart,
    expression: /(?:\d{1,3}\.){3}\d{1,3}(?!\.\d|[A-Za-z0-9_])|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![A-Za-z0-9_:])/,
    boundary: 'none',
  },
  validate: isPublicAddress,
  example: (random) => `203.0.${random.index(100)}.${random.index(200)}`,
};

/** End of the card number that starts at `start`, at most one separator between two digits; -1 if there is none. */
function cardEnd(text: string, start: number): number {
  let [plain, doubled, count, gap] = [0, 0, 0, 0];
  const limit = Math.min(text.length, start + 40);
  for (let at = start; at < limit; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      // The Luhn sum if this digit is the last, and if one more follows.
      const sum = doubled + digit;
      doubled = plain + (digit > 4 ? digit * 2 - 9 : digit * 2);
      plain = sum;
      count += 1;
      gap = 0;
      if (count >= 12 && plain % 10 === 0 && isNumberEnd(text, at + 1) && isCardNumber(text.slice(start, at + 1).replace(/[ -]/g, ''))) return at + 1;
      if (count === 19) return -1;
    } else if ((digit === -16 || digit === -3) && gap === 0 && count > 1) gap = 1;
    else return -1;
  }
  return -1;
}

function isNumberEnd(text: string, at: number): boolean {
  const code = codeAt(text, at);
  if (code === 45 || code === 46) return !has(DIGIT, codeAt(text, at + 1));
  return !has(ALPHANUMERIC, code) && code !== 95;
}

function isEmail(secret: string): boolean {
  const at = Math.max(secret.lastIndexOf('@'), secret.lastIndexOf('%40'));
  const domain = secret.slice(at + 1);
  return at !== 0 && !/\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|md|lock|html?|py|rs|go)$/i.test(domain) && !/^\d+\.\d+/.test(domain);
}

/** Groups of a card number are written alike: 4-4-4-4, 4-6-5, or none. */
function isGrouped(written: string): boolean {
  const groups = written.split(/[ -]/);
  return groups.length === 1 || groups.every((group, at) => group.length >= 3 || (at === groups.length - 1 && group.length >= 1)) || groups.every((group) => group.length <= 2);
}

const IDENTIFYING_KEY = /(?:^|[^A-Za-z])\w{0,40}(?:id|ids|uid|uuid|guid|trace|span|timestamp|time|seq|sequence|cursor|offset|bytes|size|count|hash|checksum|version|build|pid|port|nonce|ns|ms|us)["'\\]{0,3}(?:\s|\s{0,2}[:=]\s{0,2})["'\\]{0,3}$/i;

/** Whether the key before a number says that it names something: `message_id: 4…`. */
function isNamed({ text, floor, start }: MatchPlace): boolean {
  return IDENTIFYING_KEY.test(text.slice(Math.max(floor, start - 56), start));
}

function isIbanStart(text: string, at: number, floor: number): boolean {
  if (at - 2 > floor && has(ALPHANUMERIC, codeAt(text, at - 3)) && codeAt(text, at - 4) !== 92) return false;
  if (!has(DIGIT, codeAt(text, at + 1))) return false;
  return ibanEnd(text, at - 2) > 0;
}

/** End of the IBAN that starts at `start`, or -1. */
function ibanEnd(text: string, start: number): number {
  const length = ibanLength(text.slice(start, start + 2));
  if (length === undefined) return -1;
  let iban = '';
  for (let at = start; at < start + 48; at += 1) {
    const code = codeAt(text, at);
    if (has(ALPHANUMERIC, code)) iban += text.charAt(at);
    else if (code !== 32 && code !== 45) return -1;
    if (iban.length === length) return isIban(iban) && !has(ALPHANUMERIC, codeAt(text, at + 1)) ? at + 1 : -1;
  }
  return -1;
}

function isPhoneStart(text: string, at: number): boolean {
  const code = codeAt(text, at);
  if (code === 43) return has(DIGIT, codeAt(text, at + 1)) && has(DIGIT, codeAt(text, at + 2) === 32 || codeAt(text, at + 2) === 45 ? codeAt(text, at + 3) : codeAt(text, at + 2) === 40 ? 48 : codeAt(text, at + 2));
  if (code === 40) return codeAt(text, at + 4) === 41;
  const third = codeAt(text, at + 3);
  return (third === 45 || third === 46 || third === 32) && codeAt(text, at + 7) === third;
}

function isPhone(written: string): boolean {
  const digits = written.replace(/\D/g, '').length;
  return written.startsWith('+') ? digits >= 8 && digits <= 15 : digits === 10;
}

function isAddressStart(text: string, at: number): boolean {
  const dot = codeAt(text, at + 1) === 46 ? 1 : codeAt(text, at + 2) === 46 ? 2 : codeAt(text, at + 3) === 46 ? 3 : 0;
  if (dot > 0) return has(DIGIT, codeAt(text, at)) && has(DIGIT, codeAt(text, at + dot + 1));
  return codeAt(text, at + 4) === 58 || codeAt(text, at + 3) === 58 || codeAt(text, at + 2) === 58;
}

const NOT_PERSONAL = /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|22[4-9]\.|23\d\.|24\d\.|25\d\.)/;

function isPublicAddress(address: string): boolean {
  if (address.includes(':')) return address.includes('::') ? !/^(?:::1?$|fe80:|f[cd]|ff)/i.test(address) : address.split(':').length === 8 && !/^(?:fe80:|f[cd])/i.test(address);
  return address.split('.').every((part) => Number(part) <= 255) && !NOT_PERSONAL.test(address);
}

function withLuhnDigit(digits: string): string {
  const check = [...'0123456789'].find((digit) => isCardNumber(digits + digit));
  return digits + (check ?? '0');
}

function ibanExample(account: string): string {
  for (let check = 2; check < 99; check += 1) {
    const iban = `DE${String(check).padStart(2, '0')}${account}`;
    if (isIban(iban)) return iban;
  }
  return '';
}
