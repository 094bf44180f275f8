import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Needle } from '../../src/files/needle.ts';

const text = fc.array(fc.constantFrom('a', 'b', 'ab', 'B', 'é'), { maxLength: 40 }).map((parts) => parts.join(''));

it('is found where the whole stands, whatever it has learnt', () => {
  fc.assert(
    fc.property(text, text, text, fc.nat(20), (before, whole, behind, from) => {
      fc.pre(whole !== '');
      const needle = new Needle(whole);
      const bytes = Buffer.from(before + whole + behind);
      for (const sample of [undefined, bytes, Buffer.from(behind)]) {
        if (sample !== undefined) needle.learn(sample);
        expect(needle.indexIn(bytes, from)).toBe(bytes.indexOf(whole, from));
        expect(needle.isIn(bytes)).toBe(true);
      }
    }),
  );
});

it('does not take a part of it for the whole', () => {
  const needle = new Needle('request_id:req_ABCDEFGH');
  for (const part of ['request', 'request_id:req_ABCDEFG', 'equest_id:req_ABCDEFGH', 'req_ABCDEFGH']) {
    for (const sample of ['aaaa', part, 'requestid:_ABCDEF']) {
      needle.learn(Buffer.from(sample));
      expect(needle.indexIn(Buffer.from(part.repeat(3)), 0)).toBe(-1);
    }
  }
});
