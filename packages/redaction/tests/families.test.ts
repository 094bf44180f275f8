import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(2028);
const word = (): string => ['maple', 'harbor', 'copper', 'willow', 'tundra', 'falcon', 'orchid'][random.index(7)] ?? '';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What stands for a secret in a template, made afresh each time. */
const SECRETS: Readonly<Record<string, () => string>> = {
  /** As people choose them, and as their telephones do. */
  P: () =>
    [
      `${capital(word())}.${word()}-${random.pick('1-9', 2)}`,
      `${capital(word())}${random.pick('1-9', 3)}${capital(word())}!`,
      `${random.pick('A-Z', 2)}${random.pick('a-z', 2)}4${random.pick('A-Za-z', 6)}7${random.pick('a-z', 2)}`,
      [random.pick('a-z', 4) + 'A1', random.pick('A-Za-z', 6), random.pick('A-Za-z', 5) + '9'].join('-'),
    ][random.index(4)] ?? '',
  /** As programs make them. */
  T: () => `${random.pick('A-Z', 1)}7${random.pick('A-Za-z0-9', 28)}q4`,
  H: () => `${random.pick('a-f0-9', 30)}a7`,
  B: () => `${random.pick('A-Za-z0-9+/', 38)}x7`,
  U: () => [8, 4, 4, 4, 12].map((length) => random.pick('a-f0-9', length)).join('-'),
  W: () => ['copper', 'lantern', 'tundra', 'willow', 'marble'].slice(random.index(2)).join('-'),
  N: () => `4${random.pick('1-8', 3)}9`,
};

function expectTakenOut(template: string): void {
  for (let round = 0; round < 8; round += 1) {
    const secrets: string[] = [];
    const text = template.replace(/\{([A-Z])\}/g, (whole, kind: string) => {
      const secret = SECRETS[kind]?.();
      if (secret === undefined) return whole;
      secrets.push(secret);
      return secret;
    });
    const redacted = redactor.text(text);
    expect(secrets.length, template).toBeGreaterThan(0);
    for (const secret of secrets) expect(redacted, text).not.toContain(secret);
    expect(redacted).toContain('[redacted:');
    expect(redactor.text(redacted), text).toBe(redacted);
  }
}

/** Each: what carries a secret, and what looks alike and stays. */
const FAMILIES: Readonly<Record<string, { readonly taken: readonly string[]; readonly kept: readonly string[] }>> = {
  'options of a command': {
    taken: [
      'snmpwalk -v3 -u bob -l authPriv -A {P} -X {P} switch1',
      'net-snmp-config --create-snmpv3-user -a {T} -x {P} bob',
      'ipmitool -I lanplus -H bmc1 -U root -P {P} chassis status',
      'jarsigner -storepass {P} -keypass {P} app.jar key',
      'ssh-keygen -p -P {P} -N {P} -f id',
      'ldappasswd -x -D cn=admin -w {P} -s {P} uid=bob',
      'twine upload -u bob -p {P} dist/*',
      'security unlock-keychain -p {P} login.keychain',
      "evil-winrm -i host -u bob -p '{P}'",
      'skopeo copy --src-creds bob:{T} a b',
      'az keyvault secret set --vault-name v -n x --value {T}',
      'aws secretsmanager put-secret-value --secret-string {T}',
      'kubectl create secret generic db --from-literal=anything={T}',
      'influx write -t {T}',
    ],
    kept: [
      'snmpwalk -v3 -l authPriv -a SHA-256 -x AES-256 host1',
      'ssh -p 2222 host && docker run -p 8080:80 nginx1',
      'unzip -P; curl -o file1.txt -L https://example.com/a1; tar -xzf a1.tgz -C /tmp/x1',
      'az functionapp create --value blue42green -n app1',
      'ipmitool -I lanplus -H bmc1 -U root power status',
      'codecov -t unit1; dotnet build -p:Version=1.2.3',
    ],
  },
  'arguments of a command': {
    taken: [
      'wandb login {H}',
      'wandb login --relogin --host=https://w.example.com {H}',
      'shodan init {T}',
      'vault operator unseal {B}',
      'composer config http-basic.example.com bob {T}',
      'mc alias set minio http://host:9000 admin {T}',
      'modal token set --token-id ak --token-secret {T}',
      'openssl passwd -6 {P}',
      'printf %s "{P}" | kinit bob@EXAMPLE',
      'echo {P} | sudo cryptsetup luksOpen /dev/sda x -',
      "kinit bob <<< '{P}'",
      'enable secret {P}',
      'snmp-server user bob group v3 auth sha {P} priv aes 128 {P}',
      '::add-mask::{T}',
      'username bob privilege 15 secret {P}',
      'pre-shared-key {P}',
      'ip ospf message-digest-key 1 md5 {P}',
    ],
    kept: [
      'wandb login --relogin',
      'npm login --registry=https://npm.example.com',
      'vault login -method=oidc',
      'shodan host 1.2.3.4',
      'nuget push app.1.2.3.nupkg -Source nuget.org',
      'neighbor 1.2.3.4 remote-as 65001',
      'username bob1',
      'enable password',
    ],
  },
  'declarations of languages like C': {
    taken: [
      'char password[] = "{P}";',
      'static const char mqtt_pass[32] = "{P}";',
      'std::string token{"{T}"};',
      'std::string password("{P}");',
      'QString password = QStringLiteral("{P}");',
      'auto secret = std::string("{T}");',
      'LPCWSTR password = L"{P}";',
      'char pwd[] = {"{P}"};',
      'const SECRET: &[u8] = b"{T}";',
      'static API_TOKEN: Lazy<String> = Lazy::new(|| "{H}".to_string());',
      'strcpy(password, "{P}");',
      'WiFi.begin("guest", "{P}");',
      'User.builder().username("bob").password("{P}").roles("X")',
      'password: Optional[str] = "{P}"',
      'User.objects.create_user("bob", "a@example.com", "{P}")',
      "bcrypt.hash('{P}', 10)",
      'api_key = SecretStr("{T}")',
      'given().auth().preemptive().basic("bob", "{P}")',
      "parser.add_argument('--password', default='{P}')",
    ],
    kept: [
      'char version[] = "1.2.3-abc4"; items[0] = "value1"; config[key] = "value1";',
      'std::string name{"hello1"}; QString label("Password1 label");',
      'return token("identifier1"); throw new Error("token1 expired");',
      'strncpy(password, src, 32); snprintf(password, sizeof(password), "%s%s", a, b);',
      'const schema = { "password": {"type": "string"}, "token": {"value": null} };',
    ],
  },
  comparisons: {
    taken: [
      'if ("{P}".equals(password)) {',
      'if (password.equals("{P}")) {',
      'if ("{P}" == password) {',
      "if ('{P}' === req.body.password) {",
      'if (strcmp(password, "{P}") == 0)',
      "if (strcmp($_POST['password'], '{P}') == 0)",
      'assertEquals("{P}", password);',
      "expect(password).toBe('{P}');",
      'hmac.compare_digest(token, "{T}")',
      "hash_equals('{T}', $token)",
      'crypto.timingSafeEqual(Buffer.from(token), Buffer.from("{T}"))',
      'if ($password -eq "{P}") {',
    ],
    kept: [
      'if ("password".equals(field)) { if ("token" === key) return; }',
      'expect(token).toBe("valid"); expect(token.type).toBe("EOF2"); expect(token).toBeDefined();',
      'assertEquals("password must be set", error); strcmp(argv[1], "password"); strcmp(token, "else");',
      'bcrypt.hash(password, 10); make_password(None); hashlib.pbkdf2_hmac("sha256", password, salt, 1000)',
      'assert_eq!(token.kind, "ident"); if (password == confirmPassword) {',
    ],
  },
  'defaults of what is looked up': {
    taken: [
      'let token = env::var("TOKEN").unwrap_or("{T}".to_string());',
      'env::var("DB_PASSWORD").unwrap_or_else(|_| "{P}".into())',
      'os.environ.get("DB_PASSWORD") or "{P}"',
      "process.env.TOKEN ?? '{T}'",
      'start(process.env[\'API_KEY\'] || "{T}")',
      "getenv('DB_PASSWORD') ?: '{P}'",
      'System.getenv().getOrDefault("DB_PASSWORD", "{P}")',
      'Optional.ofNullable(System.getenv("TOKEN")).orElse("{T}")',
      'ENV.fetch("DB_PASSWORD") { "{P}" }',
      'Environment.GetEnvironmentVariable("DB_PASSWORD") ?? "{P}"',
      'config("SECRET_KEY", default="{T}")',
      '{{ .Values.password | default "{P}" }}',
      "{{ db_password | default('{P}') }}",
    ],
    kept: [
      "process.env.TOKEN ?? ''; process.env.PORT ?? '3000'; os.environ.get('LOG_LEVEL', 'info2')",
      'os.getenv("TOKEN_FILE") or "/run/secrets/token2"; env::var("HOME").unwrap_or("/root2".into())',
      '{{ .Values.image.tag | default "v1.2.3" }} {{ .Values.existingSecret | default "my-secret2" }}',
      'os.environ.get("DB_PASSWORD") or None',
    ],
  },
  'names and values': {
    taken: [
      '[{"Key":"db/password","Value":"{P}"}]',
      '{"Name": "/app/prod/DB_PASSWORD", "Type": "SecureString", "Value": "{P}"}',
      '{"variable":"DB_PASSWORD","value":"{P}"}',
      '- name: DB_PASSWORD\n  value: {P}',
      '"outputs": {"admin_password": {"value": "{P}", "type": "string", "sensitive": true}}',
      '{"db_password":{"sensitive":true,"type":"string","value":"{P}"}}',
      '"random_password": {"result": "{P}", "length": 20}',
      'output "db_password" {\n  value = "{P}"\n}',
      'password:\n  value: {P}',
      'recovery_codes: ["{H}", "{H}"]',
      '"api_tokens": ["{T}", "{T}"]',
      's:8:"password";s:12:"{P}";',
      'array(1) { ["password"]=> string(12) "{P}" }',
      '<password><![CDATA[{P}]]></password>',
      '&lt;password&gt;{T}&lt;/password&gt;',
      '<td>Password</td><td>{P}</td>',
      '<b>Password:</b> {P}',
      '<meta name="api-key" content="{T}">',
      'url=%2Flogin%3Fpassword%3D{T}%26user%3Dbob',
    ],
    kept: [
      '{"Key":"Name","Value":"web-prod-01"} {"name":"max_tokens","value":"4096"}',
      '- name: DB_HOST\n  value: db1.internal\n- name: TOKEN_TTL\n  value: 15m',
      '"password": {"type": "string", "minLength": 12} "token_count": {"value": "123456789"}',
      'output "cluster_name" {\n  value = "prod-eu-2"\n}',
      '<td>Passwords</td><td>2 to change</td> <meta name="viewport" content="width=device-width"> sort%3Dtoken1&x',
    ],
  },
  'rows of a statement': {
    taken: [
      "INSERT INTO users (name, password) VALUES ('bob', '{P}');",
      "INSERT INTO users(id,name,password,role) VALUES (1,'bob','{P}','admin');",
      "INSERT INTO `users` (`name`, `password`) VALUES ('bob', '{P}'), ('ann', '{P}');",
      "INSERT INTO [dbo].[users] ([name], [pwd]) VALUES (N'bob', N'{P}')",
      "replace into users (note, password) values ('İ insert a coin, replace into slot 2', '{P}');",
      "INSERT INTO logs (a, b) VALUES (1, 2); INSERT IGNORE INTO users (name, password) VALUES ('into', '{P}');",
      "insert into accounts (email, api_token)\nvalues\n  ('a', '{T}')",
      "EXEC sp_addlogin 'bob', '{P}';",
      "SELECT pgp_sym_encrypt('data', '{P}');",
    ],
    kept: [
      "INSERT INTO users (name, email_verified) VALUES ('bob1', '2026-01-02');",
      'INSERT INTO users (name, password) VALUES (?, ?), ($1, crypt($2, gen_salt(8))), (:name, NULL);',
      "INSERT INTO t (id, sha) VALUES (1, 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678');",
    ],
  },
  'secrets of Kubernetes': {
    taken: [
      'kind: Secret\ntype: Opaque\ndata:\n  config.json: {B}\n  other.yaml: {B}\n',
      'apiVersion: v1\ndata:\n  config.json: {B}\nkind: Secret\n',
      'kind: Secret\nstringData:\n  url: {P}\n',
      '{"kind":"Secret","data":{"config":"{B}","other":"{B}"}}',
      'kind: Secret\ndata:\n  .dockerconfigjson: {B}',
    ],
    kept: [
      'kind: ConfigMap\ndata:\n  config.json: Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4\n',
      'kind: Secret\nmetadata:\n  name: db\n---\nkind: ConfigMap\ndata:\n  key: some-value-2\n',
      'kind: ExternalSecret\nspec:\n  data:\n  - secretKey: password\n    remoteRef:\n      key: db1\n',
    ],
  },
  'files of secrets': {
    taken: [
      '*:*:*:postgres:{T}',
      'db.internal:6432:*:app:{T}',
      'pap-secrets: "bob" * "{P}"',
      'chap-secrets: bob pptpd {P} *',
      'bob : EAP "{P}"',
      "$cred = New-Object PSCredential('bob', ('{P}' | ConvertTo-SecureString -AsPlainText -Force))",
    ],
    kept: ['listen 0.0.0.0:6432', 'host:*:*:', 'multiply "a" * "b"', '%any : PSK "your-psk-here"'],
  },
  'separators behind a key': {
    taken: [
      'access-token -> {T}',
      'webhookSecret => {T}',
      'token ==> {T}',
      'client_secret\t{T}',
      'Password:\t{P}',
      'password → {P}',
      '密码：{P}',
      'creds -> bob:{P}',
    ],
    kept: [
      'access-token -> see the vault\ntoken -> string\npassword -> hash(password)',
      '(token: Token) -> Result2; token => token.value; Token → TokenKind2',
      'password\tstring\trequired\nPassword\tvarchar(255)\ntoken\tThe token of session 12',
    ],
  },
  'passphrases and codes': {
    taken: [
      'SESSION_SECRET="{W}"',
      'seed phrase: "{W}"',
      'the passphrase for the key is {W}',
      'passphrase: copper lantern tundra willow marble\ntoken={T}',
      'recovery codes: 1{N}-abcde, 2{N}-fghij',
      'PIN for the alarm is {N}',
      'Your verification code is {N}',
    ],
    kept: [
      'secret: my-app-db-credentials\nclient_secret: prod-web-client-secret\nSECRET_KEY=change-me-in-production-please',
      'passphrase: must be four words or more; the passphrase protects your private key from theft',
      'recovery codes: 10 remaining, backup codes are shown once; seed phrase: never share it with anyone',
      'the PIN is 4 digits long, pin 4: GND, status code is 404, error code: 500123',
    ],
  },
  'what people write': {
    taken: [
      'hi, pw for the staging db: {P}',
      'password for the admin account is {P}',
      'password reset, it is now {P}',
      'I set it to {P} (that is the root password)',
      "changed it to {P}, that's the new password",
      'try {P} as password',
      'the API key for staging is {T}',
      'Incorrect API key provided: {T}.',
      'Passwort für den Server: {P}',
      'mot de passe pour le wifi : {P}',
      'пароль от базы: {P}',
      '密码是 {P}',
    ],
    kept: [
      'the password is Base64-encoded, then stored with Argon2id; password for root is in KeePass2',
      'password reset, it is now possible to log in; password reset: sent to user 48213',
      'password was changed on 2026-01-02 at 10:30; I set it to 30 (that is the timeout)',
      'key for the cache entry is a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
    ],
  },
  addresses: {
    taken: [
      'https://host.example.com/message?token={T}',
      'https://eth-mainnet.g.alchemy.com/v2/{T}',
      'https://mainnet.infura.io/v3/{H}',
      'https://hook.eu1.make.com/{H}',
      'https://open.feishu.cn/open-apis/bot/v2/hook/{U}',
      'https://chat.example.com/hooks/{H}',
      'https://api.openweathermap.org/data/2.5/weather?q=Bern&appid={H}',
      'cohere.Client("{T}")',
      'api = shodan.Shodan("{T}")',
      "algoliasearch('ABCDEFGHIJ', '{H}')",
    ],
    kept: [
      'https://example.com/c?token=required https://example.com/oauth?token_type=bearer https://example.com/?appid=com.example.app1',
      'https://example.com/hooks/pre-commit https://example.com/api/webhooks/stripe https://github.com/acme/web/settings/hooks/48291245',
      'https://mainnet.infura.io/v3/YOUR-PROJECT-ID https://api.telegram.org/bot<token>/getMe',
      'stripe.customers.retrieve("cus_NffrFeUfNV2Hib"); new Stripe(process.env.STRIPE_KEY); discord.Client("intents")',
    ],
  },
};

describe.each(Object.entries(FAMILIES))('%s', (_, { taken, kept }) => {
  it.each(taken)('is taken out of %j', (template) => {
    expectTakenOut(template);
  });

  it.each(kept)('leaves %j', (text) => {
    expect(redactor.text(text)).toBe(text);
  });
});

describe('what only leads to a secret', () => {
  it.each([
    'PASSWORD=%DB_PASSWORD%',
    'password: op://prod/db/password',
    'password: vault:secret/data/db#password',
    'api_key: env:API_KEY',
    'token: file:///run/secrets/token',
    'password_encryption = scram-sha-256',
    'password: scram-sha-256',
    'cache key: node-modules-linux-a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',
  ])('stays: %j', (text) => {
    expect(redactor.text(text)).toBe(text);
  });
});

describe('a number with a name', () => {
  it('goes whole, whether its check digits are right or not', () => {
    expect(redactor.text('cardNumber=3866 895388 2818&cvc=123')).toBe('cardNumber=[redacted:card]&cvc=[redacted:security_code]');
    expect(redactor.text('IBAN: LI71 4285 2SC2 W6W4 X190 U, thanks')).toBe('IBAN: [redacted:iban], thanks');
    expect(redactor.text('card number: 4000 1234 5678 9000 exp 12/27')).toBe('card number: [redacted:card] exp 12/27');
  });
});

describe('values', () => {
  it('of a secret of Kubernetes are taken out under any key', () => {
    const secret = SECRETS['B']?.() ?? '';
    const redacted = JSON.stringify(redactor.value({ kind: 'Secret', data: { 'config.json': secret } }));
    expect(redacted).not.toContain(secret);
    expect(redactor.value({ kind: 'ConfigMap', data: { a: 'b' } })).toEqual({ kind: 'ConfigMap', data: { a: 'b' } });
  });

  it('are named beside them in any spelling', () => {
    for (const [name, value] of [
      ['Key', 'Value'],
      ['variable', 'value'],
      ['field', 'value'],
      ['ParameterKey', 'ParameterValue'],
      ['OptionName', 'Value'],
    ] as const) {
      const password = SECRETS['P']?.() ?? '';
      expect(JSON.stringify(redactor.value({ [name]: 'prod/db/password', [value]: password })), name).not.toContain(password);
    }
  });
});

it.each([
  ['sk-proj-', 'abcdefghij1234567890ABCDEFGHIJ'],
  ['ghp_', 'ABCDEFabcdef0123456789ABCDEFabcdef01'],
  ['x-api-key: ', 'abcdefghijklmnop1234'],
])('what somebody made up along the alphabet is a secret to them: %s', (before, madeUp) => {
  expect(createRedactor().text(before + madeUp)).not.toContain(madeUp);
});

it.each(['sk-abcdefghijklmnopqrstuvwxyz', 'x-api-key: 0123456789abcdef'])('what documentation has stays: %s', (line) => {
  expect(createRedactor().text(line)).toBe(line);
});
