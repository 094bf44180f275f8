import { charClass, codeAt, has, runEnd } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import type { Rule } from './rule.ts';

/** How the top of a key begins. */
export const PRIVATE_KEY_BEGIN = '-----BEGIN ';
const LABEL = charClass('A-Z0-9 ');
/** With what line ends may be written as: `\\n`, `<br>`, `&#10;`. */
const BODY = charClass('A-Za-z0-9+/=\\ \t\r\n:,."\'();*#<>&|-');
const CLOSING = charClass('A-Z0-9 -');
export const PRIVATE_KEY_TOP = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;

/** PEM and OpenPGP private keys (RFC 7468), whole or cut off. The `private_key` row of the table. */
export const PRIVATE_KEY_RULE: Rule = {
  id: 'private_key',
  description: 'Private keys in PEM and OpenPGP armour, whole or cut off (RFC 7468).',
  pattern: { literals: [PRIVATE_KEY_BEGIN], expression: PRIVATE_KEY_TOP, boundary: 'none' },
  example(random) {
    const label = ['RSA PRIVATE', 'KEY-----'].join(' ');
    return [`${PRIVATE_KEY_BEGIN}${label}`, random.pick('A-Za-z0-9', 64), random.pick('A-Za-z0-9', 64), `-----END ${label}`].join('\n');
  },
};

/** The key is everything up to its END line, or as far as it can go on. */
export function createPrivateKeyDetector(): Detector {
  const top = new RegExp(PRIVATE_KEY_TOP.source, 'y');
  return {
    triggers: [{ literal: PRIVATE_KEY_BEGIN, ignoreCase: false }],
    startsWord: false,
    find(text, at) {
      const label = runEnd(text, at + PRIVATE_KEY_BEGIN.length, LABEL, at + 64);
      if (!text.startsWith('-----', label)) return undefined;
      top.lastIndex = at;
      const match = top.exec(text);
      if (match === null || !hasBody(text, at + match[0].length)) return undefined;
      return {
        start: at,
        end: at + match[0].length,
        type: PRIVATE_KEY_RULE.id,
        tail: { members: BODY, until: { text: '-----END ', closing: CLOSING } },
      };
    },
  };
}

const BASE64 = charClass('A-Za-z0-9+/=');

/** Whether a line of a key comes before the next dashes; header lines and escapes may stand between. */
function hasBody(text: string, from: number): boolean {
  const limit = Math.min(text.length, from + 400);
  let at = from;
  while (at < limit && has(BODY, codeAt(text, at)) && !text.startsWith('--', at)) {
    const end = runEnd(text, at, BASE64, limit);
    if (end - at >= 16) return true;
    at = Math.max(end, at + 1);
  }
  return false;
}
