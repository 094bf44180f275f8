import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, OUTSIDE, PRETEND_OLD, REPOSITORY, run, SHIM, start, SYSTEM_NODE, type StartOptions } from '../support/codex-ops.ts';
import { githubToken, privateKey } from '../support/secrets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-ops-redact-'));
});
afterAll(() => rm(folder, { recursive: true }));

const INPUT = `a ${githubToken()}\r\n${privateKey(2)}\n{"password":"x", "n":1}\nlast`;
const OUTPUT = 'a [redacted:github_token]\r\n[redacted:private_key]\n\n\n\n{"password":"[redacted:password]", "n":1}\nlast';

describe.each<[string, StartOptions]>([
  ["the machine's own Node", { node: SYSTEM_NODE }],
  ['the pinned Node', { node: process.execPath }],
  ['a Node that is too old', { node: SYSTEM_NODE, nodeOptions: PRETEND_OLD }],
])('on %s', (_node, options) => {
  test('a text is redacted, line for line', async () => {
    expect(await run(['redact'], INPUT, options)).toEqual({ code: 0, signal: null, out: OUTPUT, err: '' });
  });

  test('help, mistakes and the version end as they should', async () => {
    expect(await run(['--version'], '', options)).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
    expect(await run(['redact', '--profile', 'no'], INPUT, options)).toMatchObject({ code: 2, out: '' });
    expect((await run(['help', 'redact'], '', options)).out).toContain('Usage: codex-ops redact');
  });

  test('a reader that leaves ends it quietly', async () => {
    const child = start(['redact'], options);
    child.stdin.on('error', () => undefined);
    const end = ended(child);
    child.stdout.once('data', () => child.stdout.destroy());
    for (let line = 0; child.exitCode === null && line < 20_000 && child.stdin.writable; line += 1) {
      if (!child.stdin.write(`${'plain words '.repeat(20)}\n`)) await Promise.race([once(child.stdin, 'drain').catch(() => end), end]);
    }
    child.stdin.end();
    expect(await end).toMatchObject({ code: 0, signal: null, err: '' });
  });

  test('SIGINT ends it', async () => {
    const child = start(['redact'], options);
    const end = ended(child);
    child.stdin.write('{"begun":1}\n');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: null, signal: 'SIGINT', out: '{"begun":1}\n' });
  });
});

test('npx finds it at the root of a checkout', async () => {
  expect(existsSync(join(REPOSITORY, 'node_modules/.bin/codex-ops'))).toBe(true);
  const env = { PATH: OUTSIDE.join(delimiter), HOME: folder, npm_config_offline: 'true', npm_config_update_notifier: 'false' };
  const { stdout } = await promisify(execFile)('npx', ['codex-ops', '--version'], { cwd: REPOSITORY, env });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('bytes that are no text go through', async () => {
  const bytes = Buffer.alloc(300_000);
  for (let at = 0, state = 7; at < bytes.length; at += 1) {
    state = (state * 48_271) % 2_147_483_647;
    bytes[at] = state & 255;
  }
  const newlines = (text: string): number => text.split('\n').length;
  const { code, out, err } = await run(['redact'], bytes);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(newlines(out)).toBe(newlines(bytes.toString()));
});

test('a folder for standard input is refused with a sentence', async () => {
  const source = await open(folder);
  const child = spawn(process.execPath, [SHIM, 'redact'], { stdio: [source.fd, 'pipe', 'pipe'] });
  const end = ended(child);
  await source.close();
  expect(await end).toEqual({ code: 1, signal: null, out: '', err: 'codex-ops: standard input cannot be read (EISDIR)\n' });
});

test('a rule with a pattern of its own is judged and runs', async () => {
  const rules = join(folder, 'pattern.json');
  await writeFile(rules, JSON.stringify({ rules: [{ id: 'ticket', literals: ['TCK-'], pattern: 'TCK-[0-9]{6}' }] }));
  expect((await run(['redact', '--rules', rules], 'see TCK-123456\n')).out).toBe('see [redacted:ticket]\n');
});

test('rules come from the file in the environment, and from the one that is named', async () => {
  const rules = join(folder, 'rules.json');
  await writeFile(rules, JSON.stringify({ secretKeys: ['launch_code'] }));
  const out = '{"launch_code":"[redacted:secret]"}';
  expect((await run(['redact'], '{"launch_code":"x"}', { environment: { REDACTION_RULES: rules } })).out).toBe(out);
  expect((await run(['redact', '--rules', rules], '{"launch_code":"x"}')).out).toBe(out);
  expect(await run(['redact', '--rules', join(folder, 'none.json')], 'x')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('(ENOENT)'),
  });
});

test('fifty megabytes keep every line, whatever stands in them', async () => {
  const input = join(folder, 'large.txt');
  const output = join(folder, 'large.out');
  const block = [
    JSON.stringify({ event: 'request_completed', request_id: 'req_0123456789', note: 'all is well '.repeat(50) }),
    'plain line of a log, nothing in it '.repeat(8),
    `token ${githubToken()}`,
    privateKey(20),
    'word '.repeat(3000),
    '',
  ].join('\n');
  const file = await open(input, 'w');
  const times = Math.ceil((50 * 1024 * 1024) / block.length);
  for (let written = 0; written < times; written += 100) await file.write(block.repeat(Math.min(100, times - written)));
  await file.close();

  await promisify(execFile)('sh', ['-c', `exec "${SYSTEM_NODE}" "${SHIM}" redact < "${input}" > "${output}"`]);
  const text = await readFile(output, 'utf8');
  const expected = block
    .replace(githubToken(), '[redacted:github_token]')
    .replace(privateKey(20), `[redacted:private_key]${'\n'.repeat(21)}`);
  expect(text.length).toBe(expected.length * times);
  expect(text === expected.repeat(times)).toBe(true);
});
