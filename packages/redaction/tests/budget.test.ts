import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetectors } from '../src/find/detectors.ts';
import { createRedactor, RULES } from '../src/index.ts';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import { isPlaceholder } from '../src/placeholder.ts';
import { parseFormat } from '../src/rules/format.ts';
import type { Budget } from '../src/scan/budget.ts';
import type { Detector } from '../src/scan/detector.ts';
import { startScan } from '../src/scan/scan-state.ts';
import { createScanner, type Scanner } from '../src/scan/scanner.ts';
import { createTextStream } from '../src/stream/text-stream.ts';
import { prose } from '../bench/texts.ts';
import { anyText } from './any-text.ts';
import { createExamples } from './examples.ts';

const detectors = createDetectors({ keys: createKeyPolicy(), rules: [], personal: 'all' });
/** So small that nearly every text is cut somewhere. */
const BUDGETS: readonly Budget[] = [
  budgetOf(0, 1, 0, { allowance: 0, cost: 6 }),
  budgetOf(60, 2, 50, { allowance: 9000, cost: 12 }),
  budgetOf(400, 4, 0, { allowance: 200, cost: 40 }),
  budgetOf(1500, 1, 100, { allowance: 900, cost: 20 }),
  budgetOf(900, 9, 0, { allowance: 9000, cost: 20 }),
];
/** One that leaves base64 unread, and lets what is gone over again be paid for whole. */
function budgetOf(allowance: number, income: number, unwatched: number, noise: Budget['noise']): Budget {
  return { allowance, firstIncome: income / 2, income, unwatched, noise, repeated: 0, wrapped: 0 };
}

const scanners = [...BUDGETS, ...BUDGETS.map((budget) => ({ ...budget, repeated: 0.5, wrapped: 400 }))].map((budget) =>
  createScanner(detectors, budget),
);
const scanner = fc.constantFrom(...scanners);

const LITERALS = [
  ...new Set(
    RULES.flatMap(({ formats = [], pattern }) => [
      ...(pattern?.literals ?? []),
      ...formats.flatMap((format) => parseFormat(format).literals),
    ]),
  ),
];
/** What rules look for, thrown together. */
const junk = fc
  .array(fc.oneof(fc.constantFrom(...LITERALS), fc.constantFrom(' ', '\n', '=', ':', '"', 'a', '1', '\r\n', '@', '😀')), { maxLength: 60 })
  .map((parts) => parts.join(''));
/** The same as base64. */
const wrapped = fc.oneof(anyText, junk).map((inner) => Buffer.from(inner).toString('base64'));
const text = fc.array(fc.oneof(anyText, junk, wrapped), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 });

function inPieces(by: Scanner, whole: string, lengths: readonly number[], keepsLines: boolean): string {
  const stream = createTextStream(by, { keepsLines });
  let output = '';
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    output += stream.push(whole.slice(at, at + length));
    at += length;
  }
  return output + stream.end();
}

const dense = /\[redacted:dense_text:(\d+)\]/g;

describe('a text that overdraws its budget', () => {
  it('is cut once, to its end, and redacting it again changes nothing', () => {
    let cut = 0;
    fc.assert(
      fc.property(scanner, text, ({ redact }, whole) => {
        const once = redact(whole);
        expect(redact(once)).toBe(once);
        const places = [...once.matchAll(dense)];
        for (const { 0: placeholder, index } of places) expect(index + placeholder.length).toBe(once.length);
        cut += places.length;
      }),
      { numRuns: 600 },
    );
    expect(cut).toBeGreaterThan(100);
  });

  it.each([false, true])('is the same however it arrives; lines kept: %s', (keepsLines) => {
    fc.assert(
      fc.property(scanner, text, sizes, (by, whole, lengths) => {
        const atOnce = inPieces(by, whole, [whole.length], keepsLines);
        expect(inPieces(by, whole, lengths, keepsLines)).toBe(atOnce);
        if (!keepsLines) expect(by.redact(whole)).toBe(atOnce);
        else expect(atOnce.match(/\r?\n/g)).toEqual(whole.match(/\r?\n/g));
      }),
      { numRuns: 400 },
    );
  });

  it('is the same whether its repetitions are leapt over or not', () => {
    const unit = fc.array(fc.constantFrom('sk-', 'ghp_', 'live_', 'test_', 'docker ', 'Bearer ', 'a', '=', ' ', ':', '://', 'QUJD'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(30, 600, 3000), fc.array(unit, { minLength: 1, maxLength: 3 }), (allowance, units) => {
        const by = createScanner(detectors, {
          allowance: allowance * 20,
          firstIncome: 1,
          income: 3,
          unwatched: allowance * 10,
          noise: { allowance: allowance * 30, cost: 20 },
          repeated: 1,
          wrapped: 0,
        });
        const whole = units.map((parts) => parts.join('').repeat(Math.ceil(150_000 / parts.join('').length))).join(' ');
        const state = startScan();
        let [output, buffer] = ['', ''];
        for (let at = 0; at < whole.length; at += 4096) {
          buffer += whole.slice(at, at + 4096);
          output += by.advance(buffer, state, at + 4096 >= whole.length);
        }
        const once = startScan();
        expect(by.advance(whole, once, true) + whole.slice(once.sent)).toBe(output + buffer.slice(state.sent));
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('is cut at the same place however it arrives, inside a run too short to be decoded', () => {
    const by = createScanner(detectors, budgetOf(20, 1, 0, { allowance: 9000, cost: 0 }));
    for (let before = 96; before < 128; before += 1) {
      for (const run of ['abcdefghijklmno-ghp_abcdef', 'abcdefghijklmnop-password=abcd']) {
        const whole = `${'x y z. '.repeat(40).slice(0, before)}${run}, and so on to the end of it all`;
        const atOnce = by.redact(whole);
        for (const length of [1, 16, 40]) expect(inPieces(by, whole, [length], false)).toBe(atOnce);
      }
    }
  });

  it('shows no secret that would have been found', () => {
    const random = createExamples(41);
    const planted = ['glpat', random.pick('A-Za-z0-9', 24)].join('-');
    fc.assert(
      fc.property(scanner, text, text, (by, before, behind) => {
        for (const output of [by.redact(`${before} ${planted} ${behind}`), inPieces(by, `${before}\n${planted}\n${behind}`, [97], true)])
          expect(output).not.toContain(planted);
      }),
      { numRuns: 300 },
    );
  });

  it('takes out what its placeholder says, and what it finds lies in order', () => {
    fc.assert(
      fc.property(scanner, junk, ({ list, redact }, whole) => {
        let floor = 0;
        for (const { start, end, type } of list(whole)) {
          expect(start).toBeGreaterThanOrEqual(floor);
          expect(end).toBeGreaterThanOrEqual(start);
          floor = end;
          if (type !== 'dense_text') continue;
          expect(end).toBe(whole.length);
          expect(redact(whole)).toMatch(/\[redacted:dense_text:\d+\]$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the budget of a redactor', () => {
  const random = createExamples(23);
  const mixed = (length: number): string => {
    let output = '';
    while (output.length < length) output += LITERALS[random.index(LITERALS.length)] ?? '';
    return output;
  };

  const SIGNS = [
    'x@',
    ':=',
    '|',
    '=',
    ' ',
    '"',
    "'",
    ':',
    'a',
    '-',
    '.',
    '+1',
    '(',
    '<a>',
    '://',
    '@',
    '--user',
    'a=',
    '/',
    ',',
    'DE00',
    '4',
  ];
  const signs = (length: number): string => {
    let output = '';
    while (output.length < length) output += SIGNS[random.index(SIGNS.length)] ?? '';
    return output;
  };

  it('cuts a long text of nothing but the literals of rules', () => {
    const whole = `The beginning stays. ${mixed(4_000_000)}`;
    const redacted = createRedactor().text(whole);
    expect(redacted).toMatch(/^The beginning stays\. /);
    const placeholder = /\[redacted:dense_text:(\d+)\]$/.exec(redacted);
    expect(isPlaceholder(placeholder?.[0] ?? '')).toBe(true);
    expect(Number(placeholder?.[1])).toBeGreaterThan(2_000_000);
  });

  it.each([
    ['literals', mixed],
    ['signs', signs],
  ])('bounds what detectors do, however long a text of %s is', (_, make) => {
    let looks = 0;
    const counting = createScanner(
      detectors.map((detector): Detector => ({ ...detector, find: (...at) => ((looks += 1), detector.find(...at)) })),
    );
    counting.redact(make(2_000_000));
    const short = looks;
    looks = 0;
    counting.redact(make(8_000_000));
    expect(looks).toBeLessThan(short * 2);
  });

  it('cuts a long text of nothing but signs that rules look at', () => {
    const redacted = createRedactor().text(`The beginning stays. ${signs(2_000_000)}`);
    expect(redacted).toMatch(/^The beginning stays\. /);
    expect(Number(/\[redacted:dense_text:(\d+)\]$/.exec(redacted)?.[1])).toBeGreaterThan(1_000_000);
  });

  it.each(['A-Za-z0-9+/', '!-u', ' -~', 'a-z{}();,.=_\n ', '0-9a-f :', ' -`'])(
    'lets data in the letters %s pass, random as they are',
    (letters) => {
      expect(createRedactor().text(random.pick(letters, 600_000))).not.toContain('dense_text');
    },
  );

  it.each([' -~', '!-u', '`a-z{-~!-/:-@'])('cuts what is noise of %s for megabytes, and leaves the first half of one', (letters) => {
    const redacted = createRedactor().text(random.pick(letters, 4_000_000));
    const cut = Number(/\[redacted:dense_text:(\d+)\]$/.exec(redacted)?.[1]);
    expect(cut).toBeGreaterThan(1_000_000);
    expect(cut).toBeLessThan(3_500_000);
  });

  it('takes out of base64 the windows that are too dense to be read, and no more of what may be a harmless file', () => {
    const wrap = (...parts: readonly string[]): string => Buffer.from(parts.join('')).toString('base64');
    const harmless = prose(30_000);
    const { text: redact } = createRedactor();
    expect(redact(wrap(harmless))).toBe(wrap(harmless));
    const dense = Array.from({ length: 600 }, () => ['ghp_ ', 'xoxb- ', 'glpat- '][random.index(3)] ?? '');
    const whole = wrap(harmless, ...dense, harmless);
    const redacted = redact(whole);
    expect(redacted).toContain('[redacted:base64_dense_text]');
    expect(redacted.slice(0, 30_000)).toBe(whole.slice(0, 30_000));
    expect(redacted.slice(-30_000)).toBe(whole.slice(-30_000));
    expect(redact(redacted)).toBe(redacted);
  });

  it('lets a stream that keeps lines go on with the next line', () => {
    const secret = ['glpat', random.pick('A-Za-z0-9', 24)].join('-');
    const long = (): string => mixed(2_000_000).replaceAll(/[\r\n]/g, '');
    const lines = ['one', long(), `two ${secret}`, long(), 'three'];
    const output = inPieces(createScanner(detectors), lines.join('\n'), [5000], true).split('\n');
    expect(output).toHaveLength(lines.length);
    expect([output[0], output[2], output[4]]).toEqual(['one', 'two [redacted:gitlab_token]', 'three']);
    for (const line of [output[1], output[3]]) expect(line).toMatch(/\[redacted:dense_text:\d+\]$/);
  });

  it('gives each line of a stream that keeps lines a budget of its own', () => {
    const by = createScanner(detectors, { ...budgetOf(20_000, 1, 500, { allowance: 20_000, cost: 30 }), repeated: 1 });
    const line = (): string => Array.from({ length: 12 }, () => `DB_PASSWORD=${random.pick('A-Za-z0-9', 16)}`).join(' ');
    const whole = Array.from({ length: 300 }, line).join('\n');
    expect(by.redact(whole)).toContain('dense_text');
    expect(inPieces(by, whole, [4096], true)).not.toContain('dense_text');
    expect(inPieces(by, whole.replaceAll('\n', ' '), [4096], true)).toContain('dense_text');
  });

  it('gives the same lines however long they are and however they arrive', () => {
    const by = createScanner(detectors, budgetOf(40_000, 1, 500, { allowance: 6000, cost: 30 }));
    const lines = Array.from({ length: 60 }, (_, index) => {
      const line =
        index % 3 === 0 ? mixed(random.index(15_000)) : index % 3 === 1 ? random.pick(' -~', random.index(9_000)) : `plain ${index}`;
      // No beginning of a private key, which goes on over lines.
      return line.replaceAll(/[\r\n]|--+/g, ' ');
    });
    const whole = lines.join('\n');
    const atOnce = inPieces(by, whole, [whole.length], true);
    const cut = atOnce.split('\n').filter((line) => /\[redacted:dense_text:\d+\]$/.test(line));
    expect(cut.length).toBeGreaterThan(10);
    expect(atOnce.split('\n').filter((line) => line.startsWith('plain '))).toHaveLength(20);
    for (const sizes of [[1], [97], [4096], [1, 5000, 17]]) expect(inPieces(by, whole, sizes, true)).toBe(atOnce);
  });

  it('lets texts pass that repeat a word, list secrets, or are as dense as any that people write', () => {
    const list = (line: () => string): string => Array.from({ length: 15_000 }, line).join('\n');
    const word = (): string => random.pick('a-z', 6);
    const { text: redact } = createRedactor();
    for (const line of [
      () => `test_${word()}`,
      () => `docker run ${word()}`,
      () => `mysql://${word()}/${word()}`,
      () => `DB_PASSWORD=${word()}${random.index(999)}`,
      () => `Authorization: Bearer ${random.pick('A-Za-z0-9', 40)}`,
      () => `${word()}@${word()}.com,${word()}@${word()}.org`,
      () => Array.from({ length: 12 }, () => random.pick('a-f0-9', 2)).join(':'),
    ]) {
      expect(redact(list(line)).includes('dense_text'), line()).toBe(false);
    }
  });
});
