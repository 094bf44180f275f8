import { colourStart } from '../scan/boundary.ts';
import { charClass, codeAt, DIGIT, has, runEnd } from '../scan/char-class.ts';
import type { Rule } from './rule.ts';

const EMAIL_LOCAL = charClass("A-Za-z0-9.!#$%&'*+/?^_{|}~-");
const LONGEST_LOCAL = 64;
const BACKSLASH = 92;
const SLASH = 47;

/** A label of a domain name, in letters of any script. */
const LABEL = '[A-Za-z0-9\\u00a1-\\uffff](?:[A-Za-z0-9\\u00a1-\\uffff-]{0,61}[A-Za-z0-9\\u00a1-\\uffff])?';
const TOP_LABEL = '[A-Za-z\\u00a1-\\uffff][A-Za-z0-9\\u00a1-\\uffff-]{0,22}[A-Za-z\\u00a1-\\uffff]';

export const EMAIL_RULE: Rule = {
  id: 'email',
  description: 'E-mail addresses, in letters of any script (RFC 5321, RFC 6531).',
  pattern: {
    literals: ['@', '%40'],
    precheck: (text, at, floor) => at > floor && isLocal(codeAt(text, at - 1)) && hasDomain(text, at),
    leadStart: localStart,
    effort: { inVain: 8, found: 75 },
    expression: new RegExp(`(?:@|%40)(?:${LABEL}\\.){1,8}${TOP_LABEL}(?![A-Za-z0-9])`),
    boundary: 'none',
  },
  validate: isEmail,
  example: (random) => `${random.pick('a-z', 8)}@${random.pick('a-z', 6)}.example.com`,
};

/** Addresses that are written otherwise. */
export const ODD_EMAIL_RULES: readonly Rule[] = [
  {
    id: 'written_email',
    type: 'email',
    description: 'E-mail addresses whose sign is written as an entity or an escape, or whose host is a number.',
    pattern: {
      literals: ['\\u0040', '&#64;', '&#x40;', '@['],
      leads: { members: charClass('A-Za-z0-9._+-'), max: 64 },
      expression: new RegExp(
        `[\\w.+-]{1,64}(?:(?:\\\\u0040|&#(?:64|x40);)(?:${LABEL}\\.){1,8}${TOP_LABEL}|@\\[(?:(?:\\d{1,3}\\.){3}\\d{1,3}|IPv6:[0-9A-Fa-f:.]{2,45})\\])`,
      ),
      boundary: 'none',
    },
    validate: () => true,
    example: (random) => `${random.pick('a-z', 8)}&#64;${random.pick('a-z', 6)}.example.com`,
  },
  {
    id: 'quoted_email',
    type: 'email',
    description: 'E-mail addresses whose first part is quoted (RFC 5321, 4.1.2).',
    pattern: {
      literals: ['"@'],
      leads: { members: charClass('A-Za-z0-9._ +\\-'), max: 64 },
      effort: { inVain: 40 },
      expression: new RegExp(`[\\w. +-]{1,62}\\\\?"@(?:${LABEL}\\.){1,8}${TOP_LABEL}(?![A-Za-z0-9])`),
      boundary: 'none',
    },
    validate: (_, { text, start }) => text.charAt(start - 1) === '"',
    example: (random) => `"${random.pick('a-z', 4)} ${random.pick('a-z', 4)}"@example.com`,
  },
];

/** Where the first part of an address begins: letters of any script belong to it, as they are or as escapes of JSON. */
function localStart(text: string, at: number, floor: number): number {
  const earliest = Math.max(floor, at - LONGEST_LOCAL);
  let start = at;
  while (start > earliest) {
    if (codeAt(text, start - 1) === SLASH && codeAt(text, start) === SLASH) break;
    if (isLocal(codeAt(text, start - 1))) start -= 1;
    else if (codeAt(text, start - 1) === BACKSLASH && ESCAPE.test(text.slice(start, start + 5))) start -= 1;
    else break;
  }
  const digits = runEnd(text, start, DIGIT, start + 4);
  if (digits < at && colourStart(text, digits + 1) < start) return digits + 1;
  // The user of a URL: what stands before it is no part of the address.
  return codeAt(text, start) === SLASH && codeAt(text, start - 1) === SLASH ? start + 1 : start;
}

const ESCAPE = /^u[0-9a-f]{4}/i;

function isLocal(code: number): boolean {
  return code < 128 ? has(EMAIL_LOCAL, code) : isLetterBeyondAscii(code);
}

/** Letters, their marks, and halves of what lies beyond 16 bits; not the spaces, quotes and full stops of other scripts. */
function isLetterBeyondAscii(code: number): boolean {
  if (code < 0x2000) return code >= 0xc0 && code !== 0xd7 && code !== 0xf7;
  return (code >= 0x2c00 && code < 0x3000) || (code >= 0x3040 && code < 0xe000) || (code >= 0xf900 && code < 0xfe00) || isWideLetter(code);
}

/** Letters and digits as wide as an ideogram. */
function isWideLetter(code: number): boolean {
  return (
    (code >= 0xfe70 && code < 0xfeff) ||
    (code >= 0xff10 && code <= 0xff19) ||
    (code >= 0xff21 && code <= 0xff3a) ||
    (code >= 0xff41 && code <= 0xff5a) ||
    (code >= 0xff66 && code <= 0xffdc)
  );
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
  return (
    at !== 0 &&
    !secret.startsWith('git@') &&
    !/\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|lock|html?|go)$/i.test(domain) &&
    !/^\d+\.\d+/.test(domain)
  );
}
