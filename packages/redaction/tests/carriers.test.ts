import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/index.ts';
import { createExamples } from './examples.ts';

const { text: redact } = createRedactor();
const random = createExamples(2027);
const password = `${random.pick('a-z', 6)}${random.pick('0-9', 2)}`;
const strong = `${random.pick('A-Za-z', 6)}7${random.pick('a-z', 2)}5${random.pick('A-Z', 2)}`;
const token = `${random.pick('A-Z', 1)}7${random.pick('A-Za-z0-9', 30)}`;
const word = random.pick('a-z', 12);

describe('a password is found', () => {
  it.each([
    `smtp_pass: ${password}`,
    `KEYSTORE_PASS=${password}`,
    `rootpw = '${password}'`,
    `password2 = "${password}"`,
    `Passwort: ${password}`,
    `contraseña: ${password}`,
    `mot de passe : ${password}`,
    `пароль: ${password}`,
    `密码: ${password}`,
    `if (user === "bob" && password == "${password}") {`,
    `const dbPassword = process.env.DB_PASSWORD || '${word}';`,
    `{ password: process.env.PASSWORD ?? "${word}" }`,
    `os.environ.get("DB_PASSWORD", "${word}")`,
    `password: >-\n  ${password}\n`,
    `- **password**: ${password}`,
    `**Password:** ${password}`,
    `| password | ${password} |`,
    `| \`DB_PASSWORD\` | \`${password}\` |`,
    `<key>Password</key>\n<string>${password}</string>`,
    `<string name="db_password">${password}</string>`,
    `<name>db.password</name><value>${password}</value>`,
    `{"ParameterKey":"DbPassword","ParameterValue":"${password}"}`,
    `variable "db_password" {\n  type = string\n  default = "${password}"\n}`,
    `Parameters:\n  DbPassword:\n    Type: String\n    Default: ${password}\n`,
    `{&quot;password&quot;:&quot;${password}&quot;}`,
    `{\\u0022password\\u0022:\\u0022${password}\\u0022}`,
    `?q=%7B%22password%22%3A%22${password}%22%7D`,
    `Connect-It -AdminPassword "${word}" -Verbose`,
    `["--password", "${word}"]`,
    `#define DB_PASSWORD "${word}"`,
    `setx DB_PASSWORD "${word}" /M`,
    `let db_password: &str = "${word}";`,
    `public string SmtpPassword { get; set; } = "${password}";`,
    `the password is "${word}"`,
    `my password is ${password}`,
    `use "${strong}" as the password`,
    `credentials: admin / ${strong}`,
    `source.setPassword("${password}");`,
    `[["x-db-password", "${password}"]]`,
  ])('in %j', (text) => {
    for (const secret of [password, strong, word]) expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[redacted:');
  });

  it.each([
    `redis-cli -h cache -a ${strong} ping`,
    `docker login -u bob -p ${strong} registry.example.com`,
    `mongosh --host db -u admin -p ${strong}`,
    `ldapsearch -x -D cn=admin -w ${strong} -b dc=x`,
    `zip -P ${strong} out.zip file`,
    `7z a -p${strong} out.7z file`,
    `openssl rsa -in k.pem -passin pass:${strong}`,
    `htpasswd -bc .htpasswd admin ${strong}`,
    `rabbitmqctl add_user bob ${strong}`,
    `net user bob ${strong} /add`,
    `echo ${strong} | docker login -u bob --password-stdin`,
    `echo "root:${strong}" | chpasswd`,
    `echo '${strong}' | sudo -S apt update`,
    `AUTH default ${strong}`,
    `a1 LOGIN bob@example.com ${strong}`,
    `requirepass ${strong}`,
    `snmp-server community ${strong} RO`,
    `CREATE USER scott IDENTIFIED BY ${strong} QUOTA 10M ON users;`,
    `CREATE LOGIN x WITH PASSWORD = N'${strong}';`,
    `SET PASSWORD FOR 'bob'@'localhost' = PASSWORD('${strong}');`,
    `ConvertTo-SecureString "${strong}" -AsPlainText -Force`,
    `keys.load(in, "${strong}".toCharArray());`,
    `DriverManager.getConnection("jdbc:mysql://db/app", "root", "${strong}");`,
    `smtp.PlainAuth("", "bob", "${strong}", "smtp")`,
    `cy.get('#password').type('${strong}')`,
    `page.fill('input[name="password"]', '${strong}')`,
    `jdbc:oracle:thin:scott/${strong}@//db:1521/ORCL`,
    `sql.Open("mysql", "root:${strong}@tcp(127.0.0.1:3306)/app")`,
    `db.internal:5432:app:bob:${strong}`,
  ])('in %j', (text) => {
    expect(redact(text)).not.toContain(strong);
  });
});

describe('a token is found', () => {
  it.each([
    `AWS Secret Access Key [None]: ${token}`,
    `STORAGE_KEY = "${token}"`,
    `botToken: "${token}"`,
    `APP_KEY=base64:${token}`,
    `api_key: "${[1, 2, 3, 4].map(() => random.pick('A-Z', 4) + '7').join('-')}"`,
    `https://example.com/callback?code=${token}&state=1`,
    `https://example.com/password/reset/${token}`,
    `"cookie_secret": "${token}"`,
  ])('in %j', (text) => {
    expect(redact(text)).toContain('[redacted:');
    expect(redact(text)).not.toContain(token);
  });
});

describe('nothing is found', () => {
  it.each([
    "protected $hidden = ['password', 'remember_token'];",
    "'password' => 'required|string|min:8|confirmed',",
    '| password | string | yes | The password of the user |',
    '| `token` | `string` | required |',
    'type X = SyntaxKind.PlusToken | SyntaxKind.MinusToken | SyntaxKind.TildeToken | SyntaxKind.BarToken;',
    'const token = exports.rememberX509Credential;',
    'next_page_token: Cj4Kx82hs9Qm31Lk77aPq0',
    'compass: north2west, bypass: strict1, first_pass: stage12, render_pass=shadow01',
    'password: ${DB_PASSWORD:-}\napiKey: {{ .Values.apiKey }}\ntoken: {token}',
    "PASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']",
    'if (password === "") return; if (password == null) return;',
    'const password = process.env.PASSWORD || config.password;',
    'switch (kind) { default: token1(); }',
    'password (again):\n[sudo] password for bob:',
    'echo hello | sudo tee /etc/motd',
    'docker login -u "$USER" --password-stdin',
    'IDENTIFIED BY :password',
    'net use is deprecated; net user is a command',
    'login with SSO on staging, credentials: see the vault',
    '6370 6371 6372 6373 and 1.2.3.4 and 123.45.678',
  ])('in %j', (text) => {
    expect(redact(text)).toBe(text);
  });
});
