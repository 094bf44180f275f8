import { charClass, codeAt, complement, DIGIT, has } from '../scan/char-class.ts';
import { REACH_OF_NUMBERS, type Rule } from './rule.ts';

/** Where policy says so. Loopback, private, link-local and documentation addresses say nothing of a person. */
export const IP_ADDRESS_RULE: Rule = {
  id: 'ip',
  description: 'Public IPv4 and IPv6 addresses, where the profile says so.',
  pattern: {
    literals: [],
    starts: [{ before: complement(charClass('A-Za-z0-9_.%:-')), first: charClass('0-9a-fA-F'), second: charClass('0-9a-fA-F.:') }],
    reach: REACH_OF_NUMBERS,
    effort: { inVain: 5, found: 75 },
    precheck: isAddressStart,
    expression: /(?:\d{1,3}\.){3}\d{1,3}(?!\.\d|[A-Za-z0-9_])|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![A-Za-z0-9_:])/,
    boundary: 'none',
  },
  validate: isPublicAddress,
  example: (random) => `203.0.${random.index(100)}.${random.index(200)}`,
};

function isAddressStart(text: string, at: number): boolean {
  const dot = codeAt(text, at + 1) === 46 ? 1 : codeAt(text, at + 2) === 46 ? 2 : codeAt(text, at + 3) === 46 ? 3 : 0;
  if (dot > 0) return has(DIGIT, codeAt(text, at)) && has(DIGIT, codeAt(text, at + dot + 1));
  return codeAt(text, at + 4) === 58 || codeAt(text, at + 3) === 58 || codeAt(text, at + 2) === 58;
}

const NOT_PERSONAL = /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|22[4-9]\.|23\d\.|24\d\.|25\d\.)/;

function isPublicAddress(address: string): boolean {
  if (address.includes(':'))
    return address.includes('::')
      ? !/^(?:::1?$|fe80:|f[cd]|ff)/i.test(address)
      : address.split(':').length === 8 && !/^(?:fe80:|f[cd])/i.test(address);
  return address.split('.').every((part) => Number(part) <= 255) && !NOT_PERSONAL.test(address);
}
