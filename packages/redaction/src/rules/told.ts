import { isIdentifierShaped, isReference, isTechnical } from '../find/reference.ts';
import { isChosen, looksRandom } from '../find/secret-value.ts';
import { isPassphrase, phraseEnd } from '../find/passphrase.ts';
import { isStandIn } from '../find/stand-in.ts';
import { charClass, complement } from '../scan/char-class.ts';
import type { Rule } from './rule.ts';

const PASSWORD = '(?:password|passwd|passphrase|passcode|pwd|pw|pass)';
/** What may stand before the word password behind the password itself. */
const WHOSE =
  '(?:(?:the|a|my|our|your|his|her|its|new|old|root|admin|db|database|wifi|vpn|temp|temporary|initial|default|current|user|guest) ){0,4}';

const WORD = '(?:,? [^\\s,:=→"\'`]{1,20})';

/** Something that holds a letter and a digit, and no mark of a sentence. */
const CHOSEN = '(?=[^\\s]{0,63}[\\d#$%*@^-])(?=[^\\s]{0,63}[A-Za-z])(?:[^\\s"\'`“”‘’«»()<>,;]|[(),;](?=[\\w!#$%&*+=?@^~-])){8,64}';

/** Which codes are secret: a zip code, an exit code and an error code are not. */
const CALLED =
  '(?:door|gate|alarm|entry|safe|unlock|access|sms|2fa|mfa|login|sign-in|your|use|verification|confirmation|security|authentication|one-time)';
const CODE_IS = "(?: (?:for|to) (?:[\\w'-]{1,16} ){0,2}[\\w'-]{1,16})?(?: is(?: now)?| lautet|:)?";
const CODE = '\\d{3}[ -]?\\d{1,5}(?![\\w%°]|[.,:/-]\\d)';

/** Secrets as people tell them to one another in English, with words between the name and the value. */
export const TOLD_RULES: readonly Rule[] = [
  {
    id: 'told_password',
    type: 'password',
    description: 'A password that is told in a sentence: `pw for the staging db: …`, `password reset, it is now …`.',
    pattern: {
      literals: ['password', 'passwd ', 'passphrase ', 'passcode ', 'pwd ', 'pw ', 'pass '],
      effort: { inVain: 50 },
      expression: new RegExp(
        `(?<keep>${PASSWORD}s?(?:${WORD}{0,8}? (?:is|was|to|now|is now|it's|becomes|use|try)|${WORD}{1,8}? ?(?::|=|->|=>|→|–|-))\\s{1,3}["'\`“‘«]?)${CHOSEN}`,
        'i',
      ),
    },
    validate: isTold,
    example: (random) => `pw for the staging db: ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}`,
  },
  {
    id: 'designated_password',
    type: 'password',
    description: 'A password with its name behind it: `… (that is the root password)`, `… as root password`.',
    pattern: {
      literals: [
        ' (that',
        ' (the ',
        ' (my ',
        ' (our ',
        ' (root ',
        ' (admin ',
        ' (new ',
        ' (old ',
        ' (pass',
        ' (pw',
        ' as pass',
        ' as root ',
        ' as admin ',
        ' as initial ',
        ' as temp',
        ' as default ',
        ", that's ",
      ],
      effort: { inVain: 240 },
      leads: { members: complement(charClass(' \t\r\n"\'`()<>,;')), max: 64 },
      expression: new RegExp(
        `[^\\s"'\`()<>,;]{8,64}(?= \\((?:that(?: is|'s) )?${WHOSE}${PASSWORD}\\b|,? (?:as|is|that is|that's) ${WHOSE}${PASSWORD}\\b(?! (?:of|hash|manager|policy)))`,
      ),
      boundary: 'none',
    },
    validate: isTold,
    example: (random) => `I set it to ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)} (that is the root password)`,
  },
  {
    id: 'told_passphrase',
    type: 'password',
    description: 'A passphrase of four words or more that is told in a sentence.',
    pattern: {
      literals: ['passphrase ', 'phrase is ', 'phrase: ', 'phrase was '],
      effort: { inVain: 110 },
      expression:
        /(?<keep>(?:pass)?phrase(?: (?:for|of|to)(?: [\w'-]{1,16}){1,4}?)?(?: (?:is|was|is now)|:| =) ["'`]?)[A-Za-z]{3,12}(?:(?:-[a-z]{3,12}){3,23}|(?: [a-z]{3,12}){3,23})/i,
      boundary: 'none',
    },
    validate: (secret) => (secret.includes(' ') ? phraseEnd(secret, 0) === secret.length : isPassphrase(secret)),
    example: (random) =>
      `the passphrase for the key is ${['copper', 'lantern', 'tundra', 'willow', 'marble'].slice(random.index(2)).join('-')}`,
  },
  {
    id: 'told_code',
    type: 'security_code',
    description: 'A code for a door, an alarm or a login that is told in a sentence: `PIN for the alarm is …`.',
    pattern: {
      literals: ['pin ', 'otp ', 'tan lautet '],
      effort: { inVain: 40 },
      expression: new RegExp(
        `(?<keep>(?:pin (?:for|to|of) (?:[\\w'-]{1,16} ){0,3}[\\w'-]{1,16}(?: is(?: now)?|:| =| ->) |pin (?:is|ist|lautet|est) (?:now )?|otp${CODE_IS} |tan lautet )["'\`]?)${CODE}`,
        'i',
      ),
    },
    validate: isCode,
    example: (random) => `PIN for the alarm is ${random.pick('1-9', 6)}`,
  },
  {
    id: 'told_access_code',
    type: 'security_code',
    description: 'The same, where it is called a code: `door code: …`, `your verification code is …`.',
    pattern: {
      // The commonest of those words alone: what stands before it is read where it stands.
      literals: [' code ', ' code:', '-time password ', '-time passcode '],
      leads: { members: charClass('A-Za-z0-9-'), max: 16 },
      effort: { inVain: 40 },
      expression: new RegExp(`(?<keep>(?:${CALLED} code|one-time (?:password|passcode))${CODE_IS} ["'\`]?)${CODE}`, 'i'),
    },
    validate: isCode,
    example: (random) => `door code: ${random.pick('1-9', 6)}`,
  },
  {
    id: 'told_token',
    type: 'secret',
    description: 'A token or a key that is told in a sentence: `the API key for staging is …`.',
    pattern: {
      literals: ['token ', 'key ', 'secret ', 'credential '],
      effort: { inVain: 9 },
      expression:
        /(?<keep>(?:token|key|secret|credential) (?:(?:for|of|to) (?:[\w'./-]{1,24} ){0,5}?[\w'./-]{1,24}(?: is(?: now)?|:| =| ->| =>)|->|is now|(?:provided|given|used|generated|created|issued)(?: is|:| =)) ["'`]?)[A-Za-z0-9+/=_.~-]{16,256}/i,
    },
    validate: (secret) => looksRandom(secret.replace(/\.$/, '')) && !isIdentifierShaped(secret) && !isStandIn(secret),
    example: (random) => `the API key for staging is ${random.pick('A-Za-z0-9', 38)}7q`,
  },
];

function isCode(secret: string): boolean {
  return !/^(?:19|20)\d\d$|^(\d)\1+$/.test(secret) && secret.replace(/\D/g, '').length >= 4;
}

const WORDS_AND_NUMBER = /^[a-z]{3,}(?:[._-][a-z]{3,}){1,3}[._-]?\d{2,4}$/;

/** Small letters and capitals with odd signs between them. */
const SIGNED = /^(?=[^]*[a-z])(?=[^]*[A-Z])(?=[^]*[#$%*@^][^]*[#$%*@^&=+)(])[^\s]{10,64}$/;

function isTold(secret: string): boolean {
  const bare = secret.replace(/[.?:]$/, '');
  if (isStandIn(bare) || isReference(bare) || isTechnical(bare) || /^[\d.,:/x-]+[a-zäöüé%-]{0,12}$/i.test(bare) || bare.includes('://'))
    return false;
  return (
    isChosen(bare) ||
    SIGNED.test(bare) ||
    WORDS_AND_NUMBER.test(bare) ||
    (bare.length >= 10 && /\d/.test(bare) && looksRandom(bare) && !isIdentifierShaped(bare))
  );
}
