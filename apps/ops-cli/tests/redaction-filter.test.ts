import { createRedactor, PROFILES, type Profile } from '@codex-proxy/redaction';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endings, filtered, filteredInPieces } from './support/filter.ts';
import { githubToken, privateKey, random } from './support/secrets.ts';

const redactor = createRedactor();
const PROFILE_NAMES = Object.keys(PROFILES).filter((name): name is Profile => name in PROFILES);

describe('a text', () => {
  it('loses its secrets and keeps its lines', () => {
    expect(filtered(`push with ${githubToken()}\nmail ann@example.com`)).toBe('push with [redacted:github_token]\nmail [redacted:email]');
  });

  it('without anything to take out comes back as it was', () => {
    const text = 'one\r\n\r\n\n  two\t\n{ not json }\n[info] started\n\u0000\ufeff\rthree';
    expect(filtered(text)).toBe(text);
  });

  it.each(['\n', '\r\n'])('has blank lines where a private key stood (%j)', (ending) => {
    const text = ['before', privateKey(3, ending), 'after', 'end', ''].join(ending);
    expect(filtered(text)).toBe(['before', '[redacted:private_key]', '', '', '', '', 'after', 'end', ''].join(ending));
  });

  it('keeps what stands on the lines where a private key begins and ends', () => {
    const text = `a\nKEY="${privateKey(2)}" # mine\nb\nc\n`;
    expect(filtered(text)).toBe('a\nKEY="[redacted:private_key]\n\n\n" # mine\nb\nc\n');
  });

  it('finds its lines again behind several private keys', () => {
    const text = `${privateKey(3)}\n${privateKey(3)}\nmiddle\n${privateKey(1)}\n${githubToken()}\nlast\n`;
    const output = filtered(text).split('\n');
    const lines = text.split('\n');
    expect(output).toHaveLength(lines.length);
    for (const line of ['middle', 'last']) expect(output.indexOf(line)).toBe(lines.indexOf(line));
  });

  it('with a private key that never ends, and one larger than what is remembered', () => {
    const text = `first\n${privateKey(20_000)}\n!\nlast\n`;
    const output = filtered(text);
    expect(output).toBe(`first\n[redacted:private_key]\n${'\n'.repeat(20_001)}!\nlast\n`);
    const cut = privateKey(20_000).slice(0, -40);
    expect(filtered(`first\n${cut}`)).toBe(`first\n[redacted:private_key]${endings(cut)}`);
  });

  it('in one line of any length is searched from end to end', () => {
    const words = 'word and more words '.repeat(20_000);
    expect(filtered(`${words}${githubToken()} ${words}\nend`, 'text', { longestDocument: 4096 })).toBe(
      `${words}[redacted:github_token] ${words}\nend`,
    );
  });
});

describe('JSON', () => {
  it('in a line is judged by its keys, and keeps its form', () => {
    expect(filtered('a\n{ "password" : "x",  "n": 12345678901234567890 }\nb')).toBe(
      'a\n{ "password" : "[redacted:password]",  "n": 12345678901234567890 }\nb',
    );
  });

  it('over several lines is judged by its keys, and keeps its lines', () => {
    const document = { model: 'm', messages: [{ role: 'user', content: 'tell me of whales' }], password: { old: 'x', new: 'y' } };
    const text = `curl says:\n${JSON.stringify(document, null, 2)}\ndone\n`;
    const output = filtered(text, 'log');
    expect(endings(output)).toBe(endings(text));
    expect(output.split('\n').at(-2)).toBe('done');
    expect(JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))).toEqual({
      model: 'm',
      messages: '[redacted:content:array:1]',
      password: '[redacted:password]',
    });
  });

  it('behind a prefix is judged by its keys', () => {
    expect(filtered('proxy-1  | {"messages":["whales"],"n":1}\n', 'log')).toBe(
      'proxy-1  | {"messages":"[redacted:content:array:1]","n":1}\n',
    );
    expect(filtered('data: {"content":"whales"}\n\ndata: [DONE]\n', 'trace')).toBe(
      'data: {"content":"[redacted:content:string:6]"}\n\ndata: [DONE]\n',
    );
  });

  it('loses all that a key held which comes twice', () => {
    const output = filtered('{"password":"first secret","password":"second","a":1}\n');
    expect(output).toBe('{"password":"[redacted:password]","a":1}\n');
    expect(filtered(`{"a":"${githubToken()}",\n"a":1}\n`)).toBe('{"a":1}\n\n');
  });

  it('whose keys are secrets stays JSON', () => {
    const text = `{"${githubToken(1)}": 1, "a": {"${githubToken(1)}": 1, "${githubToken(2)}": 2}}`;
    const output = filtered(text);
    expect(output).not.toContain('ghp');
    expect(Object.keys(JSON.parse(output))).toEqual(['[redacted:github_token]', 'a']);
  });

  it('that only begins like it is text', () => {
    const text = `{\n  "a": [\n${githubToken()}\n{"password":"x"}\n`;
    expect(filtered(text)).toBe('{\n  "a": [\n[redacted:github_token]\n{"password":"[redacted:password]"}\n');
    expect(filtered('[\n[12:00] a\n{"password":"x"}')).toBe('[\n[12:00] a\n{"password":"[redacted:password]"}');
  });

  it('that is too long is searched as text, and reported once with its line', () => {
    const lines: number[] = [];
    const onLongDocument = ({ line }: { line: number }): void => void lines.push(line);
    const long = JSON.stringify({ password: random(12), pad: 'x y '.repeat(200), token: githubToken() });
    const pretty = JSON.stringify({ token: githubToken(), pad: Array.from({ length: 60 }, () => 'lorem ipsum') }, null, 2);
    const output = filtered(`a\n${long}\nb\n${pretty}\n${'word '.repeat(300)}\n`, 'text', { onLongDocument, longestDocument: 600 });
    expect(output).not.toContain('ghp');
    expect(output).not.toContain(random(12));
    expect(lines).toEqual([2, 4]);
  });
});

const FRAGMENTS = [
  ...['\n', '\r\n', '\n\n', '\r', ' ', '{', '}', '[', ']', '"', ':', ',', '\\', '[redacted:', '[redacted:email]', 'é😀', '\0'],
  ...['password: hunter2hunter\n', 'ann@example.com', '{"password":"x"}', '{"messages": ["a"],\n "n": 1}\n', 'plain words', '-----BEGIN '],
  ...['true', '12', 'x | {"token": "abc"}\n', '----', '}\n', '{\n', '[\n'],
];

const text = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...FRAGMENTS) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.nat(12), fc.constantFrom('\n', '\r\n'), fc.nat(99))
          .map(([n, ending, seed]) => privateKey(n, ending, seed + 1)),
      },
      { weight: 1, arbitrary: fc.nat(99).map((seed) => githubToken(seed + 1)) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.json(), fc.constantFrom(0, 1, 2))
          .map(([json, indent]) => `\n${JSON.stringify(JSON.parse(json), null, indent)}\n`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom('word ', 'ab12', 'line\n'), fc.nat(3000)).map(([part, times]) => part.repeat(times)),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('for any text', () => {
  it('the line endings stay as they were, all of them', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...PROFILE_NAMES), (whole, profile) => {
        expect(endings(filtered(whole, profile))).toBe(endings(whole));
      }),
      { numRuns: 400 },
    );
  });

  it('any chunking gives the same', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 });
    fc.assert(
      fc.property(text, sizes, fc.constantFrom(...PROFILE_NAMES), fc.constantFrom(100, 5000), (whole, pieces, profile, longestDocument) => {
        expect(filteredInPieces(whole, pieces, profile, { longestDocument })).toBe(filtered(whole, profile, { longestDocument }));
      }),
      { numRuns: 400 },
    );
  });

  it('without JSON, what comes out is what the redactor gives, and blank lines', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const plain = whole.replaceAll(/[{}]/g, '').replaceAll(/^\s*\[/gm, '(');
        const withoutBreaks = (lines: string): string => lines.replaceAll(/[\r\n]/g, '');
        expect(withoutBreaks(filtered(plain))).toBe(withoutBreaks(redactor.text(plain)));
      }),
      { numRuns: 400 },
    );
  });

  it('JSON stays JSON, and says what the redactor makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, 4), fc.constantFrom(...PROFILE_NAMES), (value, indent, profile) => {
        const document = { value, password: 'x', messages: [value] };
        const source = JSON.stringify(document, null, indent);
        expect(JSON.parse(filtered(source, profile))).toEqual(JSON.parse(JSON.stringify(redactor.value(JSON.parse(source), profile))));
      }),
      { numRuns: 300 },
    );
  });
});
