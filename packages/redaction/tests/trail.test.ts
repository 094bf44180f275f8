import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDetectors } from '../src/find/detectors.ts';
import { RULES } from '../src/index.ts';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import type { Detector } from '../src/scan/detector.ts';
import { createScanner, type Scanner } from '../src/scan/scanner.ts';
import { createTextStream } from '../src/stream/text-stream.ts';
import { createExamples, examplesOf } from './examples.ts';

const detectors = createDetectors({ keys: createKeyPolicy(), rules: [], personal: 'all' });
const scanners = [
  createScanner(detectors),
  createScanner(detectors, {
    allowance: 9000,
    firstIncome: 1,
    income: 2,
    unwatched: 2000,
    noise: { allowance: 6000, cost: 60 },
    repeated: 0,
    wrapped: 0,
  }),
];
const secrets = RULES.flatMap((rule) => examplesOf(rule, createExamples(31)));
const ALPHABETS = ['A-Za-z0-9+/', 'a-z ', ' -~', '0-9. -', 'a-f0-9:', 'a-z="{},:\n'];

/** Two passes that know nothing of one another. */
function inPieces(by: Scanner, whole: string, size: number): string {
  const stream = createTextStream(by);
  let output = '';
  for (let at = 0; at < whole.length; at += size) output += stream.push(whole.slice(at, at + size));
  return output + stream.end();
}

const part = fc.record({
  alphabet: fc.constantFrom(...ALPHABETS),
  seed: fc.integer({ min: 1, max: 1e6 }),
  length: fc.integer({ min: 0, max: 60_000 }),
  secret: fc.constantFrom('', ...secrets),
  space: fc.constantFrom('', ' ', '"'),
});

it('a second pass that does not go where nothing can be new finds what any second pass does', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...scanners),
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 500, max: 9000 }),
      (by, parts, size) => {
        const whole = parts
          .map(({ alphabet, seed, length, secret, space }) => createExamples(seed).pick(alphabet, length) + space + secret + space)
          .join('');
        const once = by.redact(whole);
        expect(once).toBe(inPieces(by, whole, size));
        expect(by.redact(once)).toBe(once);
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

/** How often detectors looked while a text was redacted, and what came of it. */
function looksAt(text: string): { readonly looks: number; readonly redacted: string } {
  let looks = 0;
  const counting = createScanner(
    detectors.map((detector): Detector => ({ ...detector, find: (...at) => ((looks += 1), detector.find(...at)) })),
  );
  const redacted = counting.redact(text);
  return { looks, redacted };
}

it('a text with a secret costs little more than one without, far from its secret', () => {
  const random = createExamples(5);
  const words = Array.from({ length: 60_000 }, () => `${random.pick('a-z', 4)}=${random.pick('0-9', 3)}`).join(' ');
  const secret = ['glpat', random.pick('A-Za-z0-9', 24)].join('-');
  const { looks, redacted } = looksAt(`${words.slice(0, 300_000)} ${secret} ${words.slice(300_000)}`);
  expect(redacted).toContain(' [redacted:gitlab_token] ');
  expect(looks).toBeLessThan(looksAt(words).looks * 1.3);
});

/** What the first pass takes out of it hides a token from it. */
function hidden(random: ReturnType<typeof createExamples>): string {
  return `+49 30 ${random.pick('1-9', 8)}${['glpat', random.pick('A-Za-z0-9', 24)].join('-')}`;
}

it('a third pass goes where the second took something out, and finds what any third pass does', () => {
  const pieces = fc.array(
    fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      alphabet: fc.constantFrom(...ALPHABETS),
      length: fc.constantFrom(0, 3, 40, 300, 2500, 2700, 9000),
      isHidden: fc.constantFrom(false, false, true),
    }),
    { minLength: 2, maxLength: 40 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...scanners), pieces, (by, parts) => {
      const whole = parts
        .map(({ seed, alphabet, length, isHidden }) => {
          const random = createExamples(seed);
          const secret = isHidden ? hidden(random) : ['glpat', random.pick('A-Za-z0-9', 24)].join('-');
          return `${random.pick(alphabet, length)} ${secret} `;
        })
        .join('');
      expect(by.redact(whole)).toBe(inPieces(by, whole, 4000));
    }),
    { numRuns: 60 },
  );
}, 120_000);

it('a third pass goes where the second took something out, and hardly anywhere else', () => {
  const random = createExamples(6);
  const line = (): string =>
    `${Array.from({ length: 80 }, () => `${random.pick('a-z', 4)}=${random.pick('0-9', 3)}`).join(' ')} ${['glpat', random.pick('A-Za-z0-9', 24)].join('-')}`;
  const lines = Array.from({ length: 200 }, line);
  const { looks, redacted } = looksAt(lines.with(100, hidden(random)).join('\n'));
  expect(redacted).toContain('[redacted:phone][redacted:gitlab_token]');
  expect(looks).toBeLessThan(looksAt(lines.join('\n')).looks * 1.1);
});
