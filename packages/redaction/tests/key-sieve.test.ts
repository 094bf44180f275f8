import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import { createKeySieve } from '../src/keys/key-sieve.ts';
import { FOREIGN_PASSWORDS, SECRET_KEYS, SECRET_PHRASES, WEAK_WORDS } from '../src/keys/key-words.ts';
import { VENDORS } from '../src/keys/vendors.ts';
import { mayBeSecret } from '../src/find/judgement.ts';

const PHRASES = [...WEAK_WORDS, ...SECRET_KEYS.keys(), ...SECRET_PHRASES.map(([phrase]) => phrase), ...FOREIGN_PASSWORDS, ...VENDORS];
const word = fc.oneof(
  fc.constantFrom(...PHRASES),
  fc.constantFrom(...PHRASES.flatMap((phrase) => phrase.split(' '))),
  fc.stringMatching(/^[a-z0-9]{0,6}$/),
);
const spelling = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string) => text.charAt(0).toUpperCase() + text.slice(1),
);
const key = fc
  .array(fc.tuple(word, spelling, fc.constantFrom('', '_', '-', '.', ' ', ':', '$')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([text, spell, sign]) => spell(text.replaceAll(' ', sign)) + sign).join(''));

it('every key that may make a value a secret passes', () => {
  const keys = createKeyPolicy();
  let [passed, stopped] = [0, 0];
  fc.assert(
    fc.property(key, (written) => {
      const mayPass = keys.mayNameSecret(`x${written}x`, 1, written.length + 1);
      if (mayPass) passed += 1;
      else stopped += 1;
      if (!mayPass) expect(mayBeSecret(keys.judge(written)), written).toBe(false);
    }),
    { numRuns: 20_000 },
  );
  expect(passed).toBeGreaterThan(1000);
  expect(stopped).toBeGreaterThan(1000);
});

it('says the same whether a key is read from its start or from its end', () => {
  const { mayPass, startOfPlain } = createKeySieve(PHRASES);
  fc.assert(
    fc.property(key, fc.constantFrom('', ' ', '"', 'é'), (written, before) => {
      const whole = `${before}${written}`;
      const start = Math.max(0, whole.search(/[\w.$-]*$/));
      expect(startOfPlain(whole, whole.length, 0)).toBe(mayPass(whole, start, whole.length) ? -1 : start);
    }),
    { numRuns: 20_000 },
  );
  expect(startOfPlain('"name', 5, 3)).toBe(3);
});

it('keys that an operator calls secret pass, in any spelling', () => {
  const keys = createKeyPolicy({ secretKeys: ['x-zq', 'z', 'żółw', 'BlueHorse'] });
  for (const written of ['x-zq', 'XZq', 'z', 'żółw', 'blue_horse', 'BLUEHORSE']) {
    expect(keys.judge(written).kind, written).toBe('secret');
    expect(keys.mayNameSecret(written, 0, written.length), written).toBe(true);
  }
});

it('what only has three letters of a word does not pass', () => {
  const { mayPass } = createKeySieve(['password', 'api key', 'pw']);
  for (const written of ['passenger', 'pas', 'asswor', 'monkeys'.slice(0, 4), 'p', '', 'w_x'])
    expect(mayPass(written, 0, written.length), written).toBe(false);
  for (const written of ['PASS-word', 'x.password2', 'sp_w', 'pw']) expect(mayPass(written, 0, written.length), written).toBe(true);
});
