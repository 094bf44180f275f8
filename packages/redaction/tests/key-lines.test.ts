import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyLineStream, createRedactor, LONGEST_HELD_BACK } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(404);
const dashes = '-'.repeat(5);
const begin = (label = 'RSA'): string => `${dashes}BEGIN ${label} PRIVATE KEY${dashes}`;
const end = (label = 'RSA'): string => `${dashes}END ${label} PRIVATE KEY${dashes}`;
const OUT = '[redacted:private_key]';

function keyOf(lines: number): readonly string[] {
  return [...Array.from({ length: lines }, () => random.pick('A-Za-z0-9+/', 64)), `${random.pick('A-Za-z0-9+/', 22)}==`];
}

/** What a log writes around the line with this number. */
type Around = readonly [before: (line: number) => string, behind?: (line: number) => string];

const two = (number: number): string => String(number % 60).padStart(2, '0');

const LOGS: Readonly<Record<string, Around>> = {
  'syslog with a process id': [() => 'host1 app[4711]: '],
  'syslog with a time': [(line) => `Jun 30 23:59:${two(58 + line)} host1 codex-proxy[4711]: `],
  'syslog at the end of a month': [(line) => `${line < 3 ? 'Jun 30 23' : 'Jul  1 00'}:59:00 host1 codex-proxy[4711]: `],
  journald: [() => 'host1 codex-proxy[4711]: '],
  'a priority': [() => '<6>'],
  'a pod in brackets': [() => '[pod/api-7d9f8b6c5-x2k4q/main] '],
  'a service in brackets': [() => '[api-1] '],
  'a service and a bar': [() => 'api-1  | '],
  'a coloured service': [() => '\u001b[36mapi-1  | \u001b[0m'],
  klog: [(line) => `I0610 12:00:${two(line)}.${100_000 + line * 7919}    4711 x.go:12] `],
  'a time of changing length': [(line) => `2026-06-10T12:00:${two(line)}${line % 3 === 0 ? '' : `.${line * 31}`}Z app: `],
  'a time of GitHub Actions': [(line) => `2026-06-10T12:00:${two(line)}.${1_234_567 + line}Z `],
  'an id of its own each line': [() => `level=info req=${random.pick('a-f0-9', 7)}1 msg: `],
  'a file and a number': [(line) => `key.pem:${line + 1}:`],
  'numbered lines': [(line) => `${String(line + 1).padStart(6)}\t`],
  'a word': [() => 'app: '],
  'a level': [() => 'INFO '],
  'a sign beyond ASCII': [() => '│ ', () => ' │'],
  'NDJSON, the message last': [(line) => `{"level":30,"time":${1_781_000_000_000 + line},"pid":7,"msg":"`, () => '"}'],
  'NDJSON, the message first': [() => '{"msg":"', (line) => `","seq":${line + 8},"level":"info"}`],
  'the log files of containers': [() => '{"log":"', (line) => `\\n","stream":"stdout","time":"2026-06-10T12:00:${two(line)}Z"}`],
  'a program that writes it': [() => '  pem.append("', () => '\\n");'],
};

function logOf(lines: readonly string[], [before, behind = () => '']: Around, ending = '\n'): string {
  return lines.map((line, index) => `${before(index)}${line}${behind(index)}${ending}`).join('');
}

function chunked(text: string, size: number, options?: { readonly keepsLines: boolean }): string {
  const stream = redactor.stream('text', options);
  let output = '';
  for (let at = 0; at < text.length; at += size) output += stream.push(text.slice(at, at + size));
  return output + stream.end();
}

describe('a private key, line by line behind what a log writes', () => {
  describe.each(Object.entries(LOGS))('%s', (_, around) => {
    it.each(['\n', '\r\n'])('is taken out, and nothing else: lines end in %j', (ending) => {
      const key = [begin(), ...keyOf(20), end()];
      // Some of what stands before changes with each call.
      const parts = key.map((line, index) => [around[0](index), line, around[1]?.(index) ?? ''] as const);
      const written = (replace: (line: string) => string): string =>
        parts.map(([before, line, behind]) => `${before}${replace(line)}${behind}${ending}`).join('');
      const log = `started${ending}${written((line) => line)}done${ending}`;
      const expected = `started${ending}${written(() => OUT)}done${ending}`;
      expect(redactor.text(log)).toBe(expected);
      expect(redactor.text(expected)).toBe(expected);
      for (const size of [1, 17, 700, 100_000]) {
        expect(chunked(log, size)).toBe(expected);
        expect(chunked(log, size, { keepsLines: true })).toBe(expected);
      }
    });

    it('is taken out when it is cut off, and has headers', () => {
      const body = keyOf(5).slice(0, 5);
      const lines = [begin(), 'Proc-Type: 4,ENCRYPTED', `DEK-Info: AES-128-CBC,${random.pick('A-F0-9', 32)}`, '', ...body];
      const redacted = redactor.text(logOf(lines, around));
      for (const line of body) expect(redacted).not.toContain(line.slice(0, 20));
      expect(redacted).toContain('4,ENCRYPTED');
    });
  });

  it.each([
    ['host1 app[4711]: ', 'key: ', ''],
    ['api-1  | ', 'PRIVATE_KEY="', '"'],
    ['2026-06-10T12:00:07.123Z app: ', 'key2 = ', ''],
    ['[pod/x] ', "+ KEY='", "'"],
    ['app: ', '"', '"'],
  ])('is taken out behind %j where its first line has more before it, %j', (before, more, last) => {
    const body = keyOf(6);
    const [top, bottom] = [`${before}${more}`, `${last}\n${before}ready\n`];
    const log = `${top}${begin()}\n${logOf([...body, end()], [() => before]).trimEnd()}${bottom}`;
    const expected = `${top}${OUT}\n${logOf(
      [...body, ''].map(() => OUT),
      [() => before],
    ).trimEnd()}${bottom}`;
    expect(redactor.text(log)).toBe(expected);
    expect(chunked(log, 31)).toBe(expected);
    expect(redactor.text(expected)).toBe(expected);
  });

  it('of OpenPGP is taken out with its checksum, and so is one whose slashes are escaped', () => {
    const label = ['PGP PRIVATE KEY BLOCK', dashes].join('');
    const lines = ['Version: GnuPG v2', '', ...keyOf(3), `=${random.pick('A-Za-z0-9', 4)}`];
    const log = logOf([`${dashes}BEGIN ${label}`, ...lines, `${dashes}END ${label}`], [() => 'host1 gpg[7]: ']);
    const out = [OUT, ...lines.slice(0, 2), ...Array.from({ length: 6 }, () => OUT)];
    expect(redactor.text(log)).toBe(logOf(out, [() => 'host1 gpg[7]: ']));
    const php: Around = [() => '{"message":"', () => '"}'];
    const escaped = logOf([begin(), ...keyOf(9).map((line) => line.replaceAll('/', '\\/')), end()], php);
    expect(redactor.text(escaped)).toBe(
      logOf(
        Array.from({ length: 12 }, () => OUT),
        php,
      ),
    );
  });

  it('is found between lines of others', () => {
    const body = keyOf(6);
    const lines = [begin(), ...body, end()].flatMap((line, index) => [`api-1  | ${line}`, `web-1  | GET /${index} 200`]);
    const redacted = redactor.text(lines.join('\n'));
    for (const line of body) expect(redacted).not.toContain(line);
    expect(redacted.match(/GET/g)).toHaveLength(9);
  });

  it.each(['<br>', '<br/>\n', '&#10;', '&#xA;'])('is taken out whole where lines end in %j', (ending) => {
    const body = keyOf(4);
    expect(redactor.text(`<p>${[begin(), ...body, end()].join(ending)}</p>`)).toBe(`<p>${OUT}</p>`);
  });

  it('is found twice, and in one line of any length', () => {
    const [one, other] = [keyOf(4), [random.pick('A-Za-z0-9', 5000)]];
    const log = logOf([begin(), ...one, begin('EC'), ...other, end('EC')], [() => 'host1 app[7]: ']);
    const expected = logOf(
      Array.from({ length: 9 }, () => OUT),
      [() => 'host1 app[7]: '],
    );
    expect(redactor.text(log)).toBe(expected);
    expect(chunked(log, 333)).toBe(expected);
  });

  it('hides nothing else in what stands before it, and is listed', () => {
    const secret = ['glpat', random.pick('A-Za-z0-9', 24)].join('-');
    const before = `host1 app[7] ${secret}: `;
    const body = keyOf(2);
    const log = logOf([begin(), ...body, end()], [() => before]);
    expect(redactor.text(log)).toBe(
      logOf(
        Array.from({ length: 5 }, () => OUT),
        [() => 'host1 app[7] [redacted:gitlab_token]: '],
      ),
    );
    const found = redactor.find(log).map(({ start, end: to, type }) => [type, log.slice(start, to)]);
    expect(found).toEqual(
      [begin(), ...body, end()].flatMap((line) => [
        ['gitlab_token', secret],
        ['private_key', line],
      ]),
    );
  });

  it('is known behind addresses that differ', () => {
    const log = logOf([begin(), ...keyOf(3), end()], [(line) => `<bob.${'ab'.charAt(line % 2)}@example.com> `]);
    expect(redactor.text(log)).toBe(
      logOf(
        Array.from({ length: 6 }, () => OUT),
        [() => '<[redacted:email]> '],
      ),
    );
  });

  it('ends with the key: what follows stays', () => {
    const around: Around = [(line) => `host1 app[${line + 7}]: `];
    const behind = ['ready', random.pick('A-Za-z0-9', 30), 'listening on port 80'];
    const log = logOf([begin(), ...keyOf(2), end(), ...behind], around);
    expect(redactor.text(log).endsWith(logOf(behind, [(line) => `host1 app[${line + 12}]: `]))).toBe(true);
    const cutOff = logOf([begin(), ...keyOf(2), 'ready', 'steady'], around);
    expect(redactor.text(cutOff)).toContain('ready\n');
    expect(redactor.text(cutOff)).toContain('steady\n');
  });

  it('is no certificate, no word about keys, and no list of hashes', () => {
    const around: Around = [(line) => `host1 app[${line}]: `];
    for (const lines of [
      [`${dashes}BEGIN CERTIFICATE${dashes}`, ...keyOf(3), `${dashes}END CERTIFICATE${dashes}`],
      [begin(), 'is how a key begins', 'internationalization', end()],
      [`expected ${begin()}`, 'but there was', random.pick('a-f0-9', 40)],
    ]) {
      const log = logOf(lines, around);
      expect(redactor.text(log)).toBe(log);
    }
  });
});

describe('a stream of such lines', () => {
  const fragment = fc.constantFrom(
    begin(),
    end(),
    'host1 app[7]: ',
    'host1 app[12]: ',
    'web | ',
    '{"msg":"',
    '"}',
    '\n',
    '\n',
    '\r\n',
    ' ',
    'ready',
    'Proc-Type: 4',
    '=',
    '\\/',
    random.pick('A-Za-z0-9+/', 64),
    random.pick('A-Za-z0-9+/', 64),
    random.pick('A-Za-z0-9+/', 20),
    random.pick('A-Za-z0-9+/', 3000),
  );
  const text = fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join(''));
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });

  it('says the same however it is cut, and holds back little', () => {
    fc.assert(
      fc.property(text, sizes, (whole, turns) => {
        for (const stream of [createKeyLineStream(), redactor.stream()]) {
          let output = '';
          for (let at = 0, turn = 0; at < whole.length; turn += 1) {
            const size = turns[turn % turns.length] ?? 1;
            output += stream.push(whole.slice(at, at + size));
            at += size;
            expect(stream.heldBack).toBeLessThanOrEqual(LONGEST_HELD_BACK + 300);
          }
          output += stream.end();
          const atOnce = createKeyLineStream();
          const expected = atOnce.push(whole) + atOnce.end();
          expect(redactor.text(output)).toBe(redactor.text(expected));
          expect(redactor.text(output)).toBe(redactor.text(whole));
          if (!output.includes('[redacted:private_key]')) continue;
          expect(redactor.text(redactor.text(output))).toBe(redactor.text(output));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nothing to a second time, even where only what is taken out told the prefixes apart', () => {
    const part = fc.constantFrom(
      'ann@x.org',
      'éann@x.org',
      'bob@example.com',
      'app[1]: ',
      '12:00:01 ',
      '12:00:02.5 ',
      ' ',
      '"',
      '10.0.0.1 ',
      'x',
    );
    const lead = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(lead, { minLength: 2, maxLength: 3 }), fc.array(fc.nat(2), { minLength: 3, maxLength: 6 }), (leads, order) => {
        const lines = [begin(), ...Array.from({ length: order.length - 2 }, () => random.pick('A-Za-z0-9+/', 40)), end()];
        const whole = lines.map((line, at) => `${leads[(order[at] ?? 0) % leads.length] ?? ''}${line}`).join('\n');
        const once = redactor.text(whole);
        expect(redactor.text(once)).toBe(once);
        const stream = redactor.stream();
        expect(stream.push(whole.slice(0, 50)) + stream.push(whole.slice(50)) + stream.end()).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives plain text back at once', () => {
    const stream = createKeyLineStream();
    expect(stream.push('nothing here\n-')).toBe('nothing here\n');
    expect(stream.heldBack).toBe(1);
    expect(stream.push(' item\n')).toBe('- item\n');
    expect(stream.end()).toBe('');
  });
});
