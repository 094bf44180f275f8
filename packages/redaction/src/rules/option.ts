import { PLACEHOLDER_START } from '../placeholder.ts';
import { charClass, codeAt, complement, has, SPACE } from '../scan/char-class.ts';
import { REACH_LEFT } from '../scan/detector.ts';
import { looksRandom } from '../find/secret-value.ts';
import { sourceOf } from './expression.ts';
import { isGiven } from './given.ts';
import type { Rule } from './rule.ts';

/** Options of commands behind which a password or a token stands, though their letter says nothing. */
const OPTIONS: readonly (readonly [commands: string, options: string])[] = [
  ['snmp* net-snmp-config net-snmp-create-v3-user', '-A -X -c -a -x'],
  ['ipmitool ipmi-* ipmipower bmc-*', '-P -p'],
  ['check_snmp', '-C -A -X'],
  ['racadm esxcli vicfg-* check_* rabbitmqadmin beeline impala-shell hydra medusa', '-p'],
  ['crackmapexec nxc netexec evil-winrm rdesktop winrm wmiexec psexec smbmap impacket-* bloodhound-python', '-p'],
  ['twine poetry xcrun altool supabase keepassxc-cli vncdo bw lpass mysqlsh cypher-shell neo4j-shell db2 hdbsql exaplus', '-p'],
  ['neo4j-admin arangosh couchbase-cli cbq clickhouse-client dotnet nuget ibmcloud bx cf oc crane regctl skopeo oras wrk', '-p'],
  ['ldap*', '-w -s -a'],
  ['ssh-keygen', '-P -N'],
  ['zip unzip zipcloak zipnote mosquitto_* knife p4 cadaver sshpass', '-P'],
  ['security', '-p -w -P -k'],
  ['signtool', '/p'],
  ['jarsigner keytool apksigner', '-storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass -new'],
  ['x11vnc vncviewer tightvnc vncserver', '-passwd -rfbauth'],
  ['gem cargo flyctl newrelic newrelic-install', '-k -t'],
  ['glab doctl influx codecov vercel now snyk trivy rover ld linear argocd sentry-cli percy chromatic expo eas', '-t'],
  ['dotnet nuget', '-k -ApiKey'],
  ['openssl', '-k -K -psk -passin -passout'],
  ['cryptsetup veracrypt truecrypt', '-p --password'],
  ['gpg gpg2', '--passphrase'],
  ['aws', '--secret-string --value --client-secret'],
  ['az', '--value --client-secret'],
  ['skopeo oras crane', '--src-creds --dest-creds --creds'],
  ['caddy', '--plaintext'],
  ['kubectl', '--from-literal'],
  ['reg', '/d'],
  ['winrm winrs', '-p'],
  ['curl', '--pass --key-passwd'],
];

/** Their options by commands; a name of which only the beginning is given ends in `*`. */
const BY_COMMAND: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  OPTIONS.flatMap(([commands]) => commands.split(' ')).map((command) => [
    command,
    new Set(OPTIONS.flatMap(([commands, options]) => (commands.split(' ').includes(command) ? options.split(' ') : []))),
  ]),
);
const ALL_OPTIONS: ReadonlySet<string> = new Set(OPTIONS.flatMap(([, options]) => options.split(' ')));
const BEGINNINGS = [...BY_COMMAND.keys()].filter((command) => command.endsWith('*')).map((command) => command.slice(0, -1));
const FIRST_LETTERS: ReadonlySet<string> = new Set(BEGINNINGS.map((name) => name.charAt(0)));

const LETTERS: ReadonlySet<string> = new Set([...ALL_OPTIONS].filter((option) => option.length === 2).map((option) => option.charAt(1)));

/** Whether such a letter stands alone at `at`: then its value is looked at, and what stands before. No secret begins with a space. */
function isLetterOption(text: string, at: number): boolean {
  return codeAt(text, at + 2) === BLANK && LETTERS.has(text.charAt(at + 1));
}

const BLANK = 32;

const OPTION = /[/-]{1,2}[A-Za-z][A-Za-z-]{0,24}/y;
/** Between an option and its value: what says how the value is given, or whose it is. */
const BEFORE_VALUE = sourceOf(/[ \t=:]{1,4}["']?(?:pass:|[\w.-]{1,32}(?:=|:(?=[^\s:]{4,64}(?:\s|$))))?/);
const BEHIND_OPTION = new RegExp(`${BEFORE_VALUE}([^\\s"'\`|<>]{4,256})`, 'y');
const NAME = charClass('A-Za-z0-9_-');
/** So many words may stand between a command and its option. */
const FURTHEST_WORD = 20;

/**
 * Whether the option that starts at `at` takes a password where it stands. Most options have nothing behind them that could be one: that is seen
 * before anybody looks for the command.
 */
function isSecretOption(text: string, at: number): boolean {
  OPTION.lastIndex = at;
  const option = OPTION.exec(text)?.[0];
  if (option === undefined || !ALL_OPTIONS.has(option) || !has(AFTER_OPTION, codeAt(text, at + option.length))) return false;
  BEHIND_OPTION.lastIndex = at + option.length;
  const value = BEHIND_OPTION.exec(text)?.[1];
  if (value === undefined || NO_PASSWORD.test(value) || !isGiven(value) || (option === '-t' && !looksRandom(value))) return false;
  return isOptionOfCommand(text, at, option) && (option !== VALUE || STORE.test(statementBefore(text, at)));
}

/**
 * Whether a command stands before that has the option. What stands between two spaces counts as one word, be it a secret or what stands for it: were
 * characters counted, to take out one secret would bring a command nearer, and uncover the next. A placeholder names none.
 */
function isOptionOfCommand(text: string, at: number, option: string): boolean {
  const earliest = Math.max(0, at - REACH_LEFT);
  let [isFound, isFirst] = [false, false];
  let [words, nameEnd] = [0, at];
  for (let from = at - 1; from >= earliest; from -= 1) {
    const code = text.charCodeAt(from);
    if (has(NAME, code)) {
      if (from > earliest && has(NAME, text.charCodeAt(from - 1))) continue;
      isFound ||= nameEnd > from + 1 && mayBeginName(text, from) && optionsOf(text.slice(from, nameEnd))?.has(option) === true;
      continue;
    }
    nameEnd = from;
    const isWordEnd = from + 1 < at && has(WORD, code) && !has(WORD, text.charCodeAt(from + 1));
    if (code === SEMICOLON && isWordEnd) isFirst = true;
    if (code === SQUARE && text.startsWith(PLACEHOLDER_START, from)) isFound = false;
    if (has(WORD, code)) continue;
    if (isFound || isFirst || !has(SPACE, code)) return isFound;
    if (from + 1 < at && has(WORD, text.charCodeAt(from + 1))) words += 1;
    if (words === FURTHEST_WORD) return false;
  }
  return isFound;
}

function statementBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - REACH_LEFT), at);
  return before.slice(Math.max(...['\n', '|', '; '].map((end) => before.lastIndexOf(end))) + 1);
}

/** All that a statement has between its spaces: a line and a pipe end it, as does a semicolon with a space behind. */
const WORD = complement(charClass(' \t\r\n|'));
const SEMICOLON = 59;
const SQUARE = 91;
/** With which three characters names of commands begin. Hardly any other word does: it need not be cut out of its text. */
const BEGINNINGS_OF_NAMES = new Uint8Array(1 << 15);
for (const name of BY_COMMAND.keys()) {
  const [first, second, third] = [name.charCodeAt(0), name.charCodeAt(1), name.length === 2 ? undefined : name.charCodeAt(2)];
  for (let code = 0; code < 32; code += 1) BEGINNINGS_OF_NAMES[beginningOf(first, second, third ?? code)] = 1;
}

function beginningOf(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}

function mayBeginName(text: string, at: number): boolean {
  return BEGINNINGS_OF_NAMES[beginningOf(codeAt(text, at), codeAt(text, at + 1), codeAt(text, at + 2))] === 1;
}

function optionsOf(command: string): ReadonlySet<string> | undefined {
  const known = BY_COMMAND.get(command);
  if (known !== undefined) return known;
  const beginning = FIRST_LETTERS.has(command.charAt(0)) ? BEGINNINGS.find((name) => command.startsWith(name)) : undefined;
  return beginning === undefined ? undefined : BY_COMMAND.get(`${beginning}*`);
}

const AFTER_OPTION = charClass(' \t=:');

/** `--value` is the value of a secret where one is put into a store. */
const VALUE = '--value';
const STORE = /secret|SecureString|password|token/i;

/** `ipmitool -P …`, `snmpwalk -A … -X …`: each option of a command that takes a password, however many there are. */
export const OPTION_RULE: Rule = {
  id: 'option_password',
  description: 'A password or a token behind an option of a command, by the command and the option.',
  pattern: {
    literals: [],
    starts: [{ before: SPACE, first: charClass('/-'), second: charClass('A-Za-z-'), shown: '-P …' }],
    precheck: isSecretOption,
    effort: { inVain: 10, closer: (text, at) => (isLetterOption(text, at) ? 40 : 0) },
    expression: new RegExp(`(?<keep>${OPTION.source}${BEFORE_VALUE})[^\\s"'\`|<>]{4,256}`),
    boundary: 'none',
  },
  example: (random) => `ipmitool -I lanplus -U root -P ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)} power status`,
};

/** Protocols, numbers, addresses, paths, files. */
const NO_PASSWORD =
  /^(?:SHA(?:-?\d{1,3})?|MD5|AES(?:-?\d{3}\w{0,2})?|3?DES|[\d.:,-]{1,5}|[\d.]+:\d+|\.{0,2}\/.*|~\/.*|\w+:\/\/.*|.*\.(?:json|ya?ml|txt|pem|key|crt|p12|pfx|csproj|nupkg|toml|conf|ini|sh|py))$|^(?:auth|no)\w*Priv$/i;
