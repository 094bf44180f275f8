import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Register } from '../../src/register/register.ts';
import { Roster, type Numbered } from '../../src/register/roster.ts';

test('a register does what a map does, in the same order', () => {
  const action = fc.record({ what: fc.constantFrom('set', 'set', 'delete', 'clear'), key: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 100, size: 'max' }), (actions) => {
      const [subject, model] = [new Register<number, { at: number }>(), new Map<number, { at: number }>()];
      for (const [at, { what, key }] of actions.entries()) {
        if (what === 'set') {
          subject.set(key, { at });
          model.set(key, { at });
        } else if (what === 'delete') expect(subject.delete(key)).toBe(model.delete(key));
        else {
          subject.clear();
          model.clear();
        }
        expect([subject.size, [...subject.values()], subject.get(key)]).toEqual([model.size, [...model.values()], model.get(key)]);
      }
    }),
  );
});

test('what is deleted while a roster is gone through is not met any more', () => {
  const [a, b, c]: [Numbered, Numbered, Numbered] = [{ ordinal: 1 }, { ordinal: 2 }, { ordinal: 3 }];
  const subject = new Roster<Numbered>();
  for (const one of [a, b, c]) subject.add(one);
  const met: number[] = [];
  for (const one of subject) {
    met.push(one.ordinal);
    subject.delete(one);
    subject.delete(b);
  }
  expect([met, subject.size, subject.has(b)]).toEqual([[1, 3], 0, false]);
});
