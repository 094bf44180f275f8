import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientRequestId, newRequestSuffix } from '../../src/ingress/request-id.ts';

test('ids are of letters and digits, and never the same', () => {
  const ids = Array.from({ length: 1_000 }, () => newRequestSuffix());
  for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{24}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(['req-1', 'a', 'A.b_c:d-9', '0'.repeat(128), '550e8400-e29b-41d4-a716-446655440000'])("a caller's id %j is kept", (id) => {
  expect(clientRequestId(id)).toBe(id);
});

test.each([undefined, '', ' ', 'two words', 'a\nb', 'a\r\nX-Evil: 1', '"quoted"', '{}', 'é', '0'.repeat(129), 'a/b', ['a', 'b']])(
  "a caller's id %j is left out",
  (id) => {
    expect(clientRequestId(id)).toBeUndefined();
  },
);

test('what is kept can be written to a log line as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (header) => {
      const kept = clientRequestId(header);
      if (kept !== undefined) expect(JSON.stringify(kept)).toBe(`"${header}"`);
    }),
  );
});
