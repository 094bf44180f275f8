import type { ErrorCode } from '@codex-proxy/contracts';
import type { ProviderAnswer, ProviderFault } from '@codex-proxy/demo-provider';

/** What a provider does, and what the client of a stream has to be told. */
export interface Case {
  readonly answer: ProviderAnswer;
  /** None: the answer is whole. */
  readonly error?: ErrorCode;
  /** All that comes of the text. */
  readonly text: string;
}

const DELTAS = ['one ', 'two ', 'three ', 'four'];
const WHOLE = DELTAS.join('');

function http(status: number, code: string, headers: Readonly<Record<string, string>> = {}): ProviderAnswer {
  const body = { error: { message: 'No.', type: 'some_error', param: null, code } };
  return { deltas: [], fault: { kind: 'http', status, body, headers } };
}

function events(body: string, type = 'text/event-stream'): ProviderAnswer {
  return { deltas: [], fault: { kind: 'http', status: 200, body, headers: { 'content-type': type } } };
}

const during = (fault: ProviderFault): ProviderAnswer => ({ deltas: DELTAS, interTokenMs: 5, fault });
const LATER = { 'retry-after': '3600' };

/** By the name that a request asks for it by. */
export const CASES: Readonly<Record<string, Case>> = {
  'no fault': { answer: { deltas: DELTAS, interTokenMs: 5 }, text: WHOLE },
  'a huge event': { answer: { deltas: ['x'.repeat(1_000_000)] }, text: 'x'.repeat(1_000_000) },
  'a slow answer': { answer: { deltas: DELTAS, interTokenMs: 200 }, text: WHOLE },
  '401': { answer: http(401, 'invalid_api_key'), error: 'provider_error', text: '' },
  '403': { answer: http(403, 'forbidden'), error: 'provider_error', text: '' },
  '404 for the model': { answer: http(404, 'model_not_found'), error: 'model_not_found', text: '' },
  '429': { answer: http(429, 'rate_limit_exceeded'), error: 'provider_rate_limited', text: '' },
  '429 with Retry-After': { answer: http(429, 'rate_limit_exceeded', LATER), error: 'provider_rate_limited', text: '' },
  '500': { answer: http(500, 'server_error'), error: 'provider_error', text: '' },
  '502': { answer: http(502, 'bad_gateway'), error: 'provider_error', text: '' },
  '503': { answer: http(503, 'unavailable'), error: 'provider_error', text: '' },
  '503 with Retry-After': { answer: http(503, 'unavailable', LATER), error: 'provider_error', text: '' },
  'silence before the headers': { answer: during({ kind: 'hang' }), error: 'stream_idle_timeout', text: '' },
  'silence in the middle': { answer: during({ kind: 'hang', afterDeltas: 2 }), error: 'stream_idle_timeout', text: 'one two ' },
  'a cut before the headers': { answer: during({ kind: 'cut' }), error: 'provider_error', text: '' },
  'a cut in the middle': { answer: during({ kind: 'cut', afterDeltas: 2 }), error: 'provider_error', text: 'one two ' },
  'an early end': { answer: during({ kind: 'cut', afterDeltas: 3, clean: true }), error: 'provider_error', text: 'one two three ' },
  'a failure in the end': {
    answer: during({ kind: 'failed', code: 'server_error', message: 'No.' }),
    error: 'provider_error',
    text: WHOLE,
  },
  'broken events': { answer: events('data: {broken\n\nevent: x\ndata: {"type":"respo\n\n'), error: 'provider_error', text: '' },
  'a page in the place of events': { answer: events('<html>Log in</html>', 'text/html'), error: 'provider_error', text: '' },
};
