import { describe, expect, it } from 'vitest';
import { ERROR_CODES, errorDefinition, errorEnvelope, errorEnvelopeSchema, type ErrorCode } from '../src/index.ts';

const codes = Object.keys(ERROR_CODES).filter((code): code is ErrorCode => code in ERROR_CODES);

describe.each(codes)('error %s', (code) => {
  const definition = errorDefinition(code);

  it('has the type that OpenAI gives its status', () => {
    const special: Record<number, string> = {
      401: 'authentication_error',
      403: 'permission_error',
      404: 'not_found_error',
      429: 'rate_limit_error',
    };
    const family = definition.status >= 500 ? 'server_error' : 'invalid_request_error';
    expect(definition.type).toBe(special[definition.status] ?? family);
  });

  it('says when to come back if its status is 429 or 503, and only then', () => {
    const retries = definition.status === 429 || definition.status === 503;
    expect(definition.retryAfterSeconds !== undefined).toBe(retries);
    if (retries) expect(definition.retryable).toBe(true);
  });

  it('makes an envelope that the schema accepts', () => {
    const envelope = errorEnvelope(code, 'why', 'field');
    expect(errorEnvelopeSchema.parse(envelope)).toEqual(envelope);
    expect(envelope.error).toMatchObject({ code, param: 'field', retryable: definition.retryable });
    expect(errorEnvelope(code, 'why').error).not.toHaveProperty('param');
  });
});
