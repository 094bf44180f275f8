import { randomBytes, randomInt } from 'node:crypto';

/** A secret as it is written, and the parts of it that are secret. */
export interface SecretSample {
  readonly text: string;
  readonly cores: readonly string[];
}

const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const LETTERS_AND_DIGITS = DIGITS + UPPER + LOWER;

function drawn(length: number, alphabet = LETTERS_AND_DIGITS): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)] ?? '').join('');
}

/** Mixed as keys are: an unlucky draw would be a word. */
function mixed(length: number): string {
  return `${drawn(1, UPPER)}${drawn(1, DIGITS)}${drawn(1, LOWER)}${drawn(1, DIGITS)}${drawn(length - 5)}${drawn(1, DIGITS)}`;
}

function prefixed(prefix: string, length: number, suffix = ''): SecretSample {
  const core = mixed(length);
  return { text: prefix + core + suffix, cores: [core] };
}

/** A number that passes the check of cards (ISO/IEC 7812). */
function cardNumber(): string {
  const payload = `4${drawn(14, DIGITS)}`;
  let sum = 0;
  for (const [at, digit] of [...payload].reverse().entries()) {
    const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return payload + String((10 - (sum % 10)) % 10);
}

function jwt(): SecretSample {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = part({ sub: mixed(12), iat: 1_700_000_000, scope: 'all' });
  const signature = mixed(43);
  // Of the claims, what is the subject's: all begin and end alike.
  return { text: `${part({ alg: 'HS256', typ: 'JWT' })}.${claims}.${signature}`, cores: [claims.slice(11, 27), signature] };
}

function basic(): SecretSample {
  // The name is the same in all, and with it what it is written as: most of the first fragment would be no secret, and the rest came twice.
  const [name, password] = ['robot:', mixed(21)].map((part) => Buffer.from(part).toString('base64'));
  return { text: `Basic ${name}${password}`, cores: [password ?? ''] };
}

function pem(): SecretSample {
  const lines = Array.from({ length: 4 }, () => randomBytes(48).toString('base64'));
  const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} ${['PRIVATE', 'KEY'].join(' ')}-----`);
  return { text: [begin, ...lines, end].join('\n'), cores: lines };
}

function surrounded(before: string, core: string, after = ''): SecretSample {
  return { text: before + core + after, cores: [core] };
}

/** Formats of secrets. Made at run time, each another, so that none stands in a file. */
export const FORMATS = {
  github: () => prefixed(['gh', 'p_'].join(''), 36),
  openai: () => prefixed(['sk', 'proj', ''].join('-'), 48),
  anthropic: () => prefixed(['sk', 'ant', 'api03', ''].join('-'), 93, 'AA'),
  aws: () => surrounded(['AK', 'IA'].join(''), drawn(16, `${UPPER}234567`)),
  npm: () => prefixed(['npm', ''].join('_'), 36),
  assignment: () => surrounded('password=', mixed(18)),
  bearer: () => surrounded('Bearer ', mixed(40)),
  basic,
  jwt,
  url: () => surrounded('https://robot:', mixed(20), '@git.internal.net/x.git'),
  query: () => surrounded('https://files.internal.net/x?api_key=', mixed(32), '&page=2'),
  json: () => surrounded('{"client_secret":"', mixed(28), '"}'),
  email: () => surrounded('', `${drawn(12, LOWER)}.${drawn(4, LOWER)}`, '@mail.internal.net'),
  card: () => surrounded('card ', cardNumber()),
  wrapped: () => {
    const core = mixed(20);
    return { text: Buffer.from(`user=robot password=${core} host=db`).toString('base64'), cores: [core] };
  },
  pem,
} as const satisfies Record<string, () => SecretSample>;

export type FormatName = keyof typeof FORMATS;

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

export const ALL_FORMATS: readonly FormatName[] = Object.keys(FORMATS).filter(isFormatName);
/** Those that fit into a header. */
export const LINE_FORMATS = ALL_FORMATS.filter((name) => name !== 'pem');
/** Those that fit into a name of letters, digits, `_` and `-`, of at most 64. */
export const NAME_FORMATS = ['github', 'openai', 'aws', 'npm'] as const satisfies readonly FormatName[];
