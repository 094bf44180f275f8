import { COMMAND_GROUPS, COMMANDS, runCli } from '@codex-proxy/ops-cli';
import { PROFILES } from '@codex-proxy/redaction';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { githubToken, random } from './support/secrets.ts';
import { createTerminal, type TerminalOptions } from './support/terminal.ts';

async function run(args: readonly string[], options?: TerminalOptions): Promise<{ code: number; out: string; err: string }> {
  const terminal = createTerminal(options);
  const code = await runCli(args, terminal);
  return { code, ...terminal.printed };
}

const ESCAPE = '\u001b[';

describe('help', () => {
  it('lists every command', async () => {
    const { code, out, err } = await run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const alone = COMMANDS.filter(({ name }) => !name.includes(' '));
    for (const { name, summary } of [...alone, ...COMMAND_GROUPS]) {
      expect(out).toContain(`  ${name} `);
      expect(out.replaceAll(/\s+/g, ' ')).toContain(summary);
    }
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))('of %s shows all that its table holds', async (name, command) => {
    const { code, out } = await run(['help', ...name.split(' ')]);
    expect(code).toBe(0);
    expect((await run([...name.split(' '), '--help'])).out).toBe(out);
    const flowing = out.replaceAll(/\s+/g, ' ');
    for (const paragraph of command.description) expect(flowing).toContain(paragraph);
    for (const option of command.options) expect(flowing).toContain(`--${option.name} `);
    for (const { line, description } of command.examples) {
      expect(out).toContain(`  ${line}\n`);
      expect(flowing).toContain(description);
    }
    for (const { code: exitCode, description } of command.exitCodes) expect(flowing).toContain(`${exitCode} ${description}`);
    expect(out.endsWith('\n')).toBe(true);
  });

  it.each([40, 50, 60, 80, 200])('fits a terminal of %i columns', async (columns) => {
    for (const name of ['', ...COMMAND_GROUPS.map((group) => group.name), ...COMMANDS.map((command) => command.name)]) {
      const { out } = await run(['help', ...name.split(' ')].filter(Boolean), { isTTY: true, columns });
      // What is to be pasted and a word that is too wide are left whole.
      const indented = out.split('\n').filter((line) => !line.includes('codex-ops ') && line.trim().includes(' '));
      for (const line of indented) expect(line.replaceAll(/\u001b\[\d+m/g, '').length, line).toBeLessThanOrEqual(columns);
    }
  });

  it('has colour on a terminal, and none elsewhere or where NO_COLOR is set', async () => {
    expect((await run(['help', 'redact'], { isTTY: true })).out).toContain(ESCAPE);
    expect((await run(['help', 'redact'], { isTTY: true, environment: { NO_COLOR: '1' } })).out).not.toContain(ESCAPE);
    expect((await run(['help', 'redact'], { isTTY: true, environment: { TERM: 'dumb' } })).out).not.toContain(ESCAPE);
    expect((await run(['help', 'redact'])).out).not.toContain(ESCAPE);
  });

  it('goes to standard error where no command is given', async () => {
    expect(await run([])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('redact') });
  });
});

it('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

describe('a mistake', () => {
  const secret = githubToken();
  const mistakes: [args: string[], sentence: string][] = [
    [['help', 'redcat'], "unknown command 'redcat'\n(Did you mean redact?)\nTry 'codex-ops --help'."],
    [['redcat'], "unknown command 'redcat'\n(Did you mean redact?)\nTry 'codex-ops --help'."],
    [['--verbose'], "unknown option '--verbose'\nTry 'codex-ops --help'."],
    [['redact', '--rule', 'x'], "unknown option '--rule'\n(Did you mean --rules?)\nTry 'codex-ops redact --help'."],
    [['redact', `--tokn=${secret}`], "unknown option '--tokn'\nTry 'codex-ops redact --help'."],
    [['redact', secret], "too many arguments for 'redact': it takes none\nTry 'codex-ops redact --help'."],
    [['redact', '--rules'], "option '--rules <FILE>' argument missing\nTry 'codex-ops redact --help'."],
    [
      ['redact', '--profile', 'all'],
      "option '--profile <PROFILE>' argument 'all' is invalid. Allowed choices are text, log, trace, archive.\nTry 'codex-ops redact --help'.",
    ],
  ];
  it.each(mistakes)('%j is named in a sentence, with exit code 2', async (args, sentence) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err: `codex-ops: ${sentence}\n` });
  });
});

describe('a token that was typed where something else belongs', () => {
  const tokens = ['sk', 'adm'].map((kind) => [kind, 'proxy', random(32)].join('-'));
  const calls = (token: string): readonly (readonly string[])[] => [
    ...[[token], [token, '--help'], ['runs', token], ['redact', '--profile', token], ['logs', '--event', token], ['logs', '--code', token]],
    ...[
      ['archive', 'verify', token],
      ['archive', 'restore', token, '--stdout'],
      ['archive', 'list', '--state-dir', token],
    ],
    ['evidence', 'capture', '--out', 'x', '--alert', token],
  ];
  it.each(tokens.flatMap(calls))('is not printed: %s %s %s %s', async (...args) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: expect.toSatisfy((each) => each !== 0), out: '' });
    expect(err).toContain('[redacted:codex_proxy_key]');
    for (const token of tokens) expect(err).not.toContain(token);
  });
});

describe('redact', () => {
  it('offers every profile that there is', () => {
    const profile = COMMANDS.find(({ name }) => name === 'redact')?.options.find(({ name }) => name === 'profile');
    expect(profile?.kind === 'choice' ? profile.accepted.map(({ value }) => value).toSorted() : []).toEqual(
      Object.keys(PROFILES).toSorted(),
    );
  });

  it('reads standard input and writes standard output', async () => {
    expect(await run(['redact'], { input: `a ${githubToken()}\r\nb` })).toEqual({
      code: 0,
      out: 'a [redacted:github_token]\r\nb',
      err: '',
    });
  });

  it('judges by the profile', async () => {
    const input = '{"content":"whales","ip":"203.0.113.9 8.8.8.8"}\n';
    const outputs = await Promise.all(
      ['text', 'log', 'trace', 'archive'].map(async (profile) => (await run(['redact', '--profile', profile], { input })).out),
    );
    expect(outputs.map((out) => JSON.parse(out).content)).toEqual([
      'whales',
      '[redacted:content:string:6]',
      '[redacted:content:string:6]',
      'whales',
    ]);
    expect(outputs.map((out) => out.includes('8.8.8.8'))).toEqual([true, true, true, false]);
  });

  it('is not stopped by bytes that are no text, wherever they are cut', async () => {
    const bytes = Buffer.concat([Buffer.from('a\0é'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from(`\n\ufeff${githubToken()}\n😀`)]);
    const whole = await run(['redact'], { input: [bytes] });
    expect(whole).toEqual({ code: 0, out: 'a\0é\ufffd\ufffd\ufffd\n\ufeff[redacted:github_token]\n😀', err: '' });
    expect(await run(['redact'], { input: [...bytes].map((byte) => Uint8Array.of(byte)) })).toEqual(whole);
  });

  it('counts what it took out', async () => {
    const input = `${githubToken(1)} ${githubToken(2)}\nann@example.com [redacted:email]\n`;
    expect((await run(['redact', '--stats'], { input })).err).toBe('2  github_token\n1  email\n');
    expect((await run(['redact', '--stats'], { input: 'nothing' })).err).toBe('nothing was taken out\n');
  });

  it('says that it waits for the keyboard', async () => {
    expect((await run(['redact'], { isTTY: true })).err).toBe('codex-ops: reading from the terminal; end with Ctrl-D\n');
  });

  it('says when the input breaks off, after all that came before', async () => {
    const terminal = createTerminal();
    const stdin = {
      async *[Symbol.asyncIterator]() {
        yield await Promise.resolve(Buffer.from(`${githubToken()}\nhalf`));
        throw Object.assign(new Error('secret words'), { code: 'EISDIR' });
      },
    };
    expect(await runCli(['redact'], { ...terminal, stdin })).toBe(1);
    expect(terminal.printed).toEqual({ out: '[redacted:github_token]\nhalf', err: 'codex-ops: standard input cannot be read (EISDIR)\n' });
  });
});

describe('rules of an operator', () => {
  const rules = { rules: [{ id: 'ticket', literals: ['TCK-'], pattern: 'TCK-[0-9]{6}' }], secretKeys: ['launch_code'] };
  const files = { 'rules.json': JSON.stringify(rules) };
  const input = 'see TCK-123456\n{"launch_code":"x"}\n';
  const out = 'see [redacted:ticket]\n{"launch_code":"[redacted:secret]"}\n';

  it('come from the file that is named, else from the environment', async () => {
    expect((await run(['redact', '--rules', 'rules.json'], { input, files })).out.split('\n')[0]).toBe(out.split('\n')[0]);
    const inherited = await run(['redact'], { input, files, environment: { REDACTION_RULES: 'rules.json' } });
    expect(inherited.out).toContain('see [redacted:ticket]\n');
    expect(inherited.out).not.toContain('"x"');
    expect((await run(['redact'], { input, environment: { REDACTION_RULES: '' } })).code).toBe(0);
  });

  const secret = githubToken();
  const wrong: [what: string, text: string | undefined, sentence: string][] = [
    ['is missing', undefined, 'cannot be read (ENOENT)'],
    ['is no JSON', `{"${secret}`, 'are not JSON'],
    ['is no object', '[]', 'cannot be used: an object with rules, safeKeys, secretKeys or contentKeys was expected'],
    [
      'has a key that is not known',
      `{"${secret}":1}`,
      'cannot be used: a key beside rules, safeKeys, secretKeys and contentKeys is not known',
    ],
    [
      'has a pattern that does not compile',
      JSON.stringify({ rules: [{ id: 'a', literals: ['abc'], pattern: `(${secret}` }] }),
      'cannot be used: rules[0].pattern: does not compile',
    ],
  ];
  it.each(wrong)('are refused when the file %s, and not quoted', async (_what, text, sentence) => {
    const result = await run(['redact', '--rules', 'r.json'], { input, files: text === undefined ? {} : { 'r.json': text } });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toBe(`codex-ops: the rules in r.json ${sentence}\nTry 'codex-ops redact --help'.\n`);
  });
});
