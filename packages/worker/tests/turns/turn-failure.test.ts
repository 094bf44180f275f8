import { ERROR_CODES } from '@codex-proxy/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutShort, rpcFailure, turnFailure } from '../../src/turns/turn-failure.ts';
import { OTHER_OBJECT_KINDS, STATUS_KINDS, STATUSES, STRING_KINDS } from './failure-table.ts';

describe('a failed turn', () => {
  test.each(Object.entries(STRING_KINDS))('%s is %s', (info, code) => {
    expect(turnFailure('It failed.', info)).toEqual({ code, message: 'It failed.', reason: info });
  });

  test.each(STATUS_KINDS.flatMap((kind) => STATUSES.map(([status, code]) => [kind, status, code] as const)))(
    '%s with status %s is %s',
    (kind, httpStatusCode, code) => {
      const reason = httpStatusCode === null ? kind : `${kind}:${String(httpStatusCode)}`;
      expect(turnFailure('It failed.', { [kind]: { httpStatusCode } })).toEqual({ code, message: 'It failed.', reason });
    },
  );

  test.each(Object.entries(OTHER_OBJECT_KINDS))('%s is the provider’s trouble', (kind, detail) => {
    expect(turnFailure('It failed.', { [kind]: detail }).code).toBe('provider_error');
  });

  test('without any information it is the provider’s trouble', () => {
    expect(turnFailure('It failed.', null).code).toBe('provider_error');
  });

  test('whatever the information, the code is one of the table', () => {
    const status = fc.record({ httpStatusCode: fc.option(fc.integer()) });
    const info = fc.oneof(
      fc.string(),
      fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty'),
      fc.dictionary(fc.string(), fc.option(status, { nil: undefined })),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.option(info), (message, some) => {
        const failure = turnFailure(message, some);
        expect(Object.keys(ERROR_CODES)).toContain(failure.code);
        expect(typeof failure.message).toBe('string');
        // It goes to logs: a word and a number, whatever the worker sent.
        expect(failure.reason ?? 'none').toMatch(/^[A-Za-z]{1,64}(:-?[\d.e+-]+)?$/);
      }),
    );
  });
});

describe('the message of a failed turn', () => {
  const refusal = (type: string): string => JSON.stringify({ error: { message: 'Bad schema.', type, param: null, code: null } });

  test('a body in which the provider refuses the request is the client’s error, in the provider’s words', () => {
    expect(turnFailure(refusal('invalid_request_error'), 'other')).toEqual({
      code: 'invalid_request',
      message: 'Bad schema.',
      reason: 'badRequest:400',
    });
  });

  test('a refused key is not the client’s error, whatever the provider calls it', () => {
    expect(turnFailure(refusal('invalid_request_error'), 'unauthorized').code).toBe('provider_error');
  });

  test.each([
    ['another type', refusal('server_error'), 'badRequest:400'],
    ['no type', '{"error":{"message":"x"}}', 'badRequest:400'],
    ['no object', '{"error":"x"}', 'other'],
    ['half an object', '{"error":', 'other'],
  ])('a body with %s stays the provider’s trouble', (_, message, reason) => {
    expect(turnFailure(message, 'other')).toEqual({ code: 'provider_error', message, reason });
  });

  test.each([
    ['error sending request for url (https://llm.internal/v1/responses)', 'responseStreamConnectionFailed'],
    ['Transport error: network error: error decoding response body', 'responseStreamDisconnected'],
    ['idle timeout waiting for SSE', 'responseStreamDisconnected'],
    ['stream closed before response.completed', 'responseStreamIncomplete'],
    ['the model melted', 'responseFailed'],
  ])('an answer that was not finished has the reason that its words tell: %s', (words, reason) => {
    expect(turnFailure(`stream disconnected before completion: ${words}`, 'other')).toMatchObject({ code: 'provider_error', reason });
    expect(turnFailure(words, 'other').reason).toBe('other');
    expect(turnFailure(`stream disconnected before completion: ${words}`, 'serverOverloaded').reason).toBe('serverOverloaded');
  });

  test.each([
    ['unexpected status 502 Bad Gateway: No., url: http://10.0.0.7:8080/v1/responses', 'unexpected status 502 Bad Gateway'],
    [
      'unexpected status 401 Unauthorized: {"error": {"message": "key of team blue"}}\n<p>gw.internal</p>',
      'unexpected status 401 Unauthorized',
    ],
    ['error sending request for url (https://llm.internal/v1/responses)', 'error sending request'],
    ['no address here', 'no address here'],
  ])('the provider’s address and its body are left out: %s', (message, shown) => {
    expect(turnFailure(message, { httpConnectionFailed: { httpStatusCode: 502 } }).message).toBe(shown);
  });
});

test.each([
  ['Incomplete response returned, reason: max_output_tokens', 'length'],
  ['stream disconnected before completion: Incomplete response returned, reason: content_filter', 'content_filter'],
  ['Incomplete response returned, reason: whatever', undefined],
  ['stream disconnected before completion', undefined],
])('“%s” ends an answer with %s', (message, reason) => {
  expect(cutShort(message)).toBe(reason);
});

test.each([
  [-32_600, 'invalid_request'],
  [-32_001, 'queue_full'],
  [-32_603, 'internal_error'],
  [0, 'internal_error'],
])('a request refused with %s is %s', (code, expected) => {
  expect(rpcFailure({ code, message: 'no' })).toEqual({
    code: expected,
    message: 'The worker refused the request: no',
    reason: `rpc:${String(code)}`,
  });
});

test('what the worker cannot find of its own is not the fault of the client', () => {
  const message = 'failed to load configuration: No such file or directory (os error 2)';
  expect(rpcFailure({ code: -32_600, message })).toMatchObject({ code: 'internal_error' });
});
