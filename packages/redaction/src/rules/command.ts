import { looksRandom } from '../find/secret-value.ts';
import { isStandIn, isTemplate } from '../find/stand-in.ts';
import { charClass, complement } from '../scan/char-class.ts';
import { sourceOf } from './expression.ts';
import { isGiven } from './given.ts';
import type { MatchPlace, Rule } from './rule.ts';

/** Behind a comma it is an argument only if a field is being filled; else it stands in a list of names. */
function isTyped(secret: string, { text, floor, start }: MatchPlace): boolean {
  if (!isGiven(secret) || !/[\d!@#%^*+=]/.test(secret)) return false;
  const before = text.slice(Math.max(floor, start - 96), start);
  return !/,\s?["']$/.test(before) || /(?:fill|type|set_?value|enter_?text|input|send_?keys)\w{0,12}\([^\n]{0,80}$/i.test(before);
}

/** Commands that take a password behind an option that says nothing: `-p`, `-a`, `-w`. */
const OPTION_COMMANDS = sourceOf(
  /redis-cli [^\n]{0,80}?-a /,
  /(?:docker|podman|helm|nerdctl|skopeo|oras|buildah) [^\n]{0,20}?login [^\n]{0,80}?-p[ =]/,
  /mongo(?:sh|dump|restore|import|export)? [^\n]{0,80}?-p /,
  /az login [^\n]{0,120}?-p /,
  /ldap(?:search|add|modify|delete|passwd|whoami) [^\n]{0,80}?-w /,
  /schtasks [^\n]{0,100}?\/rp /,
  /user(?:add|mod) [^\n]{0,60}?-p /,
  /7z[ar]? [a-z] (?:[^\n]{0,40}? )?-p/,
  /(?:un)?zip [^\n]{0,24}?-P /,
  /openssl (?:[^\n]{0,100}?(?:-pass(?:in|out)? pass:| -d -k )|(?=[^\n]{0,100}?enc )[^\n]{0,164}?-k )/,
  /mosquitto_[ps]ub [^\n]{0,120}?-P /,
  /ssh-keygen [^\n]{0,80}?-N /,
  /(?:plink|pscp|psftp|putty)(?:\.exe)? [^\n]{0,80}?-pw /,
  /gh secret set \S{1,60} [^\n]{0,60}?(?:--body|-b)[ =]/,
  /(?:sqlcmd|bcp|isql|osql|cqlsh|influx|ncftp(?:put|get|ls)?|smbclient|rpcclient|xfreerdp) [^\n]{0,120}?(?:-[Pp] |-password |-U ["']?[^\s%"']{1,64}%|\/p:)/,
  /(?:lftp [^\n]{0,40}?-u [^\s,]{1,64},|https? -a [^\s:]{1,64}:|xh [^\n]{0,40}?--auth [^\s:]{1,64}:)/,
  /(?:sqlplus|expdp|impdp|rman target) [\w.]{1,40}\//,
  /erl [^\n]{0,80}?-setcookie /,
  /su - ?\w{0,32} <<< ?/,
  /cloudflared (?:service install|tunnel run --token) /,
);

/** Commands whose arguments are a user and a password. */
const ARGUMENT_COMMANDS = sourceOf(
  /htpasswd -\w{0,6}b\w{0,6} (?:\S{1,80} ){1,2}/,
  /rabbitmqctl (?:add_user|change_password|authenticate_user) \S{1,40} /,
  /net user \S{1,40} /,
  /net use (?:\S{1,3} )?\\\\\S{1,80} /,
  /nickserv :?identify (?:\w{1,24} (?=\S))?/,
  /snmp-server community |r[ow]community6? /,
  /plain-text-password-value /,
  /(?:requirepass|masterauth) /,
  /(?:password|secret) \d /,
  /(?:(?:tacacs|radius)-server [^\n]{0,60}?|isakmp |server-)key (?:\d )?/,
  /(?:bindpw|rootpw|olcrootpw:?|psk) /,
  /stats auth [^\s:]{1,40}:/,
);

/** Passwords where commands, protocols and statements take them. */
export const COMMAND_RULES: readonly Rule[] = [
  {
    id: 'snmp_password',
    description: 'The passwords of a user of SNMP 3: the one to sign with and the one to encrypt with, and what stands between them.',
    pattern: {
      literals: ['createUser ', 'snmp-server user ', 'snmpwalk ', 'snmpget ', 'snmpset ', 'snmpbulk'],
      expression:
        /(?<keep>(?:snmp-server user (?:\S{1,40} ){1,3}v3 (?:encrypted )?auth (?:md5|sha\S{0,4})|createUser (?:-e \S{1,40} )?\S{1,40} (?:MD5|SHA(?:-\d{3})?)|snmp\w{3,8} [^\n]{0,80}? -A) ["']?)[^\s"'`|<>]{8,64}(?:["']? (?:-x |priv )?(?:AES|DES|aes|des|3des)(?:[- ]?\d{3})? (?:-X )?["']?[^\s"'`|<>]{8,64})?/,
    },
    validate: isGiven,
    example: (random) =>
      `createUser bob SHA "${random.pick('A-Za-z0-9', 12)}" AES "${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}"`,
  },
  {
    id: 'command_password',
    description: 'A password that a command takes by its place or behind a one-letter option.',
    pattern: {
      literals: [
        'redis-cli ',
        'docker ',
        'podman ',
        'helm ',
        'nerdctl ',
        'mongo',
        'az login ',
        'ldapsearch ',
        'ldapadd ',
        'ldapmodify ',
        'ldapwhoami ',
        'schtasks ',
        'useradd ',
        'usermod ',
        '7z',
        'zip ',
        'openssl ',
        'htpasswd -',
        'rabbitmqctl ',
        'net user ',
        'net use ',
        'nickserv ',
        'snmp-server ',
        'rocommunity ',
        'rwcommunity ',
        'plain-text-password-value ',
        'requirepass ',
        'masterauth ',
        'password 7 ',
        'password 5 ',
        'secret 5 ',
        'secret 8 ',
        'secret 9 ',
        'mosquitto_',
        'ssh-keygen ',
        'plink',
        'pscp',
        'psftp',
        'putty',
        'gh secret ',
        'tacacs-server ',
        'radius-server ',
        'isakmp key ',
        'bindpw ',
        'rootpw ',
        'olcrootpw',
        'psk ',
        'stats auth ',
        'sqlcmd ',
        'bcp ',
        'isql ',
        'cqlsh ',
        'influx ',
        'ncftp',
        'smbclient ',
        'rpcclient ',
        'xfreerdp ',
        'lftp ',
        'http -a ',
        'https -a ',
        'xh ',
        'sqlplus ',
        'expdp ',
        'impdp ',
        'rman target ',
        'erl -',
        'su -',
        'cloudflared ',
        'password 0 ',
        'secret 0 ',
      ],
      effort: { inVain: 40 },
      expression: new RegExp(`(?<keep>(?:${OPTION_COMMANDS}|${ARGUMENT_COMMANDS})["']?)[^\\s"'\`|<>]{4,128}`, 'i'),
    },
    validate: isGiven,
    example: (random) => `redis-cli -h cache -a ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)} ping`,
  },
  {
    id: 'mail_relay_password',
    description: 'The password for a mail relay, as Postfix keeps them: `[smtp.example.com]:587 user:password`.',
    pattern: {
      literals: [']:25', ']:465', ']:587', ']:2525', ']:smtp', ']:submission'],
      expression: /(?<keep>\]:(?:\d{2,5}|smtps?|submissions?)[ \t]{1,16}[^\s:"'`<>]{1,80}:)[^\s"'`<>]{4,128}/,
      boundary: 'none',
    },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `[smtp.example.com]:587 bob@example.com:${random.pick('A-Za-z0-9', 12)}`,
  },
  {
    id: 'pipeline_secret',
    description: 'A secret that a step of Azure Pipelines hands on, or one of GitHub Actions masks.',
    pattern: {
      literals: ['issecret=true]', '::add-mask::'],
      effort: { inVain: 500 },
      expression: /(?<keep>issecret=true\]|::add-mask::)[^\s"'`]{4,256}/i,
    },
    validate: (secret) => !isStandIn(secret) && !isTemplate(secret),
    example: (random) => `##vso[task.setvariable variable=key;issecret=true]${random.pick('A-Za-z0-9', 24)}`,
  },
  {
    id: 'acl_password',
    description: 'A password in an access control list of Redis: `user bob on >…`.',
    pattern: { literals: ['on >'], effort: { inVain: 400 }, expression: /(?<keep>on >)[^\s"'`]{6,128}/ },
    validate: (secret) => isGiven(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret),
    example: (random) => `user bob on >${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)} ~* +@all`,
  },
  {
    id: 'piped_password',
    description: 'A password that is written into a command: `echo … | sudo -S`.',
    pattern: {
      literals: ['echo ', 'printf '],
      effort: { inVain: 45 },
      expression:
        /(?<keep>(?:echo|printf) (?:-n |["']?%s(?:\\n)?["']? )?["']?(?:[\w-]{1,32}:(?=[^|\n]{0,128}chpasswd))?)[^\s"'`|]{4,128}(?=["']? {0,2}\| {0,2}(?:(?:sudo )?(?:kinit|su(?: -)?|cryptsetup|veracrypt|vault login|gh auth login|ecryptfs-\w{3,24}|keyctl|openssl enc|(?:docker|podman) secret create|kubectl create secret)(?:[ \n]|$)|sudo [^\n|]{0,24}-S|passwd |(?:sudo )?chpasswd|[^\n|]{0,80}(?:--(?:password|passphrase)-(?:stdin|fd)|--with-token|-pass(?:in)? stdin)))/,
    },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `echo "${random.pick('A-Za-z0-9', 12)}7q" | sudo -S apt update`,
  },
  {
    id: 'protocol_password',
    description: 'A password in a command of a protocol: AUTH (Redis), LOGIN (IMAP), AUTH PLAIN (SMTP).',
    pattern: {
      literals: ['AUTH ', ' LOGIN '],
      effort: { inVain: 160 },
      expression: /(?<keep>AUTH (?:PLAIN |LOGIN |default )?| LOGIN "?[\w.@+-]{1,80}"? )"?[^\s"'`|<>(){}]{6,256}/,
      boundary: 'none',
    },
    validate: (secret) => isGiven(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret),
    example: (random) => `AUTH default ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}`,
  },
  {
    id: 'typed_password',
    description: 'A password that a script or a test types into a field or a prompt.',
    pattern: {
      literals: ['assword', '#pass', '#pwd'],
      effort: { inVain: 22 },
      expression:
        /(?<keep>(?:assword|#pass|#pwd)(?:["')\]:*}]{1,5}\s{0,8}\{?\s{0,8}(?:exp_)?send (?:-- )?["']|[^\s,;]{0,16}?["')\]]{1,4}\)?\s?(?:[.,]\s?(?:send_?keys|type|fill|setvalue|clear_and_type)\(|,)\s?["']))[^\s"'`\\]{4,64}(?=["'\\])/i,
      boundary: 'none',
    },
    validate: isTyped,
    example: (random) => `page.fill('#password', '${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}')`,
  },
  {
    id: 'sql_password',
    description: 'A password in a statement that makes or changes a user.',
    pattern: {
      literals: [
        'identified by ',
        'with password',
        "password('",
        'set password',
        'sp_addlogin ',
        'sp_password ',
        'pgp_sym_',
        'aes_encrypt(',
        'aes_decrypt(',
        'pragma key',
        'attach database ',
        "crypt('",
      ],
      effort: { inVain: 500 },
      expression:
        /(?<keep>sp_(?:addlogin|password) (?:n?'[^'\n]{1,64}'|null), n?'|(?:pgp_sym_\w{2,16}|aes_(?:en|de)crypt)\([^,\n]{1,120}, ?n?'|pragma key ?= ?["']|attach database [^\n]{1,120}? key ['"]|crypt\('(?=[^'\n]{4,64}', ?gen_salt)|identified by (?:values )?["']|with (?:encrypted )?password\s{0,2}=?\s{0,2}n?["']|(?:= |=)?password\(["']|set password [^\n;]{0,60}?=\s{0,2}(?:password\()?["'])[^\s"'`]{4,128}(?=["'])/i,
      boundary: 'none',
    },
    validate: isGiven,
    example: (random) => `ALTER USER scott IDENTIFIED BY "${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}"`,
  },
  {
    id: 'sql_bare_password',
    description: 'A password without quotes in a statement of Oracle.',
    pattern: { literals: ['identified by '], expression: /(?<keep>identified by )(?=\w{0,64}\d)[A-Za-z0-9][\w#]{5,64}/i },
    validate: isGiven,
    example: (random) => `CREATE USER scott IDENTIFIED BY ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}`,
  },
  {
    id: 'serialized_password',
    type: 'password',
    description: 'A password or a token in what PHP serialises, or in a document that is written in entities.',
    pattern: {
      literals: ['&lt;', 's:'],
      precheck: (text, at) => text.startsWith('&lt;', at) || /\d/.test(text.charAt(at + 2)),
      effort: { inVain: 50 },
      expression:
        /(?<keep>&lt;(?:\w{1,16}:)?\w{0,24}(?:password|passwd|pwd|token|secret|api_?key)&gt;|s:\d{1,3}:\\?"[\w.-]{0,48}?(?:password|passwd|pass|pwd|token|secret|api_?key)\\?";s:\d{1,4}:\\?")[^\s"&<\\]{4,256}(?=&lt;\/|\\?";)/i,
    },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `s:8:"password";s:12:"${random.pick('A-Za-z0-9', 12)}";`,
  },
  {
    id: 'secure_string',
    description: 'A password that PowerShell or Java turns into what it takes for secure.',
    pattern: {
      literals: ['ConvertTo-SecureString '],
      expression:
        /(?<keep>ConvertTo-SecureString (?:-AsPlainText )?(?:-String )?(?:["']|(?=[^\s"'`$(-]{4,128}(?:\s|$))))[^\s"'`$][^"'`\n]{3,128}(?=["']| -)/i,
    },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `ConvertTo-SecureString "${random.pick('A-Za-z0-9', 12)}" -AsPlainText -Force`,
  },
  {
    id: 'char_array_password',
    description: 'A password that Java code makes into an array of characters.',
    pattern: {
      literals: ['".toCharArray('],
      leads: { members: complement(charClass('" \t\r\n')), max: 64 },
      effort: { inVain: 400 },
      expression: /[^\s"]{4,64}(?="\.toCharArray)/,
      boundary: 'none',
    },
    validate: (secret) => !isStandIn(secret) && /[\d!@#%^*_+=.~-]/.test(secret),
    example: (random) => `store.load(in, "${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}".toCharArray());`,
  },
  {
    id: 'dsn_password',
    description: 'A password in a data source name that is no URL: Go drivers, Oracle, .pgpass.',
    pattern: {
      literals: ['jdbc:oracle:', ':5432:', ':3306:'],
      effort: { inVain: 150 },
      expression: /(?<keep>jdbc:oracle:\w{2,8}:[\w.]{1,40}\/|:(?:5432|3306):[\w*-]{1,63}:[\w*.-]{1,63}:)[^@\s"'/]{4,128}/,
      boundary: 'none',
    },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `db.internal:5432:app:bob:${random.pick('A-Za-z0-9', 12)}`,
  },
  {
    id: 'driver_password',
    description: 'A password in the data source name of a Go driver: `user:password@tcp(host)`.',
    pattern: {
      literals: ['@tcp(', '@unix('],
      leads: { members: complement(charClass(' \t\r\n"\'`=,(')), max: 100 },
      expression: /(?<keep>[^\s:"'`@=]{1,40}:)[^\s"'`]{3,80}?(?=@(?:tcp|unix)\()/,
      boundary: 'none',
    },
    validate: (secret) => !isStandIn(secret),
    example: (random) => `root:${random.pick('A-Za-z0-9', 12)}@tcp(127.0.0.1:3306)/app`,
  },
  {
    id: 'hashed_password',
    type: 'password',
    description:
      'A password that is given to what hashes, checks, keeps or wraps it: `make_password("…")`, `bcrypt.hash("…")`, `SecretStr("…")`.',
    pattern: {
      literals: [
        'make_password(',
        'set_password(',
        'check_password',
        'password_hash(',
        'password_verify(',
        'hashPassword(',
        'verifyPassword(',
        'bcrypt.',
        'Hash::make(',
        'Hash::check(',
        'pbkdf2',
        'scryptSync(',
        'scrypt(',
        'argon2.',
        'create_user(',
        'create_superuser(',
        'SecretStr(',
        'SecretString(',
        ' Secret(',
      ],
      effort: { inVain: 60 },
      expression:
        /(?<keep>(?:(?:make|set|check)_password(?:_hash)?|password_(?:hash|verify)|(?:hash|verify)Password|bcrypt\.\w{4,12}|Hash::(?:make|check)|pbkdf2\w{0,8}|scrypt(?:Sync)?|argon2\.\w{4,8}|create_(?:super)?user|SecretStr|SecretString| Secret)\((?:(?:[\w.]{1,40}|["'][^"'\n]{1,80}["']), ?){0,3}b?["'])[^"'\s]{6,128}(?=["'])/,
    },
    validate: (secret) => isGiven(secret) && /\d/.test(secret) && !/^(?:sha|md|aes|hex|utf|base)-?\d|@/i.test(secret),
    example: (random) => `make_password("${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}")`,
  },
  {
    id: 'setter_password',
    description: 'A password or a key given to a setter: `setPassword("…")`.',
    pattern: {
      literals: ['assword(', 'asswd(', 'Pwd(', 'Pass(', 'Passphrase(', 'Secret(', 'Token(', 'ApiKey(', 'api_key('],
      leads: { members: charClass('A-Za-z0-9_.'), max: 64 },
      expression:
        /(?<keep>(?=[\w.]{0,48}?(?:set|with|use|put))[\w.]{3,84}?(?:[Pp]assword|[Pp]asswd|Pwd|Pass|Passphrase|Secret|Token|ApiKey|api_key)\(\s?@?["'])[^"'\s]{4,256}(?=["']\s?[),])/,
      boundary: 'none',
    },
    validate: (secret, { text, start }) =>
      !isStandIn(secret) &&
      (/(?:[Pp]ass\w{0,6}|Pwd)\(\s?@?["']$/.test(text.slice(Math.max(0, start - 16), start)) ? secret.length > 4 : looksRandom(secret)),
    example: (random) => `source.setPassword("${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}");`,
  },
  {
    id: 'unseal_key',
    description: 'The keys that unseal or recover a vault, as it prints them.',
    pattern: {
      literals: ['Unseal Key ', 'Recovery Key '],
      effort: { inVain: 400 },
      expression: /(?<keep>(?:Unseal|Recovery) Key \d{1,2}(?: \(\w{1,8}\))?: {1,4})[A-Za-z0-9+/=]{32,128}/,
    },
    example: (random) => `Unseal Key 1: ${random.pick('A-Za-z0-9', 44)}`,
  },
  {
    id: 'join_token',
    description: 'Tokens with which a machine joins a cluster: kubeadm, Docker Swarm, K3s.',
    formats: ['SWMTKN-1-{lan:40-60}-{lan:20-30}', 'K10{hex:64}::server:{hex:32}', 'K10{hex:64}::(node|server):{an:8-64}'],
    pattern: { literals: ['--token '], expression: /(?<keep>--token )[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.])/, boundary: 'none' },
    example: (random) => `kubeadm join 10.0.0.1:6443 --token ${random.pick('a-z0-9', 6)}.${random.pick('a-z0-9', 16)}`,
  },
  {
    id: 'static_key',
    description: 'Static keys of OpenVPN and files encrypted by Ansible Vault.',
    pattern: {
      literals: ['-----BEGIN OpenVPN Static', '$ANSIBLE_VAULT;'],
      expression:
        /(?<keep>-----BEGIN OpenVPN Static key V\d-----(?:\\n|\s){1,12}|\$ANSIBLE_VAULT;\d\.\d;AES\d{0,3}(?:;[\w-]{1,40})?(?:\\n|\s){1,12})[0-9a-fA-F]{16,80}/,
      boundary: 'none',
      tail: charClass('0-9a-fA-F\\n \r\n'),
    },
    example: (random) => `$ANSIBLE_VAULT;1.1;AES256\n${random.pick('0-9', 80)}\n${random.pick('0-9', 80)}\n`,
  },
  {
    id: 'digest_response',
    description: 'What proves the knowledge of a password or a key in an Authorization header: Digest, OAuth 1.',
    pattern: {
      literals: ['mac="', 'response="', 'oauth_signature="', 'oauth_token="', 'credential="'],
      effort: { inVain: 420 },
      expression: /(?<keep>(?:mac|response|oauth_signature|oauth_token|credential)=")[A-Za-z0-9%+/=_-]{20,256}(?=")/,
    },
    example: (random) => `Digest username="bob", response="${random.pick('a-f0-9', 32)}"`,
  },
];
