import { expect, it } from 'vitest';
import { createRedactor } from '../src/index.ts';

const redactor = createRedactor();

/** What programs write about secrets, without any. */
const LINES = `
auth: token for user bob refreshed
auth failed: invalid password for user root from 10.0.0.1 port 22
Failed password for invalid user admin from 10.0.0.1 port 50122 ssh2
session: cookie expired, renewing
cookie: none present
Set-Cookie header missing
password: must be at least 12 characters
password: required
password reset requested for user 42
token: expired at 2026-11-22T10:00:00Z
token: expires in 3600s
token count: 12345
token issued user=bob token_type=bearer expires_in=3600
token=3 of 5
secret: not found in namespace default
secret "db-credentials" not found
api key: rate limit of 1000/min reached
key: user:1234:profile miss
cache key=user:1234:profile hit
key=orders-2026-11-22 partition=7 offset=123456
credentials: loaded from /etc/app/credentials.json
credential provider: aws-profile default
private key: loaded RSA 2048 from /etc/ssl/private/server.key
client_secret: using environment variable OAUTH_CLIENT_SECRET
access token: cached until 10:32:11
refresh token rotation enabled for client web-frontend
signature: valid (rsa-sha256)
signature=ok digest=sha256
csrf token mismatch on /login
auth: method=oauth2 provider=github user=alice
authorization: denied for role viewer on resource billing
authorization: granted
Authorization: role=admin scope=read:users
auth=none tls=1.3 cipher=TLS_AES_256_GCM_SHA384
login: user alice logged in from 192.168.1.4
login=alice action=read
pass: 123 fail: 4 skipped: 2
pass rate: 99.5%
passed=120 failed=3
passphrase: prompt shown to user
pin: 4 attempts left
otp: sent to ***-1234
2fa: code sent by sms
code: 404 message: not found
code=ECONNREFUSED errno=-111 syscall=connect
session_id=42 state=active
session: 12 active, 3 idle
webhook: delivered in 120ms to https://example.com/hooks/build
connection string: parsed 5 parameters
connection: keep-alive
bearer token missing in request
basic auth: disabled by policy
token bucket: 100 tokens, refill 10/s
max_tokens: 4096 temperature: 0.2
prompt_tokens=1200 completion_tokens=300 total_tokens=1500
tokens per second: 53.2
author: Jane Doe <noreply@local>
keyboard: us intl
monkey: see monkey: do
keyspace: users replication=3
primary key: id; foreign key: user_id
KEY idx_user (user_id, created_at)
secretary: appointed in 2019
passenger: 3 adults
compass: north
bypass=true
passthrough: enabled
auth_type: password
auth method: publickey
publickey accepted for git from 10.1.2.3 port 4444 ssh2: RSA SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8
key exchange: curve25519-sha256
host key algorithm: ssh-ed25519
key rotation: next at 2026-12-01
keys: 120 expired, 4 evicted
encryption key version: 7
kms key arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
license: MIT
licence key: not configured
nonce: replay detected
salt: rounds=12
hash: mismatch expected=abc got=def
verify: ok token=present
token=<none>
token=(nil)
password=<unset>
password=[not set]
PASSWORD=changeme
password is null
the password is wrong
your password will expire in 14 days
password for alice: incorrect
sudo: alice : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls
pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.1
kernel: random: crng init done
error: secret store unreachable: dial tcp 10.0.0.1:8200: connect: connection refused
vault: token lookup failed: permission denied
jwt: token expired 5m ago
jwt: malformed: expected 3 parts, got 1
oauth: code exchange took 120 ms
oauth2: token endpoint https://login.example.com/token returned 400
smtp: AUTH LOGIN not supported
imap: AUTH=PLAIN AUTH=LOGIN capability
redis: AUTH failed: WRONGPASS invalid username-password pair
mysql: Access denied for user 'app'@'10.0.0.5' (using password: YES)
psql: FATAL: password authentication failed for user "app"
git: fatal: could not read Username for 'https://github.com': terminal prompts disabled
npm: token type=legacy scope=@acme
docker login: credentials stored in ~/.docker/config.json
s3: signature v4 required
aws: profile=prod region=eu-west-1 account=123456789012
curl: (6) Could not resolve host
x-api-key header is required
X-Auth-Token: missing
X-Request-Id: req_Abcdef123456
Proxy-Authorization required
WWW-Authenticate: Basic realm="ops"
WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"
user-agent: Mozilla/5.0 (X11; Linux x86_64)
token type: Bearer
grant_type=password
response_type=code client_id=web scope=openid
redirect_uri=https://app.example.com/callback state=active
secretName: db-credentials
secretKeyRef: name: db key: password
keyFile: /etc/ssl/key.pem
passwordFile: /run/secrets/db
password_hash_algorithm: bcrypt
token_ttl=3600s
auth_timeout=30s
key_id=K1234 alg=RS256
credential_scope=20261122/eu-west-1/s3/aws4_request
last_password_change: 2026-01-01
must_change_password: true
pwd=/home/alice/src
cwd=/home pwd: /var/www
DB_PASS_MIN_LENGTH=12
TOKEN_BUDGET: 30000
secrets scanned: 120 found: 0
secret version 3 activated
secret/data/app read by role app
key "foo" already exists
duplicate key value violates unique constraint "users_pkey" Detail: Key (email)=(x) already exists.
apikey auth plugin loaded
Password strength: weak
token	2026-11-22T10:11:12.345Z	42
insert into events values (7, 'token', '2026-11-22T10:11:12.345Z', 'ok')
{"token": "2026-11-22T10:11:12+01:00", "secret": "2026-11-22 10:11:12"}
login user=play75 method=password result=bad_password session=0f3a
login alice password reset=done
curl -u https://example.com
auth_mechanism=SCRAM-SHA-256
{"authenticationDatabase":"admin","jsonwebtoken": "^9.0.2"}
created ba329722-f39a-45ca-a159-b142b1fb8e83 for CC4CAD6E-AD46-4E69-A947-E572C094F348
moved /items/019a8a66-c66a-7c22-be80-a6125b4b0e4a to /items/58935585-3962-4607-b582-0123456789ab
Passwort falsch für Benutzer anna
mot de passe incorrect pour alice
contraseña incorrecta para juan
`;

it.each(LINES.trim().split('\n'))('leaves %j', (line) => {
  expect(redactor.text(line)).toBe(line);
  expect(redactor.text(`2026-11-22T10:11:12.345Z INFO worker[42] ${line}`)).toBe(`2026-11-22T10:11:12.345Z INFO worker[42] ${line}`);
});

it.each([
  ['auth=s3cr3tTok3nValue user=bob tls=1', 'auth=[redacted:authorization] user=bob tls=1'],
  ['Authorization: Foo=abc1234', 'Authorization: [redacted:authorization]'],
  ['Authorization: foo=kJ8sd7Fh2Lq9ZxPa bar=1', 'Authorization: [redacted:authorization]'],
  ['cookie: foo=abc123def456 x=1', 'cookie: [redacted:cookie]'],
  ['DB_PASS hunter=2Pass9', 'DB_PASS [redacted:password]'],
  ['sshpass -p SGVsbGo= ssh x', 'sshpass -p [redacted:password] ssh x'],
  ['mysql -u root -pSecret=Word', 'mysql -u root -p[redacted:password]'],
  ['machine a login b password abc=Def9', 'machine a login b password [redacted:password]'],
  ['SECRET=Xk4&pQ9z', 'SECRET=[redacted:secret]'],
  ['export API_KEY="Xk4&pQ9z"', 'export API_KEY="[redacted:api_key]"'],
  [
    'k = settings.providers.payment.production.credentials.defaults.stripe_secret_key || "Qk9~yF6gD8CIp2LmR7"',
    'k = settings.providers.payment.production.credentials.defaults.stripe_secret_key || "[redacted:credential]"',
  ],
  ['Authorization: Bearer opensesame', 'Authorization: Bearer [redacted:authorization]'],
])('takes the secret of %j out', (line, redacted) => {
  expect(redactor.text(line)).toBe(redacted);
});
