import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { configOptions, tomlString } from '../../src/provider/toml.ts';

test('any text comes back from a TOML parser as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parse(`value = ${tomlString(text)}`)).toEqual({ value: text });
    }),
  );
});

test.each(['say "hi"', 'back\\slash', 'line\nbreak', 'tab\t', 'nul\u0000', 'del\u007f', "it's", '#{}[]=', '\u2028', '💙'])(
  'so does %j',
  (text) => {
    expect(parse(`value = ${tomlString(text)}`)).toEqual({ value: text });
  },
);

test('options are pairs of -c and key=value', () => {
  expect(configOptions({ 'features.apps': false, depth: 3, name: 'a "b"' })).toEqual([
    '-c',
    'features.apps=false',
    '-c',
    'depth=3',
    '-c',
    'name="a \\"b\\""',
  ]);
});
