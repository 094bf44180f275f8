import fc from 'fast-check';
import { RULES } from '../src/index.ts';
import { createExamples, examplesOf } from './examples.ts';

const FRAGMENTS = [
  'password',
  'token',
  'api_key',
  'secret',
  '=',
  ':',
  ' ',
  '"',
  "'",
  '\n',
  '\\n',
  '\\"',
  '@',
  '://',
  'user',
  ' is ',
  'value',
  'name',
  '<',
  '>',
  '</',
  '--',
  'Bearer ',
  'Basic ',
  'curl -u ',
  ',',
  '(',
  ')',
  '{',
  '}',
  'é',
  '漢',
  '😀',
  '\ud800',
  '123-45-6789',
  '+1 415 555 0100',
  'example.com',
  '===',
  '\\',
  '%40',
  '?key=',
  '-----BEGIN ',
  'PRIVATE KEY-----',
  '-----END ',
  '[redacted:',
  '[redacted:email]',
  ']',
  'xox',
  'sk-',
  'ey',
  'J',
  '4242 4242 4242 4242',
  'req_',
  'words and more words ',
];

/** Texts made of what rules look for, of examples, of wrapped ones, and of runs of token characters. */
export const anyText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...FRAGMENTS) },
      { weight: 2, arbitrary: fc.nat(1e6).map((seed) => createExamples(seed + 1).pick('A-Za-z0-9', (seed % 50) + 1)) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...RULES), fc.nat(1e6))
          .map(([rule, seed]) => examplesOf(rule, createExamples(seed + 1)).join(' ')),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...FRAGMENTS), fc.nat(80))
          .map(([fragment, times]) => Buffer.from(`${fragment}=${fragment} `.repeat(times)).toString('base64')),
      },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...FRAGMENTS), fc.nat(400)).map(([fragment, times]) => fragment.repeat(times)) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const EXAMPLED = RULES.filter(({ formats, example }) => formats !== undefined || example !== undefined);

/** Texts of very few kinds of parts, each over and over: what is taken out of one stands close to the next of its kind. */
export const crowdedText = fc
  .record({
    rules: fc.array(fc.constantFrom(...EXAMPLED), { minLength: 1, maxLength: 3 }),
    fragments: fc.array(fc.constantFrom(...FRAGMENTS, ':', '+1 ', '\t', 'status '), { minLength: 1, maxLength: 3 }),
    seed: fc.nat(1e6),
    count: fc.integer({ min: 4, max: 60 }),
  })
  .map(({ rules, fragments, seed, count }) => {
    const random = createExamples(seed + 1);
    const part = (): string => {
      const rule = rules[random.index(rules.length * 2)];
      const examples = rule === undefined ? fragments : examplesOf(rule, random);
      return examples[random.index(examples.length)] ?? '';
    };
    return Array.from({ length: count }, part).join('');
  });
