import { describe, expect, it } from 'vitest';
import { createDetectors } from '../src/find/detectors.ts';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import { REACH_LEFT, REACH_RIGHT, type Detector } from '../src/scan/detector.ts';
import { createScanner } from '../src/scan/scanner.ts';

const detectors = createDetectors({ keys: createKeyPolicy(), rules: [], personal: 'all' });

const literals = detectors.flatMap((detector) => detector.triggers.flatMap((trigger) => ('literal' in trigger ? [trigger.literal] : [])));
const HOSTILE = [
  ...new Set(literals),
  'a',
  '1',
  ' ',
  '=',
  ':',
  '@',
  '-',
  '.',
  '"',
  "'",
  '\\',
  '\n',
  'a@',
  'a@a.',
  'a=',
  'a=b ',
  'key=',
  'password=',
  '"password":"',
  'token ',
  'name=value=',
  '<a>',
  'a>',
  '", "',
  '--a ',
  '4111 ',
  '1-',
  '+1',
  '1.1.',
  'DE00',
  '-----BEGIN PRIVATE KEY-----',
  '[redacted:',
  'eyJ.',
  'QUJDREVG',
  '/9j/',
  '::',
  '://a:',
  'xoxb-1-',
  'password:password:',
  'é',
];

let looks = 0;
const scanner = createScanner(
  detectors.map(({ triggers, startsWord, find }): Detector => ({
    triggers,
    startsWord,
    find(...place) {
      looks += 1;
      return find(...place);
    },
  })),
);

/** How often detectors look at a text. */
function countLooks(text: string): number {
  looks = 0;
  scanner.redact(text);
  return looks;
}

describe('the work that a text makes', () => {
  it('grows with its length and no faster, whatever it repeats', () => {
    for (const part of HOSTILE) {
      // Both go over several windows of base64, which overlap.
      const short = countLooks(part.repeat(Math.ceil(4000 / part.length)));
      const long = countLooks(part.repeat(Math.ceil(16_000 / part.length)));
      expect(long, part).toBeLessThanOrEqual(short * 4.5 + 64);
      expect(long, part).toBeLessThanOrEqual(16_000 * 4);
    }
  });

  it('is bounded at one place: no detector reads beyond its reach', () => {
    for (const part of HOSTILE) {
      const text = part.repeat(Math.ceil(9000 / part.length));
      const at = Math.ceil(4000 / part.length) * part.length;
      const [from, to] = [at - REACH_LEFT, at + REACH_RIGHT];
      for (const { triggers, find } of detectors) {
        if (!triggers.some((trigger) => !('literal' in trigger) || text.startsWith(trigger.literal, at))) continue;
        const whole = find(text, at, 0);
        const near = find(text.slice(from, to), REACH_LEFT, 0);
        expect(near === undefined ? undefined : [near.start + from, near.end + from, near.type], part).toEqual(
          whole === undefined ? undefined : [whole.start, whole.end, whole.type],
        );
      }
    }
  });
});
