import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerServerRequest, PLANNED_METHODS } from '../../src/turns/server-request-policy.ts';

test.each(PLANNED_METHODS)('%s has an answer that lets the model do nothing', (method) => {
  const { outcome, decision } = answerServerRequest(method, 1_763_692_203_194);
  expect(outcome).toHaveProperty('result');
  expect(JSON.stringify(outcome)).not.toMatch(/accept|approved|allow|"success":true/);
  expect(decision).toBe(method === 'currentTime/read' ? 'answered' : 'declined');
});

test('the time is told in whole seconds', () => {
  expect(answerServerRequest('currentTime/read', 1_763_692_203_999).outcome).toEqual({ result: { currentTimeAt: 1_763_692_203 } });
});

test('every other method gets an error, never silence', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('constructor', 'toString', '__proto__', 'account/chatgptAuthTokens/refresh')),
      (method) => {
        const { outcome, decision } = answerServerRequest(method, 0);
        expect(outcome).toEqual({ error: { code: -32_601, message: `${method} is not supported by this client` } });
        expect(decision).toBe('unsupported');
      },
    ),
  );
});
