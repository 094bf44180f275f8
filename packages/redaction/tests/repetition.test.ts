import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDetectors } from '../src/find/detectors.ts';
import { RULES } from '../src/index.ts';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import type { Detector } from '../src/scan/detector.ts';
import { startScan } from '../src/scan/scan-state.ts';
import { createScanner } from '../src/scan/scanner.ts';
import { createExamples, examplesOf } from './examples.ts';

const PIECE = 4096;
const REPEATED_LENGTH = 200_000;

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

it.each(['sk-', 'a=', '://', 'eyJ', 'QUJDREVG', 'name=value='])('a text of nothing but %j is hardly looked at', (repeated) => {
  let looks = 0;
  const counted = detectors.map((detector): Detector => ({ ...detector, find: (...at) => ((looks += 1), detector.find(...at)) }));
  const counting = createScanner(counted);
  const text = repeated.repeat(Math.ceil(4_000_000 / repeated.length));
  expect(counting.list(text)).toEqual([]);
  expect(looks).toBeLessThan(text.length / 20);
});
