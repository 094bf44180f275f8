import { isStandIn, isTemplate } from '../find/stand-in.ts';
import { looksRandom } from '../find/secret-value.ts';
import { charClass, codeAt, complement, has, runEnd, runStart } from '../scan/char-class.ts';
import { anyOf, sourceOf } from './expression.ts';
import type { MatchPlace, Rule } from './rule.ts';
import { isVaried } from './validate.ts';

const BASE64URL_SIGN = charClass('_-');
const HEX = charClass('0-9A-Fa-f');
const HEX_OR_COLON = charClass('0-9A-Fa-f:');

/** Commands and statements behind which a password stands. */
const COMMANDS = sourceOf(
  /sshpass {1,4}-p ?["']?/,
  /login\s{1,4}\S{1,100}\s{1,8}password\s{1,4}(?!(?:re)?set=|changed?=|status=|policy=|expir\w{2,5}=|check=)|login [^\n]{0,80}? -p ?["']?/,
  /identified (?:with \S{1,40} )?by (?:password )?'|password '/,
  /psexec[^\n]{0,80}? -p ["']?|mysql(?:dump|admin)?(?: [^\n]{0,80}?)? -p["']?/,
);

/** Calls whose second or third argument is a password. */
const LOGIN_CALLS = sourceOf(
  /(?:BasicAuth|DigestAuth|PSCredential|NetworkCredential(?:\]::new)?|PasswordAuthentication|AuthenticationToken|PasswordCredentials?|Credentials(?:::new|\.(?:of|create|basic))?|auth ?= ?|(?:WiFi)?[.:]?(?:login|auth|authenticate|basic|basic_auth|basicAuth|setCredentials|username_pw_set|setAuth|begin|softAP|addAP))\(\s{0,8}(?:["'][^"'\n]{1,80}["'](?:\.(?:into|to_string|to_owned)\(\))?|[\w.]{1,40}),\s{0,24}(?:Some\()?/,
  /basic_auth ["'][^"'\n]{1,80}["'], |(?:hmac\.new|hmacShaKeyFor|SecretKeySpec|Fernet|AES\.new)\(\s?b?|(?:hexdigest|createCipheriv|createDecipheriv)\(["'][\w-]{3,24}["'],\s?|hmac\.New\([\w.]{1,24}, \[\]byte\(/,
  /(?:PBKDF2|AES\.(?:encrypt|decrypt)|jwt\.(?:encode|decode))\((?:[\w.$]{1,40}|\{[^{}\n]{0,80}\}),\s?b?|createHmac\(\s?["'][\w-]{3,16}["'],\s?|jwt\.(?:sign|verify)\([^,"'\n]{1,80},\s?|cookieParser\(\s?/,
  /(?:getConnection|PlainAuth|DirectoryEntry|mysqli_connect|mysqli|PDO|FTP|pymysql\.connect|MySQLdb\.connect|Sequelize|paramiko\.\w{1,12}|mysql_real_connect|sp_addlogin|mqtt\w{0,8}\.connect|client\.connect)\(\s{0,8}(?:["'][^"'\n]{0,160}["']|[\w.$]{1,40}),\s{0,24}(?:["'][^"'\n]{0,80}["']|[\w.$]{1,40}),\s{0,24}/,
);

/** `token_type=bearer expires_in=3600`: what stands behind is no token. */
const NEXT_FIELD = /^[a-z_]{2,24}=\d{1,12}$/;

/** Secrets that are known by what is around them. */
export const STRUCTURE_RULES: readonly Rule[] = [
  {
    id: 'wifi_password',
    description: 'The password of a wireless network, as codes for cameras have it: `WIFI:T:WPA;S:…;P:…;;`.',
    pattern: { literals: ['WIFI:'], effort: { inVain: 82 }, expression: /(?<keep>WIFI:(?:[A-Z]:[^;\n]{0,64};){0,4}P:)[^;\n]{4,64}(?=;)/ },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `WIFI:T:WPA;S:guest;P:${random.pick('A-Za-z0-9', 12)};;`,
  },
  {
    id: 'jwt',
    description: 'JSON Web Tokens, signed or encrypted (RFC 7519).',
    pattern: {
      literals: ['eyJ', 'ewogIC', 'ewoJ'],
      effort: { inVain: 60 },
      precheck: (text, at, floor) => at === floor || !has(BASE64URL_SIGN, codeAt(text, at - 1)),
      expression: /ey[A-Za-z0-9_-]{14,1024}\.[A-Za-z0-9_-]{8,256}|ew[A-Za-z0-9_-]{16,1024}\.ey[A-Za-z0-9_-]{8,256}/,
      tail: charClass('A-Za-z0-9_.-'),
    },
    example: (random) => `eyJ${random.pick('A-Za-z0-9', 30)}.eyJ${random.pick('A-Za-z0-9', 40)}.${random.pick('A-Za-z0-9', 43)}`,
  },
  {
    id: 'authorization',
    description: 'Credentials behind the name of a scheme: Bearer, Basic, Token.',
    pattern: {
      literals: ['bearer ', 'bearer, ', 'basic ', 'bearer%20', 'bearer\\u0020'],
      effort: { inVain: 150 },
      expression: /(?<keep>(?:bearer|basic)(?:,? {1,4}|%20|\\u0020)["'`]?)[A-Za-z0-9+/_.=~:-]{8,1024}/i,
      tail: charClass('A-Za-z0-9+/_.=~:-'),
    },
    validate: (secret) =>
      !isStandIn(secret) &&
      !NEXT_FIELD.test(secret) &&
      (looksRandom(secret) || /^(?:[A-Za-z0-9+/]{4}){2,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/.test(secret)),
    example: (random) => `Bearer ${random.pick('A-Za-z0-9', 40)}`,
  },
  {
    id: 'url_password',
    description: 'The password in a URL: `https://user:password@host` (RFC 3986, 3.2.1).',
    pattern: {
      literals: ['://'],
      precheck: mayHaveUser,
      effort: { inVain: 7 },
      expression: /(?<keep>:\/\/[^\s/:"'<>\\]{0,128}:)[^\s/"'<>\\]{1,1024}(?=@[\w.[{$%-])/,
      boundary: 'none',
    },
    validate: (secret) => !isTemplate(secret) && !/^(?:\*+|x+|\.+)$/i.test(secret),
    example: (random) => `postgres://user:${random.pick('A-Za-z0-9', 12)}@db.example.com/app`,
  },
  {
    id: 'database_url_password',
    type: 'url_password',
    description: 'The same of a database or a queue, with a slash in it that should have been encoded.',
    pattern: {
      literals: ['postgres://', 'postgresql://', 'mysql://', 'mariadb://', 'mongodb://', 'redis://', 'rediss://', 'amqp://', 'amqps://'],
      effort: { inVain: 40 },
      expression: /(?<keep>[a-z]{4,10}:\/\/[^\s/:@"'<>\\]{0,64}:)(?!\d{2,5}\/)[^\s/:@"'<>\\]{0,64}\/[^\s@"'<>\\]{1,128}(?=@[\w.[{$%-])/,
    },
    validate: (secret) => !isTemplate(secret),
    example: (random) => `postgres://user:${random.pick('A-Za-z', 4)}/${random.pick('A-Za-z0-9', 8)}@db.example.com/app`,
  },
  {
    id: 'url_token',
    description: 'A token in the place of the user of a URL: `https://token@host`.',
    pattern: {
      literals: ['://'],
      precheck: mayHaveUser,
      effort: { inVain: 7 },
      expression: /(?<keep>:\/\/)[A-Za-z0-9_.-]{16,256}(?=@[\w[])/,
      boundary: 'none',
    },
    validate: looksRandom,
    example: (random) => `https://${random.pick('a-z0-9', 40)}1a2@example.com/`,
  },
  {
    id: 'basic_credentials',
    description: 'User and password given to curl and its like.',
    pattern: {
      literals: [' -u', ' --user', ' --proxy-user', ' -U'],
      effort: { inVain: 24 },
      expression: /(?<keep> (?:-u|-U|--user|--proxy-user)[ =]{0,4}["']?(?!\w{2,8}:\/\/)[^\s:"'$<{]{1,100}:)[^\s"']{3,128}/,
      boundary: 'none',
    },
    validate: isCurlPassword,
    example: (random) => `curl --user admin:${random.pick('A-Za-z0-9', 12)} https://example.com`,
  },
  {
    id: 'code_credentials',
    description: 'User and password given to a function that logs in.',
    pattern: {
      literals: [
        'BasicAuth(',
        'DigestAuth(',
        'NetworkCredential(',
        'auth=(',
        'auth = (',
        'PasswordAuthentication(',
        'AuthenticationToken(',
        'PasswordCredentials(',
        'PasswordCredential(',
        '.login(',
        'getConnection(',
        'PlainAuth(',
        'DirectoryEntry(',
        'mysqli_connect(',
        'mysqli(',
        'PDO(',
        'FTP(',
        'createHmac(',
        'jwt.sign(',
        'jwt.verify(',
        'cookieParser(',
        'Credentials(',
        'Credentials::new(',
        'Credentials.',
        'PSCredential(',
        'NetworkCredential]::new(',
        '.auth(',
        ':auth(',
        '.authenticate(',
        'basic_auth(',
        'basic_auth ',
        '.basic(',
        'basicAuth(',
        'setCredentials(',
        'username_pw_set(',
        'setAuth(',
        'WiFi.begin(',
        '.softAP(',
        '.addAP(',
        'pymysql.connect(',
        'MySQLdb.connect(',
        'Sequelize(',
        'client.connect(',
        'hmac.new(',
        'hmac.New(',
        'hexdigest(',
        'hmacShaKeyFor(',
        'SecretKeySpec(',
        'createCipheriv(',
        'createDecipheriv(',
        'Fernet(',
        'AES.encrypt(',
        'AES.decrypt(',
        'AES.new(',
        'jwt.encode(',
        'jwt.decode(',
      ],
      expression: new RegExp(`(?<keep>(?:${LOGIN_CALLS})["'])[^"'\\s]{4,128}(?=["'])`),
      boundary: 'none',
    },
    validate: (secret) => !isStandIn(secret) && !/^[a-z]+$|^[A-Z_]+$/.test(secret.slice(0, secret.length < 12 ? 12 : 0)),
    example: (random) => `requests.get(url, auth=("bob", "${random.pick('A-Za-z0-9', 12)}"))`,
  },
  {
    id: 'jwk',
    description: 'The private parts of a JSON Web Key (RFC 7517).',
    pattern: {
      literals: ['"d"', '"p"', '"q"', '"dp"', '"dq"', '"qi"', '"k"'],
      effort: { inVain: 110 },
      expression: /(?<keep>"(?:d|p|q|dp|dq|qi|k)"\s?:\s?")[A-Za-z0-9_-]{16,1024}/,
      boundary: 'none',
      tail: charClass('A-Za-z0-9_-'),
    },
    validate: (secret, { text, floor, start }) =>
      isVaried(secret) && text.slice(Math.max(floor, start - 256), start + 1536).includes('kty"'),
    example: (random) => `{"kty":"OKP","crv":"Ed25519","d":"${random.pick('A-Za-z0-9_', 43)}"}`,
  },
  {
    id: 'putty_key',
    description: 'The private part of a PuTTY key file.',
    pattern: {
      literals: ['Private-Lines: '],
      expression: /(?<keep>Private-Lines: \d{1,3}\s{1,4})[A-Za-z0-9+/=]{16,64}/,
      tail: charClass('A-Za-z0-9+/=\r\n'),
      tailUntil: 'Private-',
    },
    example: (random) => `Private-Lines: 1\n${random.pick('A-Za-z0-9', 64)}\n`,
  },
  {
    id: 'password',
    description: 'A password given on a command line, in a .netrc file or in SQL.',
    pattern: {
      literals: ['sshpass', 'login ', 'identified ', "password '", 'psexec', 'mysql'],
      effort: { inVain: 32 },
      expression: new RegExp(`(?<keep>${COMMANDS})[^\\s"'\`]{4,128}`, 'i'),
    },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `machine example.com login user password ${random.pick('A-Za-z0-9', 12)}7q`,
  },
  {
    id: 'password_hash',
    description: 'Password hashes: crypt, bcrypt, Argon2, PBKDF2, scrypt, LDAP.',
    pattern: {
      literals: [
        '$1$',
        '$5$',
        '$6$',
        '$2a$',
        '$2b$',
        '$2y$',
        '$y$',
        '$apr1$',
        '$argon2',
        '$pbkdf2',
        '$scrypt',
        '$krb5',
        '$7$',
        '{SSHA',
        '{SHA',
        '$8$',
        '$9$',
        'scrypt:',
        'pbkdf2:sha',
        'SCRAM-SHA-',
        'pbkdf2_sha',
        '$S$',
        '$P$',
        '$H$',
      ],
      effort: { inVain: 430 },
      expression: anyOf(
        /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:1|5|6|7|8|9|y|apr1)\$[^\s:"'\\]{20,200}/,
        /\$(?:argon2|pbkdf2|scrypt)[^\s$:"'\\]{0,32}\$[^\s:"'\\]{20,300}|\$krb5[^\s$:"'\\]{0,32}\$[^\s"'\\]{20,1024}|\{S?SHA(?:256|512)?\}[A-Za-z0-9+/=]{20,160}/,
        /pbkdf2_sha(?:1|256|512)\$\d{1,8}\$[^\s"'\\]{20,200}|\$[SPH]\$[./A-Za-z0-9]{31,52}/,
        /(?:pbkdf2:sha\d{1,3}(?::\d{1,8})?|scrypt:\d{1,8}:\d{1,4}:\d{1,4})\$[^\s"'$]{4,64}\$[0-9a-f]{32,256}/,
        /SCRAM-SHA-\d{1,3}\$\d{1,8}:[A-Za-z0-9+/=]{8,64}\$[A-Za-z0-9+/=]{20,100}:[A-Za-z0-9+/=]{20,100}/,
      ),
      boundary: 'none',
      tail: charClass('A-Za-z0-9./+=$'),
    },
    validate: (secret) => isVaried(secret),
    example: (random) => `$2b$12$${random.pick('A-Za-z0-9', 53)}`,
  },
  {
    id: 'ntlm_hash',
    description: 'LM and NT hashes as pwdump writes them.',
    pattern: {
      literals: [],
      starts: [{ before: HEX, first: charClass(':'), second: charClass(':') }],
      leads: { members: HEX_OR_COLON, max: 66 },
      effort: { inVain: 95, closer: (text, at, floor) => (isAmongHex(text, at - 8, floor) && isAmongHex(text, at - 16, floor) ? 80 : 0) },
      expression: /(?<keep>:?)[0-9A-Fa-f]{32}:[0-9A-Fa-f]{32}(?=:::)/,
      boundary: 'none',
    },
    example: (random) => `admin:500:${random.pick('a-f0-9', 32)}:${random.pick('a-f0-9', 32)}:::`,
  },
  {
    id: 'url_key',
    description: 'A key in a URL: `?key=…`, `?code=…`, `/password/reset/…`.',
    pattern: {
      literals: ['?key=', '&key=', '?code=', '&code=', '?auth=', '&auth=', '?ticket=', '/reset/', '/reset-password/', 'reset_password/'],
      effort: { inVain: 150 },
      expression: /(?<keep>[?&](?:key|code|auth|ticket)=|\/reset\/|[/_](?:reset[-_])?password\/(?:reset\/)?)[A-Za-z0-9_-]{20,256}/,
      boundary: 'none',
    },
    validate: looksRandom,
    example: (random) => `https://example.com/v1?key=${random.pick('a-f0-9', 40)}`,
  },
  {
    id: 'signature',
    description: 'Signatures in signed URLs.',
    pattern: {
      literals: ['signature=', '&sig=', '?sig=', '&hmac=', '&s='],
      effort: { inVain: 340 },
      expression: /(?<keep>(?:x-amz-|x-goog-)?signature=|[?&](?:sig|hmac|s)=)[A-Za-z0-9%+/_~=-]{24,512}/i,
      boundary: 'none',
    },
    validate: looksRandom,
    example: (random) => `https://example.com/file?X-Amz-Signature=${random.pick('a-f0-9', 64)}`,
  },
];

const NO_USER = charClass(' \t\r\n/"\'<>\\');
const USER_INFO = complement(charClass(' \t\r\n/"\'<>\\@'));

/** Behind `://` most URLs have no `@` before their path. */
function mayHaveUser(text: string, at: number): boolean {
  const end = runEnd(text, at + 3, USER_INFO, at + 1200);
  return !has(NO_USER, codeAt(text, at + 3)) && codeAt(text, end) === 64;
}

const COLON = 58;
const USER = complement(charClass(' \t\r\n"\'='));

const CURL_STAND_INS = /^(?:pass(?:word|wd)?|token|secret|test|yyy|xxx|pw|pwd|api[_-]?key|user(?:name)?)$/i;

function isCurlPassword(secret: string, { text, floor, start }: MatchPlace): boolean {
  if (isTemplate(secret) || isStandIn(secret) || CURL_STAND_INS.test(secret)) return false;
  const colon = start - 1;
  return codeAt(text, colon) !== COLON || text.slice(runStart(text, colon, USER, Math.max(floor, start - 101)), colon) !== secret;
}

function isAmongHex(text: string, at: number, floor: number): boolean {
  return at >= floor && has(HEX_OR_COLON, codeAt(text, at));
}
