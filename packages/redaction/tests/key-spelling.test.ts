import { describe, expect, it } from 'vitest';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import { createRedactor, type Profile } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(37);
const password = `${random.pick('a-z', 6)}4${random.pick('a-zA-Z0-9', 4)}`;
const PROFILES: readonly Profile[] = ['log', 'trace', 'archive', 'text'];

/** One name as people write it. */
function spellings(...words: readonly string[]): readonly string[] {
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [
    ...['_', '-', '.'].flatMap((sign) => [words.join(sign), capitals.join(sign), words.join(sign).toUpperCase()]),
    [words[0], ...capitals.slice(1)].join(''),
    capitals.join(''),
    [words[0], ...capitals.slice(1)].join('_'),
  ];
}

describe('a key of two words that others write as one', () => {
  it.each([
    ...spellings('pass', 'word'),
    ...spellings('pass', 'phrase'),
    ...spellings('pass', 'wd'),
    ...spellings('user', 'pass', 'word'),
    ...spellings('db', 'pass', 'phrase'),
    ...spellings('kenn', 'wort'),
  ])('says the same in values and in texts: %s', (key) => {
    for (const profile of PROFILES) expect(redactor.value({ [key]: 'short' }, profile)).toEqual({ [key]: '[redacted:password]' });
    for (const text of [`${key}=${password}`, `${key}: ${password}`, `{"${key}": "${password}"}`, `--${key} ${password}`])
      expect(redactor.text(text)).toBe(text.replace(password, '[redacted:password]'));
  });

  it.each([...spellings('api', 'key'), ...spellings('secret', 'key'), ...spellings('access', 'token'), ...spellings('auth', 'tok')])(
    'is a secret: %s',
    (key) => {
      expect(JSON.stringify(redactor.value({ [key]: 'short' }))).not.toContain('short');
    },
  );

  it('may stand apart, as in a form', () => {
    for (const key of ['Pass Phrase', 'Pass Word', 'pass word']) {
      expect(redactor.value({ [key]: 'short' })).toEqual({ [key]: '[redacted:password]' });
      expect(redactor.text(`${key}: ${password}`)).not.toContain(password);
    }
  });

  it('is told from what only speaks of one, and from other passes', () => {
    const { judge } = createKeyPolicy();
    for (const key of [
      'password_reset_at',
      'pass_word_reset_at',
      'passWordPolicy',
      'pass_phrase_length',
      'first_pass_words',
      'boarding_pass_code',
      'second-pass-word-count',
      'pass_count',
      'pass_rate',
      'keyword',
      'key_word',
      'word_count',
      'compass_words',
      'by_pass_words',
    ])
      expect(judge(key).kind, key).not.toBe('secret');
    expect(judge('pass').kind).toBe('secret');
  });
});
