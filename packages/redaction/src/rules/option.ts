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

const LETTERS: ReadonlySet<string> = new Set([...ALL_OPTIONS].filter((option) => option.length === 2).map((option) => option.charAt(1)));

/** Whether such a letter stands at `at`, with nothing glued to it: then its value is looked at, and what stands before. */
function isLetterOption(text: string, at: number): boolean {
  return has(AFTER_OPTION, codeAt(text, at + 2)) && LETTERS.has(text.charAt(at + 1));
}

const AFTER_OPTION = charClass(' \t=:');

/** By how far a command may be looked for. */
function effortOfLetter(text: string, at: number, floor: number): number {
  if (!isLetterOption(text, at)) return 0;
  const earliest = Math.max(floor, at - REACH_LEFT);
  let from = at;
  while (from > earliest && !endsCommand(text.charCodeAt(from - 1))) from -= 1;
  return 45 + (at - from) * 0.5;
}

function endsCommand(code: number): boolean {
  return code === 10 || code === 13 || code === 124;
}

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
  let [isFound, isLastWord] = [false, false];
  let [words, nameEnd, hash] = [0, at, 0];
  for (let from = at - 1; from >= earliest; from -= 1) {
    const code = text.charCodeAt(from);
    if (has(NAME, code)) {
      hash = hashWith(hash, code);
      if (from > earliest) continue;
    }
    const nameStart = has(NAME, code) ? from : from + 1;
    if (nameStart < nameEnd) isFound ||= optionsOf(text, nameStart, nameEnd, hash)?.has(option) === true;
    nameEnd = from;
    hash = 0;
    if (code === SQUARE && text.startsWith(PLACEHOLDER_START, from)) isFound = false;
    if (code === SEMICOLON && !has(WORD, text.charCodeAt(from + 1))) isLastWord = true;
    if (has(WORD, code)) continue;
    if (isFound || isLastWord || !has(SPACE, code)) return isFound;
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
/** A bit for what each name comes to, read from its end: hardly any other word comes to the same, and need not be cut out of its text. */
const HASHES_OF_NAMES = new Uint8Array(1 << 14);
for (const name of BY_COMMAND.keys()) {
  HASHES_OF_NAMES[Array.from(name).reduceRight((hash, character) => hashWith(hash, character.charCodeAt(0)), 0)] = 1;
}

function hashWith(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) & (HASHES_OF_NAMES.length - 1);
}

/** Those of the command between `start` and `end`. */
function optionsOf(text: string, start: number, end: number, hash: number): ReadonlySet<string> | undefined {
  const known = HASHES_OF_NAMES[hash] === 1 ? BY_COMMAND.get(text.slice(start, end)) : undefined;
  if (known !== undefined) return known;
  const beginning = BEGINNINGS_FROM.get(codeAt(text, start))?.find((each) => each.length <= end - start && text.startsWith(each, start));
  return beginning === undefined ? undefined : BY_COMMAND.get(`${beginning}*`);
}

const BEGINNINGS_FROM = Map.groupBy(BEGINNINGS, (beginning) => beginning.charCodeAt(0));

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
    effort: { inVain: 11, closer: effortOfLetter },
    expression: new RegExp(`(?<keep>${OPTION.source}${BEFORE_VALUE})[^\\s"'\`|<>]{4,256}`),
    boundary: 'none',
  },
  example: (random) => `ipmitool -I lanplus -U root -P ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)} power status`,
};

/** Protocols, numbers, addresses, paths, files. */
const NO_PASSWORD =
  /^(?:SHA(?:-?\d{1,3})?|MD5|AES(?:-?\d{3}\w{0,2})?|3?DES|[\d.:,-]{1,5}|[\d.]+:\d+|\.{0,2}\/.*|~\/.*|\w+:\/\/.*|.*\.(?:json|ya?ml|txt|pem|key|crt|p12|pfx|csproj|nupkg|toml|conf|ini|sh|py))$|^(?:auth|no)\w*Priv$/i;
