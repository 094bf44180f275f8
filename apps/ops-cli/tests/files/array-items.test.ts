import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ArrayItems } from '../../src/files/array-items.ts';

it('cuts an array of objects into these, however its bytes are cut', () => {
  const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }), { maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.constantFrom(undefined, 1, '\t'), fc.integer({ min: 1, max: 11 }), (objects, indent, size) => {
      const bytes = Buffer.from(JSON.stringify(objects, null, indent));
      const items: unknown[] = [];
      const array = new ArrayItems((item) => items.push(JSON.parse(item.toString())));
      for (let at = 0; at < bytes.length; at += size) array.push(bytes.subarray(at, at + size));
      expect(items).toEqual(JSON.parse(bytes.toString()));
      expect(array.isComplete).toBe(true);
    }),
  );
});

it('knows an array that breaks off', () => {
  const array = new ArrayItems(() => undefined);
  array.push(Buffer.from('[{"a":"]"},'));
  expect(array.isComplete).toBe(false);
});
