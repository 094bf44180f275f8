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
    `web1 ansible_host=10.0.0.1 ansible_become_pass=${strong}`,
    `user%5Bname%5D=bob&user%5Bpassword%5D=${strong}&commit=Log+in`,
    `Content-Disposition: form-data; name="password"\r\n\r\n${strong}\r\n--xyz--`,
    `Content-Disposition: form-data; name="user[api_key]"\r\nContent-Type: text/plain\r\n\r\n${token}\r\n`,
    `pub static ADMIN_PASSWORD: &'static str = "${strong}";`,
    `let password = String::from("${strong}");`,
    `DriverManager.getConnection(url, user, "${strong}")`,
    `password: ${word}.harbor42`,
    `<Password><Value>${strong}</Value></Password>`,
    `das Passwort lautet ${strong}.`,
    `votre mot de passe temporaire est ${strong}, merci`,
    `la contraseña del servidor es ${strong}`,
    `la tua password è ${strong}`,
    `minha senha é: ${strong}`,
    `hasło to ${strong}`,
    `Zugangsdaten: admin / ${strong}`,
    `WIFI:T:WPA;S:guest;P:${strong};;`,
    `val password = """${strong}"""`,
    `password = '''${strong}'''`,
    `Dim password As String = "${strong}"`,
    `password <- "${strong}"`,
    `[smtp.example.com]:587 bob@example.com:${strong}`,
    `##vso[task.setvariable variable=db;issecret=true]${strong}`,
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
    `usermod -p '${strong}' bob`,
    `createUser bob SHA "${strong}"`,
    `createUser bob SHA-256 "${strong}" AES "${strong}x"`,
    `snmpwalk -v3 -u bob -l authPriv -a SHA -A ${strong} -x AES -X ${strong}x 10.0.0.1`,
    `set system root-authentication plain-text-password-value "${strong}"`,
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
    `mysqldump -u root -p'${strong}' --all-databases`,
    `podman login -p=${strong} -u bob quay.io`,
    `$pw = ConvertTo-SecureString '${strong}' -AsPlainText -Force`,
    `$pw = ConvertTo-SecureString -AsPlainText ${strong} -Force`,
    `mosquitto_pub -h mq -u bob -P ${strong} -t x`,
    `ssh-keygen -t ed25519 -N '${strong}' -f id`,
    `plink -ssh bob@host -pw ${strong} ls`,
    `tacacs-server key ${strong}`,
    `nmcli con modify home wifi-sec.psk "${strong}"`,
    `user bob on >${strong} ~* +@all`,
    `stats auth admin:${strong}`,
    `smbclient //srv/share -U bob%${strong}`,
    `http -a bob:${strong} https://example.com`,
    `lftp -u bob,${strong} sftp://host`,
    `snmpget -v2c -c ${strong} 10.0.0.1`,
    `crypto.createHmac('sha256', '${strong}')`,
    `sudo mysql -p${strong} shop`,
    `mysqldump -p${strong} shop > x.sql`,
    `$cred = ConvertTo-SecureString "${strong}" -AsPlainText -Force`,
    `jwt.sign(payload, '${strong}', { expiresIn: '1h' })`,
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
    `vault write auth/approle/login role_id=x secret_id=${token}`,
    `gh secret set API_KEY --body "${token}"`,
    `define( 'NONCE_SALT', '${token}(+{|^' );`,
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
    'das Passwort ist abgelaufen, le mot de passe est incorrect, la contraseña es obligatoria, a senha é inválida',
    'das Passwort ist 12-stellig; la clave es el trabajo; senha: obrigatória; mot de passe : oublié ?',
    '$pw = ConvertTo-SecureString $env:PW -AsPlainText -Force',
    'const password = hashlib.sha256; password = config.password2',
    'SecretId: arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-a1B2c3',
    '  -p, --password    prompt for password',
    'mysql -u root -p app; docker run -p 8080:80 nginx; ssh -p 2222 host; sshpass -e ssh host',
    'Content-Disposition: form-data; name="password_hint"\r\n\r\nfirst-dog-2019\r\n',
    '6370 6371 6372 6373 and 1.2.3.4 and 123.45.678',
  ])('in %j', (text) => {
    expect(redact(text)).toBe(text);
  });
});
