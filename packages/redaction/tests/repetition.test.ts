import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDetectors } from '../src/find/detectors.ts';
import { RULES } from '../src/index.ts';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import type { Detector } from '../src/scan/detector.ts';
import { startScan } from '../src/scan/scan-state.ts';
import { createScanner, type Scanner } from '../src/scan/scanner.ts';
import { createTextStream } from '../src/stream/text-stream.ts';
import { createExamples, examplesOf } from './examples.ts';

const PIECE = 4096;
const REPEATED_LENGTH = 200_000;
/** Long enough for three rounds of most of them. */
const FOUND_LENGTH = 300_000;

const detectors = createDetectors({ keys: createKeyPolicy(), rules: [], personal: 'all' });
const scanner = createScanner(detectors);
const random = createExamples(7);
const secrets = RULES.flatMap((rule) => examplesOf(rule, random));

/** Pieces are too short for anything in them to be leapt over. */
function redactInPieces(text: string): string {
  const state = startScan();
  let [output, buffer] = ['', ''];
  for (let at = 0; at < text.length; at += PIECE) {
    buffer += text.slice(at, at + PIECE);
    output += scanner.advance(buffer, state, at + PIECE >= text.length);
  }
  return output + buffer.slice(state.sent);
}

/** Both passes, each in pieces. */
function redactInTwo(by: Scanner, text: string): string {
  const stream = createTextStream(by);
  let output = '';
  for (let at = 0; at < text.length; at += PIECE) output += stream.push(text.slice(at, at + PIECE));
  return output + stream.end();
}

function redactWhole(text: string): string {
  const state = startScan();
  return scanner.advance(text, state, true) + text.slice(state.sent);
}

const unit = fc.oneof(
  fc.string({ minLength: 1, maxLength: 24 }),
  fc.array(fc.constantFrom('=', ':', ' ', '"', '@', 'sk-', 'eyJ', 'password', 'a', '1', '://', '-', '\n', 'QUJD', '/', '<', '[redacted:'), {
    minLength: 1,
    maxLength: 5,
  }),
);

it('what repeats itself is leapt over, and nothing that stands before, behind or between is missed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(unit, fc.nat(secrets.length - 1), fc.nat(40)), { minLength: 1, maxLength: 3 }),
      fc.string({ maxLength: 40 }),
      (parts, before) => {
        const text =
          before +
          parts
            .map(([repeated, secret, shift]) => {
              const whole = Array.isArray(repeated) ? repeated.join('') : repeated;
              return `${whole.repeat(Math.ceil(REPEATED_LENGTH / whole.length)).slice(shift)} ${secrets[secret] ?? ''} `;
            })
            .join('');
        expect(redactWhole(text)).toBe(redactInPieces(text));
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

const around = fc.constantFrom('', ' ', '"', ' key ', 'password="', "token: '", 'a=b ', '<a>', '\n', '4', 'QUJD');
const budgets = [
  undefined,
  { allowance: 9000, firstIncome: 1, income: 2, unwatched: 2000, noise: { allowance: 6000, cost: 60 }, repeated: 0, wrapped: 0 },
];

it('what is found over and over is leapt over as well, and all that comes of it comes out', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...budgets),
      fc.array(fc.tuple(around, fc.constantFrom('', ...secrets), around, fc.nat(40)), { minLength: 1, maxLength: 2 }),
      fc.string({ maxLength: 40 }),
      (budget, parts, before) => {
        const by = createScanner(detectors, budget);
        const text =
          before +
          parts
            .map(([left, secret, right, shift]) => {
              const whole = `${left}${secret}${right}`;
              return `${whole.repeat(Math.ceil(FOUND_LENGTH / Math.max(1, whole.length))).slice(shift)} `;
            })
            .join('');
        const once = by.redact(text);
        expect(once).toBe(redactInTwo(by, text));
        expect(by.redact(once)).toBe(once);
      },
    ),
    { numRuns: 40 },
  );
}, 240_000);

it.each(['password="', 'password="word ', 'a@example.org '])('a text of nothing but %j is looked at in its beginning alone', (repeated) => {
  let looks = 0;
  const counted = detectors.map((detector): Detector => ({ ...detector, find: (...at) => ((looks += 1), detector.find(...at)) }));
  const counting = createScanner(counted);
  const text = repeated.repeat(Math.ceil(4_000_000 / repeated.length));
  expect(counting.redact(text).includes('[redacted:')).toBe(true);
  expect(looks).toBeLessThan(text.length / 10);
});

it.each(['sk-', 'a=', '://', 'eyJ', 'QUJDREVG', 'name=value='])('a text of nothing but %j is hardly looked at', (repeated) => {
  let looks = 0;
  const counted = detectors.map((detector): Detector => ({ ...detector, find: (...at) => ((looks += 1), detector.find(...at)) }));
  const counting = createScanner(counted);
  const text = repeated.repeat(Math.ceil(4_000_000 / repeated.length));
  expect(counting.list(text).filter(({ type }) => type !== 'dense_text')).toEqual([]);
  expect(looks).toBeLessThan(text.length / 20);
});
