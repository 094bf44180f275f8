import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/index.ts';
import { createExamples } from './examples.ts';

const { text: redact } = createRedactor();
const random = createExamples(42);
const token = `${random.pick('A-Za-z', 1)}7${random.pick('A-Za-z0-9', 30)}`;
const password = `${random.pick('A-Za-z', 6)}!${random.pick('0-9', 3)}`;

describe('a key and its value', () => {
  it.each([
    `api_key=${token}`,
    `api_key = ${token}`,
    `apiKey: '${token}'`,
    `"api_key": "${token}"`,
    `\\"api_key\\":\\"${token}\\"`,
    `api_key := "${token}"`,
    `'api_key' => '${token}',`,
    `API_KEY ?= ${token}`,
    `export SERVICE_API_KEY=${token}`,
    `const apiKey: string = "${token}";`,
    `api key: ${token}`,
    `https://example.com/?a=1&api_key=${token}&b=2`,
    `<apiKey>${token}</apiKey>`,
    `--api-key ${token}`,
    `["--api-key", "${token}"]`,
    `setProperty("API_KEY", "${token}")`,
    `- name: API_KEY\n  value: ${token}`,
    `{"name":"API_KEY","value":"${token}"}`,
    `<add key="ApiKey" value="${token}" />`,
    `ENV API_KEY ${token}`,
    `the API key is ${token}`,
    `X-Api-Key: ${token}`,
    `api_key:\n    "${token}"`,
  ])('is found in %j', (text) => {
    expect(redact(text)).not.toContain(token);
    expect(redact(text)).toContain('[redacted:');
  });

  it('keeps everything but the value', () => {
    expect(redact(`a=1 password="${password}" b=2`)).toBe('a=1 password="[redacted:password]" b=2');
    expect(redact(`Authorization: Bearer ${token}\nHost: x`)).toBe('Authorization: Bearer [redacted:authorization]\nHost: x');
    expect(redact(`Cookie: sid=${token}; theme=dark\r\nHost: x`)).toBe('Cookie: [redacted:cookie]\r\nHost: x');
  });

  it('takes out a value to its end, however long', () => {
    const long = random.pick('A-Za-z0-9', 20_000);
    expect(redact(`token=${long} behind`)).toBe('token=[redacted:token] behind');
    expect(redact(`"token":"${long}","next":1`)).toBe('"token":"[redacted:token]","next":1');
  });

  it('is not code, words, counts, or what tells about a secret', () => {
    for (const text of [
      'const token = await getToken();',
      'password: config.get("db.password")',
      'if (password === undefined) throw new Error("no password");',
      'tokens_prompt=1200 max_tokens: 4096 total_tokens: 1540',
      'token_type: Bearer, password_policy: min-12-chars, secret_name: prod/api',
      'primary_key: user_id, cache key abc, public key pinned',
      'x-ratelimit-remaining-tokens: 149984',
      'Password reset is disabled; authentication: required.',
    ]) {
      expect(redact(text)).toBe(text);
    }
  });
});

describe('a secret in disguise', () => {
  const secret = ['glpat', random.pick('A-Za-z0-9', 24)].join('-');

  it('is found behind escapes and percent codes', () => {
    for (const before of ['\\n', '\\t', '\\u0022', '%3D', '%22', '/', '=', '(', ':'])
      expect(redact(`x${before}${secret} y`)).not.toContain(secret);
  });

  it('is found inside base64, its url-safe form, and UTF-16 and UTF-32 inside it', () => {
    const wrapped = Buffer.from(JSON.stringify({ user: 'me', note: `use ${secret} today` }));
    expect(redact(`data: ${wrapped.toString('base64')} end`)).toBe('data: [redacted:base64_gitlab_token] end');
    expect(redact(`data: ${wrapped.toString('base64url')} end`)).toBe('data: [redacted:base64_gitlab_token] end');
    expect(redact(`payload=${wrapped.toString('base64')} size=60`)).toBe('payload=[redacted:base64_gitlab_token] size=60');
    expect(redact(`?state=a&data=${wrapped.toString('base64url')}&x=1`)).toBe('?state=a&data=[redacted:base64_gitlab_token]&x=1');
    const utf16 = Buffer.from(`set x=${secret} and go on`, 'utf16le').toString('base64');
    expect(redact(`powershell -enc ${utf16}`)).toBe('powershell -enc [redacted:base64_gitlab_token]');
    const utf32 = Buffer.from(Array.from(`set x=${secret} and go on`).join('\0\0\0')).toString('base64');
    expect(redact(`data: ${utf32}`)).toBe('data: [redacted:base64_gitlab_token]');
  });

  it('is found deep inside a long run of base64', () => {
    const wrapped = Buffer.from(`${'plain words and more of them. '.repeat(400)} ${secret} ${'the end of it all. '.repeat(100)}`).toString(
      'base64',
    );
    expect(redact(wrapped)).not.toContain(Buffer.from(secret).toString('base64').slice(4, 20));
    expect(redact(wrapped)).toContain('[redacted:base64_');
  });

  it('is found in the user part of a URL', () => {
    expect(redact(`postgres://app:${password}@db:5432/x`)).toBe('postgres://app:[redacted:url_password]@db:5432/x');
    expect(redact(`https://${token}@example.com/`)).toBe('https://[redacted:url_token]@example.com/');
  });

  it('is found in a stack trace, which else stays', () => {
    const frames = ['at send (file:///srv/app/src/client.ts:10:5)', 'at async Promise.all (index 0)'];
    const stack = [`Error: request with ${secret} failed`, ...frames].join('\n    ');
    expect(redact(stack)).toBe(stack.replace(secret, '[redacted:gitlab_token]'));
  });
});

describe('a private key', () => {
  const begin = (label: string): string => `-----BEGIN ${label}-----`;
  const end = (label: string): string => `-----END ${label}-----`;
  const body = Array.from({ length: 40 }, () => random.pick('A-Za-z0-9', 64)).join('\n');

  it.each(['RSA PRIVATE', 'PRIVATE', 'EC PRIVATE', 'OPENSSH PRIVATE', 'ENCRYPTED PRIVATE', 'PGP PRIVATE'])(
    '%s is taken out whole',
    (kind) => {
      const label = kind === 'PGP PRIVATE' ? `${kind} KEY BLOCK` : `${kind} KEY`;
      expect(redact(`a\n${begin(label)}\n${body}\n${end(label)}\nb`)).toBe('a\n[redacted:private_key]\nb');
    },
  );

  it('is taken out with escaped line ends, with headers, and cut off', () => {
    const label = 'RSA PRIVATE KEY';
    expect(redact(`{"key":"${begin(label)}\\n${body.replaceAll('\n', '\\n')}\\n${end(label)}\\n"}`)).not.toContain(body.slice(0, 64));
    expect(redact(`${begin(label)}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${body}\n${end(label)}`)).toBe(
      '[redacted:private_key]',
    );
    expect(redact(`${begin(label)}\n${body}`)).toBe('[redacted:private_key]');
  });

  it('is not a public key or a certificate', () => {
    for (const label of ['PUBLIC KEY', 'CERTIFICATE']) {
      const text = `${begin(label)}\n${body}\n${end(label)}`;
      expect(redact(text)).toBe(text);
    }
  });
});

it("a PuTTY key ends where its checksum's line begins", () => {
  const random = createExamples(4);
  const lines = [random.pick('A-Za-z0-9+/', 64), random.pick('A-Za-z0-9+/', 40)];
  expect(createRedactor().text(['Private-Lines: 2', ...lines, 'Private-MAC: 0', 'next'].join('\n'))).toBe(
    'Private-Lines: 2\n[redacted:putty_key]Private-MAC: 0\nnext',
  );
});

it.each(['sk', 'adm'])('the keys that this proxy makes are known by their form: %s-proxy-…', (prefix) => {
  const key = [prefix, 'proxy', createExamples(5).pick('A-Za-z0-9_-', 32)].join('-');
  expect(createRedactor().text(`try ${key}, it works`)).toBe('try [redacted:codex_proxy_key], it works');
});

it('a stream that keeps lines keeps those that a return ends, too', () => {
  const key = createExamples(3).pick('A-Za-z0-9', 64);
  for (const size of [1, 7, 500]) {
    const stream = createRedactor().stream('text', { keepsLines: true });
    const text = `Private-Lines: 1\n${key}\r${key}\n-- end`;
    let output = '';
    for (let at = 0; at < text.length; at += size) output += stream.push(text.slice(at, at + size));
    expect(output + stream.end()).toBe('Private-Lines: 1\n[redacted:putty_key]\r \n-- end');
  }
});
