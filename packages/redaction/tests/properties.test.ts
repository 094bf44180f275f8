import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, createTextStreamRedactor, LONGEST_HELD_BACK } from '../src/index.ts';
import { ibanExample } from '../src/rules/iban.ts';
import { anyText as text, crowdedText } from './any-text.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();

describe('for any text', () => {
  it('redacting twice changes nothing', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const once = redactor.text(whole);
        expect(redactor.text(once)).toBe(once);
      }),
      { numRuns: 400 },
    );
  });

  it('redacting twice changes nothing where what is taken out crowds', () => {
    const made = createExamples(9);
    const phones = ['415 555 2671', '650 253 0000', '312 456 7890'].join(':');
    const option = (length: number): string => ` -I lanplus -U root -P ${made.pick('a-zA-Z', length)}7`;
    const hash = ['--', '2b', '12', made.pick('A-Za-z0-9', 100)].join('$');
    const commands = `ipmitool I lanplus status)----ipmitool${option(12)} power status${hash}${option(12)} power statusipmitool${option(3)} power statusipmitool${option(3)}`;
    const name = (): string => `root:${made.pick('A-Za-z0-9', 10)}@tcp(127.0.0.1:3306)/app`;
    const names = [name(), name(), name()].join('[redacted:card]é');
    const login = `login 123-45-6789 ${'word '.repeat(12)}-p ${made.pick('a-z', 12)}7`;
    fc.assert(
      fc.property(crowdedText, (whole) => {
        const once = redactor.text(whole);
        expect(redactor.text(once)).toBe(once);
      }),
      { numRuns: 600, examples: [[`${phones}:${phones}`], [commands], [names], [login]] },
    );
  });

  it('any chunking gives what the whole gives, and holds back no more than it says', () => {
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (whole, sizes) => {
        const stream = createTextStreamRedactor(redactor);
        let output = '';
        let at = 0;
        for (let turn = 0; at < whole.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          output += stream.push(whole.slice(at, at + size));
          at += size;
          expect(stream.heldBack).toBeLessThanOrEqual(LONGEST_HELD_BACK + 700);
        }
        output += stream.end();
        expect(output).toBe(redactor.text(whole));
      }),
      { numRuns: 400 },
    );
  });

  it('a stream that keeps lines has the line endings of what it read, and says the same besides, however the text is cut', () => {
    const endings = (lines: string): string => lines.match(/\r?\n/g)?.join('') ?? '';
    fc.assert(
      fc.property(
        text,
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        (whole, sizes, ending) => {
          const lines = whole.replaceAll('\\n', ending);
          const stream = redactor.stream('text', { keepsLines: true });
          let output = '';
          for (let at = 0, turn = 0; at < lines.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            output += stream.push(lines.slice(at, at + size));
            at += size;
          }
          output += stream.end();
          const atOnce = redactor.stream('text', { keepsLines: true });
          expect(output).toBe(atOnce.push(lines) + atOnce.end());
          expect(endings(output)).toBe(endings(lines));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('what a text redactor finds lies in order, inside the text, and names a type', () => {
    fc.assert(
      fc.property(text, (whole) => {
        let floor = 0;
        for (const { start, end, type } of redactor.find(whole)) {
          expect(start).toBeGreaterThanOrEqual(floor);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(whole.length);
          expect(type).toMatch(/^[a-z][a-z0-9_]*$/);
          floor = end;
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('for any value', () => {
  it.each([
    ['text before its JSON grows short', (token: string) => ({ note: `${'word '.repeat(20)}${token}>{"a":"","cookie":["",1]}` })],
    ['a name is between placeholders', (token: string) => ({ id: `${token} ${ibanExample(createExamples(5).pick('0-9', 18))} ${token}` })],
    ['what was no JSON becomes JSON', (token: string) => ({ note: String.raw`{"a":"","password":["0\uEG${token}",{"a":"","a":0}]}` })],
  ])('redacting twice changes nothing where %s', (_, make) => {
    const token = ['glpat', createExamples(12).pick('A-Za-z0-9', 60)].join('-');
    for (const profile of ['log', 'trace', 'archive', 'text'] as const) {
      const once = JSON.stringify(redactor.value(make(token), profile));
      expect(JSON.stringify(redactor.value(JSON.parse(once), profile))).toBe(once);
      expect(redactor.json(redactor.json(JSON.stringify(make(token)), profile), profile)).toBe(
        redactor.json(JSON.stringify(make(token)), profile),
      );
    }
  });

  const value = fc.anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withDate: true,
    withTypedArray: true,
    withObjectString: true,
    withNullPrototype: true,
    withSparseArray: true,
  });

  it('nothing throws, the result is JSON, and redacting it again changes nothing', () => {
    fc.assert(
      fc.property(value, fc.constantFrom('log', 'trace', 'archive', 'text'), (any, profile) => {
        const once = redactor.value(any, profile);
        const written = JSON.stringify(once) as string | undefined;
        if (written === undefined) return;
        expect(JSON.stringify(redactor.value(JSON.parse(written), profile))).toBe(written);
      }),
      { numRuns: 400, examples: [[{ '{"pw:":[,],"":0}': [] }, 'log']] },
    );
  });

  it('a JSON text stays a JSON text', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('log', 'trace', 'archive', 'text'), (line, profile) => {
        const once = redactor.json(line, profile);
        expect(() => JSON.parse(once) as unknown).not.toThrow();
        expect(redactor.json(once, profile)).toBe(once);
      }),
      { numRuns: 400 },
    );
  });

  it('no planted secret survives, wherever it is planted', () => {
    const planted = ['glpat', createExamples(8).pick('A-Za-z0-9', 24)].join('-');
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 4 }),
        fc.nat(6),
        fc.constantFrom('log', 'trace', 'archive', 'text'),
        (path, kind, profile) => {
          const leaf: readonly unknown[] = [
            planted,
            ` ${planted} `,
            [planted],
            { [planted]: 1 },
            JSON.stringify({ x: planted }),
            new Error(planted),
            new Map([['k', planted]]),
          ];
          const whole = path.reduce<unknown>((inner, key) => ({ [key]: inner }), leaf[kind]);
          expect(JSON.stringify(redactor.value(whole, profile))).not.toContain(planted);
        },
      ),
      { numRuns: 300 },
    );
  });
});
