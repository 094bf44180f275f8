import type { KeyVerdict } from '../keys/key-policy.ts';
import { anyOf } from '../rules/expression.ts';
import { isUuid } from '../rules/uuid.ts';
import { isLocation } from './location.ts';
import { isPassphrase } from './passphrase.ts';
import { FINGERPRINT, isIdentifierShaped, isReference } from './reference.ts';
import { isStandIn } from './stand-in.ts';
import { isScrambled, shapeOf, type ValueShape } from './value-shape.ts';

/** Where a value stands in a text. A quoted value is whole, as is one in the query of a URL; a bare one may be code. */
export type ValueSetting = 'quoted' | 'bare' | 'query';

/** Whether a value that stands beside such a key is a secret, and not words, code, or what fills the place of one. */
export function isSecretValue(value: string, verdict: KeyVerdict, setting: ValueSetting): boolean {
  if (value.length < 4) return verdict.type === 'security_code' && /^\d{3}$/.test(value);
  if (value.startsWith('{') && ENCRYPTED.test(value)) return verdict.kind === 'secret';
  if (setting === 'bare' && ((verdict.type !== 'password' && CALL.test(value)) || COMMANDLET.test(value))) return false;
  return mayBe(value, verdict, setting) && !isStandIn(value);
}

/** `ConvertTo-SecureString`, `Get-Credential`. */
const COMMANDLET = /^(?:ConvertTo|ConvertFrom|Get|New|Read|Import|Export|Invoke)-[A-Z][A-Za-z]+$/;

function mayBe(value: string, verdict: KeyVerdict, setting: ValueSetting): boolean {
  switch (verdict.kind) {
    case 'secret':
      return isNamedSecret(value, verdict.type, setting);
    case 'weak':
      return (
        value.length >= 12 &&
        !isLocation(value) &&
        !KEY_OF_CACHE.test(value) &&
        !value.startsWith('arn:') &&
        !isReference(value) &&
        (verdict.type === 'api_key' || !isIdentifierShaped(value)) &&
        looksRandom(value)
      );
    case 'vendor':
      return value.length >= 14 && ONE_TOKEN.test(value) && !isLocation(value) && !isIdentifierShaped(value) && looksRandom(value);
    default:
      return false;
  }
}

/** `user:profile:49cbefe8f81cd3a2`, under `key`. */
const KEY_OF_CACHE = /^(?:[A-Za-z][A-Za-z_.-]{1,40}:){2,6}(?:[0-9a-f]{8,64}|\d{1,20})$/;

/** As Maven and Jenkins write what they have encrypted. */
const ENCRYPTED = /^\{[A-Za-z0-9+/]{20,400}={0,2}\}$/;

const ONE_TOKEN = /^[\w+/=.-]+$/;

function isNamedSecret(value: string, type: string, setting: ValueSetting): boolean {
  switch (type) {
    case 'password':
      if (isPassphrase(value)) return true;
      if (FOLDER.test(value) || SOURCE_PLACE.test(value)) return false;
      return setting !== 'bare'
        ? value.length >= 5 && !isSentence(value) && !isReference(value)
        : value.length >= 6 && !isCode(value) && !isReference(value);
    case 'authorization':
    case 'cookie':
      if (value.length < 8 || WORDS.test(value) || isCode(value) || isLocation(value) || isSentence(value)) return false;
      return /\d|[a-z][A-Z]|=/.test(value);
    case 'recovery_code':
      return RECOVERY_CODE.test(value) && /\d/.test(value);
    case 'credential':
      if (isChosen(value) && !(setting === 'bare' ? isCode(value) : isReference(value))) return true;
      return isRandom(value, type, setting);
    case 'security_code':
    case 'ssn':
    case 'card':
    case 'iban':
      return /^[\dA-Z][\dA-Z -]{2,40}$/i.test(value) && /\d{2}/.test(value);
    case 'connection_string':
    case 'webhook_url':
      return value.length >= 16 && !isCode(value);
    default:
      return isRandom(value, type, setting);
  }
}

/** `ClientSecret`, as a name in a configuration. */
const WORDS = /^(?:[A-Z][a-z]+){1,8}$/;

/** A secret that a program made, or a passphrase. */
function isRandom(value: string, type: string, setting: ValueSetting): boolean {
  if (setting === 'query' && isQueryToken(value)) return true;
  if (type === 'secret' && WORDS_AND_NUMBER.test(value) && !ALGORITHM.test(value)) return true;
  if (setting !== 'bare' && SHORT_AND_SIGNED.test(value)) return true;
  if (value.length < 10 || isLocation(value) || VERSION.test(value)) return false;
  if (isUuid(value)) return true;
  if (FINGERPRINT.test(value) || MOMENT.test(value) || isReference(value)) return false;
  if (SEED_PHRASE.test(value) || PREFIXED.test(value)) return true;
  if (/^\d+:/.test(value)) return TELEGRAM.test(value);
  const shape = shapeOf(value);
  if (
    (!value.includes(' ') && isRandomShape(value, shape)) ||
    (isScrambled(shape) && ONE_TOKEN.test(value) && !isWordy(value)) ||
    isGrouped(value) ||
    (setting !== 'bare' && isPunctuated(value))
  )
    return true;
  if (type === 'token' || type === 'api_key') return false;
  if (type === 'secret' && isChosen(value) && !isCode(value)) return true;
  return isPassphrase(value) || (setting !== 'bare' && value.length >= 12 && isOddText(value, shape));
}

/** Behind `?token=` stands hardly ever a word, and none has a digit in it or a capital. */
function isQueryToken(value: string): boolean {
  return /^[\w.~%+/=-]{8,256}$/.test(value) && (/\d[A-Za-z]|[A-Za-z]\d/.test(value) || /[a-z][A-Z]/.test(value)) && !isReference(value);
}

/** `/home/app/src`, as `pwd` says: no segment has a sign or a capital beside a digit. */
const FOLDER = /^~?(?:\/[a-z][a-z._-]*){2,12}\/?$/;
/** `/app/src/auth.js:41:13`, behind the name of a function in a stack. */
const SOURCE_PLACE = /^[\w@.:/\\-]{1,200}:\d{1,6}:\d{1,6}$/;

const RECOVERY_CODE = /^[A-Za-z0-9]{4,64}(?:[- ][A-Za-z0-9]{4,12}){0,4}$/;

/** As Airtable writes its keys: one word, and little behind it. */
const PREFIXED = /^key(?=[A-Za-z]{0,13}\d)(?=[a-z\d]{0,13}[A-Z])[A-Za-z\d]{14}$/;

/** `a1B2c3-D4e5F6-g7H8i9`, as telephones propose them. */
const IN_THREES = /^[A-Za-z0-9]{6}-[A-Za-z0-9]{6}-[A-Za-z0-9]{6}$/;
/** `Maple.harbor-19`: no host is written with a capital. */
const CAPITAL_WORDS = /^[A-Z][a-z]{2,}(?:[._-][A-Za-z][a-z]{2,}){1,3}[._-]?\d{2,4}$/;

/** What people choose as a password when they must: letters, a digit, and a capital beside small letters, or a sign that no name has. */
export function isChosen(value: string): boolean {
  if ((IN_THREES.test(value) && /[a-z][A-Z]/.test(value)) || CAPITAL_WORDS.test(value)) return true;
  if (value.length < 8 || value.includes(' ') || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (isLocation(value) || isIdentifierShaped(value) || VERSION.test(value)) return false;
  return /[!#$%&*+?@^~]/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value));
}

/** `Xk4&pQ9z`: of every kind of character one, and no variable. */
const SHORT_AND_SIGNED = /^(?![$%&@*#])(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!#$%&*+?@^~])[\w!#$%&*+?@^~.-]{8,9}$/;

/** `1A2B3-…`: groups of one length, as licence keys have them. */
function isGrouped(value: string): boolean {
  if (!value.includes('-')) return false;
  const groups = value.split('-');
  const { length } = groups[0] ?? '';
  return (
    groups.length >= 3 &&
    length >= 4 &&
    length <= 8 &&
    /\d/.test(value) &&
    groups.every((group) => group.length === length && GROUP.test(group))
  );
}

/** No word and no expression of a language has so many signs in it. */
function isPunctuated(value: string): boolean {
  if (value.length < 16 || EXPRESSION.test(value)) return false;
  return new Set(value.match(/[$#@!%^&*~|<>(){}[\]]/g)).size >= 6;
}

/** Spaces, escapes and quantifiers. */
const EXPRESSION = /[\s\\]|[\])][+*?{]|\.\*|\[\^|\(\?/;

const GROUP = /^[A-Za-z0-9]+$/;

/** Twelve words or more of a wallet (BIP 39). */
const SEED_PHRASE = /^(?:[a-z]{3,8} ){11,23}[a-z]{3,8}$/;
const VERSION = /^[<>=^~v ]{0,3}\d+\.\d+/;
const CALL = /\w[([{]/;
/** A day, and what time it was. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** What begins with a number and a colon is a Telegram token, or else a time, a port, an index. */
const TELEGRAM = /^\d{5,16}:A[\w-]{34}$/i;

/** Neither words nor code nor a repetition: what people choose as a secret. */
function isOddText(value: string, { longestRepeat, length, entropy }: ValueShape): boolean {
  return (
    longestRepeat <= length / 3 && entropy >= 2.5 && !isSentence(value) && !isReference(value) && !isIdentifier(value) && !isWordy(value)
  );
}

/** Whether a value is drawn from an alphabet at random rather than written: what API keys and tokens look like. */
export function looksRandom(value: string): boolean {
  return value.length >= SHORTEST_RANDOM && !value.includes(' ') && isRandomShape(value, shapeOf(value));
}

const SHORTEST_RANDOM = 8;

function isRandomShape(value: string, shape: ValueShape): boolean {
  const { length } = value;
  if (shape.longestRepeat > Math.max(3, shape.length / 4)) return false;
  const letters = shape.lowers + shape.uppers;
  if (letters === 0) return length >= 10 && shape.digits === shape.length && shape.entropy >= 2;
  if (shape.digits === 0) return isMixedCase(value, shape);
  if (shape.digits < 2 && !isMixedCase(value, shape) && !(length >= 18 && /^[a-z]+\d[a-z]+$/i.test(value))) return false;
  if (length < 16) return shape.digits >= 2 && shape.entropy >= 2.7 && shape.changes >= 3;
  return shape.entropy >= 3 && (shape.digits >= 3 || shape.changes >= 3) && !isWordy(value);
}

/** Letters alone are random when their case changes as no word's does. */
function isMixedCase(value: string, shape: ValueShape): boolean {
  if (!ONE_TOKEN.test(value)) return false;
  if (shape.length >= 14 && shape.lowers > 3 && shape.uppers > 3 && shape.changes > shape.length * 0.5 && /^[A-Za-z]+$/.test(value))
    return true;
  return shape.length >= 18 && shape.lowers > 2 && shape.uppers > 2 && shape.entropy >= 3.4 && shape.changes > shape.length * 0.4;
}

const PLAIN_PART = /^(?:[a-z]{0,14}|[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,}){0,7}|[A-Z]{0,14}|\d{0,10}|[A-Za-z]{1,6}\d{1,6}|\d{1,4}[a-z]{1,3})$/;

/** The beginning of a longer value says what it is. */
const LONGEST_WORDY = 256;
const JOINT = /[-_./:]/;

/** Whether nearly all of a value is words with numbers and versions between: `rc0.15.0_20231217-SNAPSHOT`, `id-Gost28147-89-None`. */
function isWordy(value: string): boolean {
  if (!JOINT.test(value)) return false;
  const parts = value.slice(0, LONGEST_WORDY).split(/[-_./:]+/);
  const plain = parts.filter((part) => PLAIN_PART.test(part));
  return (
    plain.length === parts.length || (parts.length >= 4 && plain.length === parts.length - 1 && parts.every((part) => part.length < 16))
  );
}

function isSentence(value: string): boolean {
  const words = value.split(' ');
  return words.length >= 3 && words.filter((word) => /^[\p{L}'’,.;:!?()-]+$/u.test(word)).length >= words.length - 1;
}

const CODE = anyOf(
  /[()[\]{}]|=>|::|->/u,
  /^[A-Z][A-Za-z]+-[A-Z][A-Za-z]+$/,
  /^[A-Z][A-Z_]+$|^\p{Lu}?\p{Ll}+$|^[a-z]+(?:[A-Z][a-z]+)+$|^[a-z]+(?:_[a-z]+)+$/u,
);

/** `get_token()`, `PASSWORD`, `String`, `ConvertTo-SecureString`, `process.env.X`. */
function isCode(value: string): boolean {
  if (CODE.test(value)) return true;
  return MEMBER.test(value) && !MIXED_PART.test(value) && !(WORDS_AND_NUMBER.test(value) && !ALGORITHM.test(value));
}

/** `alpDEh7s.f0l`: no name has a digit between letters, but for some. */
const MIXED_PART =
  /(?:^|\.)(?!base\d|utf\d|i18n|k8s|s3|x509|oauth2|ipv\d|sha\d|aes\d|md5|h2|p12|mp\d|v\d|e2e|b2b|l10n|a11y|\w*64\w*|\w*32\w*|\w*(?:To|2)[A-Z])[A-Za-z]+\d+[A-Za-z]/i;
const MEMBER = /^!*[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/;
/** `maple.harbor19`: two words and a number, as people choose a password; and what is called so in code, `hashlib.sha256`. */
const WORDS_AND_NUMBER = /^[A-Za-z]{3,}\.[A-Za-z]{3,}\d{2,4}$/;
const ALGORITHM =
  /(?:base|sha|utf|md|aes|rsa|uint|int|float|http|win|amd|arm|latin|crc|rc)\d+$|^(?:var|self|this|config|cfg|env|params?|args|opts?|options|settings|secrets?)\./i;

/** A name rather than a value: `my-secret-name`, `accessToken`. */
function isIdentifier(value: string): boolean {
  return /^[A-Za-z]+(?:[-_. ][A-Za-z]+)*\d{0,2}$/.test(value);
}
