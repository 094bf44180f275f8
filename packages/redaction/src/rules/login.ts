import { looksRandom } from '../find/secret-value.ts';
import { isStandIn } from '../find/stand-in.ts';
import { charClass, complement } from '../scan/char-class.ts';
import { sourceOf } from './expression.ts';
import { isGiven } from './given.ts';
import type { Rule } from './rule.ts';

/** Commands whose argument is a token. */
const TOKEN_COMMANDS = sourceOf(
  /wandb login (?:-{1,2}[\w-]{2,16}(?:=\S{1,80})? ){0,3}/,
  /(?:shodan|censys|vt|greynoise|securitytrails) (?:init|config|setup) (?:-\S{1,24} ){0,2}/,
  /(?:cargo|railway|fly|snyk|vault|npm|netlify|surge|hub|comet|neptune|clearml|dvc|modal|replicate|huggingface-cli|hf|twilio|stripe|linode-cli|hcloud|civo|pulumi|doppler|infisical|sentry-cli|percy|ngrok) (?:login|auth|authtoken|config add-authtoken|token set) (?:-{1,2}[\w-]{2,16}(?:=\S{1,80})? ){0,2}/,
  /nuget (?:push \S{1,120} |setapikey )/,
  /vault operator (?:unseal|rekey|generate-root) (?:-\S{1,24} ){0,2}/,
  /(?:composer|poetry) config (?:--?\S{1,16} )?(?:http-basic|github-oauth|gitlab-token|pypi-token|bearer)\.[\w.-]{1,64} (?:[\w.@-]{1,64} (?=\S{4}))?/,
  /mc (?:alias|config host) (?:set|add) \S{1,32} \S{1,80} \S{1,64} /,
  /modal token set --token-id \S{1,40} --token-secret /,
  /rclone obscure |mosquitto_passwd -b \S{1,64} \S{1,64} |ntp authentication-key \d{1,5} md5 /,
);

/** Commands and lines of files whose argument is a password that somebody chose. */
const PASSWORD_COMMANDS = sourceOf(
  /(?:mkpasswd|openssl passwd) (?:-{1,2}[\w-]{1,16}(?: sha-?\d{1,3})? ){0,3}/,
  /wpa_passphrase \S{1,32} |networksetup -setairportnetwork \S{1,16} \S{1,32} |iwconfig \S{1,16} key (?:s:)?|keyMaterial[= ]/,
  /qpdf --encrypt |pdftk [^\n]{0,80}?(?:input_pw|owner_pw|user_pw) |(?:un)?rar \w{1,2} (?:-(?!h?p)\S{1,24} ){0,3}-h?p/,
  /smbclient (?:-\S{1,24} ){0,2}(?:\/\/|\\\\)\S{1,80} (?!-)|isql (?:-\w )?[\w.]{1,32} [\w.]{1,32} |dotnet user-secrets set "?[\w:.-]{1,64}"? /,
  /enable (?:password|secret) (?:level \d{1,2} )?(?:\d )?|username \S{1,32} (?:privilege \d{1,2} )?(?:password|secret) (?:\d )?/,
  /key-string (?:\d )?|message-digest-key \d{1,3} md5 (?:\d )?|neighbor \S{1,40} password (?:\d )?|pre-shared-(?:key|secret) (?:(?:ascii-text|local|remote|hex) )?(?:\d )?/,
  /wpa-psk (?:ascii|hex) (?:\d )?|ppp (?:chap|pap) (?:sent-username \S{1,32} )?password (?:\d )?|aaa-server [^\n]{0,60}? key |auth_pass /,
  /set (?:system )?(?:user|login) \S{1,32} (?:authentication )?password |standby \d{1,4} authentication (?:md5 key-string )?/,
  /kubectl create secret generic [^\n]{0,200}?--from-literal[= ][\w.-]{1,64}=|vault kv (?:put|patch) (?:--?[A-Za-z][\w-]{0,23}(?:=\S{1,80})? ){0,4}(?!-)[^\n]{1,152}?(?<=[\w-])=/,
  /(?:user|su|sudo)(?:(?: -S)?(?: \w{1,16}){0,2}|) <<< ?|(?:kinit|passwd|cryptsetup|openssl|su|sudo|chpasswd|mysql|psql) [^\n<]{0,60}<<< ?/,
);

/** Commands that take a token or a password by its place. */
export const LOGIN_RULES: readonly Rule[] = [
  {
    id: 'login_token',
    description: 'A token that a command takes as its argument: `wandb login …`, `shodan init …`.',
    pattern: {
      literals: [
        'wandb login ',
        'shodan ',
        'censys ',
        'greynoise ',
        'securitytrails ',
        'cargo login ',
        'railway login ',
        'snyk ',
        'vault login ',
        'vault operator ',
        'surge login ',
        'comet login ',
        'clearml ',
        'huggingface-cli ',
        'hf auth ',
        'twilio login ',
        'stripe login ',
        'pulumi login ',
        'infisical ',
        'ngrok ',
        'nuget ',
        'composer config ',
        'poetry config ',
        'mc alias ',
        'mc config ',
        'modal token ',
        'rclone obscure ',
        'mosquitto_passwd ',
        'ntp authentication-key ',
      ],
      effort: { inVain: 100 },
      expression: new RegExp(`(?<keep>(?:${TOKEN_COMMANDS})["']?)[^\\s"'\`|<>]{8,256}`),
    },
    validate: (secret) =>
      isGiven(secret) && /\d/.test(secret) && !/:\/\/|\.(?:json|yml|git|com|io|nupkg)$/.test(secret) && looksRandom(secret),
    example: (random) => `wandb login ${random.pick('a-f0-9', 40)}`,
  },
  {
    id: 'login_password',
    description: 'A password that a command, or a line of the configuration of a network device, takes by its place.',
    pattern: {
      literals: [
        'mkpasswd ',
        'openssl passwd ',
        'wpa_passphrase ',
        'networksetup ',
        'iwconfig ',
        'keymaterial',
        'qpdf --encrypt ',
        'pdftk ',
        'rar ',
        'smbclient ',
        'isql ',
        'dotnet user-secrets ',
        'enable password ',
        'enable secret ',
        'username ',
        'key-string ',
        'message-digest-key ',
        'neighbor ',
        'pre-shared-',
        'wpa-psk ',
        'ppp chap ',
        'ppp pap ',
        'aaa-server ',
        'auth_pass ',
        'set user ',
        'set system user ',
        'set system login ',
        'standby ',
        'kubectl create secret ',
        'vault kv ',
        'kinit ',
        'sudo ',
        'passwd <<<',
        'passwd ',
        'cryptsetup ',
      ],
      effort: { inVain: 500 },
      expression: new RegExp(`(?<keep>(?:${PASSWORD_COMMANDS})["']?)[^\\s"'\`|<>;]{5,128}`, 'i'),
    },
    validate: (secret) => isGiven(secret) && !/^(?:[\d.:/]{1,15}|encrypted|\$\w+|[a-z-]+)$/i.test(secret.replace(/[a-z][A-Z]/g, '1')),
    example: (random) => `enable secret ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}`,
  },
  {
    id: 'secrets_file',
    description: 'A password in a file of secrets of PPP, strongSwan or PostgreSQL.',
    pattern: {
      literals: [
        '" * "',
        '-secrets: ',
        ':*:*:',
        ':*:',
        ':5433:',
        ':5434:',
        ':6432:',
        ':6543:',
        ': EAP "',
        ': PSK "',
        ': XAUTH "',
        ': RSA ',
      ],
      leads: { members: complement(charClass(' \t\r\n')), max: 80 },
      effort: { inVain: 260 },
      precheck: mayBeLineOfSecrets,
      expression:
        /(?<keep>[^\s]{0,80}?(?:" \* "|-secrets: (?:"[^"\n]{1,64}"|\S{1,64}) (?:\S{1,32} )"?|(?<=^|[\w.*-]):(?:\d{2,5}|\*):[\w*-]{1,63}:[\w*.-]{1,63}:|: (?:EAP|PSK|XAUTH|RSA \S{1,64}) "))[^\s"':]{4,128}(?!:)/,
      boundary: 'none',
    },
    validate: (secret) => !isStandIn(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret),
    example: (random) => `*:*:*:postgres:${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}`,
  },
  {
    id: 'secrets_line',
    type: 'secrets_file',
    description: 'A line of a file of secrets of PPP: `client server secret addresses`.',
    pattern: {
      literals: ['chap-secrets', 'pap-secrets', 'chap password ', 'pap password '],
      effort: { inVain: 600 },
      expression:
        /(?<keep>(?:ch|p)ap(?:-secrets|[ -]password)[: \n]{1,3}(?:"[^"\n]{1,64}"|[^\s"]{1,64})[ \t]{1,8}(?:"[^"\n]{1,64}"|[^\s"]{1,64})[ \t]{1,8}"?)[^\s"]{4,128}/,
    },
    validate: isGiven,
    example: (random) => `chap-secrets: bob * ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)} *`,
  },
  {
    id: 'secure_string_pipe',
    type: 'secure_string',
    description: 'A password that is piped to where PowerShell takes it for secure.',
    pattern: {
      literals: ["' | ConvertTo-SecureString", '" | ConvertTo-SecureString', "'|ConvertTo-SecureString", '"|ConvertTo-SecureString'],
      leads: { members: complement(charClass('"\'` \t\r\n')), max: 100 },
      effort: { inVain: 140 },
      expression: /[^\s"'`]{4,100}(?=["'] ?\| ?ConvertTo-SecureString)/i,
      boundary: 'none',
    },
    validate: (secret) => !isStandIn(secret) && !secret.startsWith('$'),
    example: (random) => `'${random.pick('A-Za-z0-9', 12)}' | ConvertTo-SecureString -AsPlainText -Force`,
  },
];

/** Behind a port, or a star in its place, other fields of the line follow, and the password. */
function mayBeLineOfSecrets(text: string, at: number): boolean {
  FIELDS.lastIndex = at;
  return text.charAt(at) !== ':' || text.charAt(at + 1) === ' ' || FIELDS.test(text);
}

const FIELDS = /:(?:\*|\d{4}):(?:[\w*.-]{1,63}:){0,2}[^\s"':]{4}/y;
