import type { Fault } from './fault.ts';

const FILE = 'apps/proxy/tests/integration/provider-faults.test.ts';

/** What each of them tells of the provider, with the real worker, streamed and not. */
function answered(name: string, how: string, client: string, code: string, log: string): Fault {
  return {
    name,
    how,
    client,
    probe: '200, `ok`: no probe asks the provider',
    metric: `\`codex_http_errors_total{error_code="${code}"}\`, once a request; no restart`,
    log: `\`request_completed\` (${log})`,
    after: 'the next request is served',
    test: { file: FILE, name: 'the client, the probes, the metrics and the log tell the same, and the next request is served' },
  };
}

const IN_STREAM = 'in a stream that has begun, the text so far, that error, and `[DONE]`';

export const PROVIDER_FAULTS: readonly Fault[] = [
  answered(
    'refuses its key',
    '401, 403',
    '502 `provider_error`: it is not the key of the client, who is told neither the address nor the body',
    'provider_error',
    '`failed`, `httpConnectionFailed:401`',
  ),
  answered('does not know the model', '404 `model_not_found`', '404 `model_not_found`', 'model_not_found', '`refused`, `modelNotFound`'),
  answered(
    'limits the rate, or a quota',
    '429, with and without `Retry-After`; a failure for its rate in the stream',
    '429 `provider_rate_limited`, retryable, with `Retry-After`',
    'provider_rate_limited',
    '`failed`, `responseTooManyFailedAttempts:429` or `usageLimitExceeded`',
  ),
  answered(
    'fails',
    '500, 502, 503, a page of HTML, a redirect to nowhere, a failure at the end of the stream',
    `502 \`provider_error\`, retryable; ${IN_STREAM}`,
    'provider_error',
    '`failed`, `internalServerError` or `httpConnectionFailed:502`',
  ),
  answered(
    'is silent',
    'before its headers, after them, or in the middle of a stream',
    `504 \`stream_idle_timeout\`, retryable, after \`PROXY_STREAM_IDLE_TIMEOUT_MS\`; ${IN_STREAM}`,
    'stream_idle_timeout',
    '`timeout`',
  ),
  answered(
    'is cut',
    'the connection is reset, or closed, before the headers, after them, in the middle, or before the last event',
    `502 \`provider_error\`, retryable; ${IN_STREAM}`,
    'provider_error',
    '`failed`',
  ),
  answered(
    'talks nonsense',
    'success without content, a login page, events that are no JSON, no event at all',
    '502 `provider_error`, retryable',
    'provider_error',
    '`failed`',
  ),
  {
    ...answered(
      'cannot be reached',
      'nobody listens at its address',
      '502 `provider_error`, retryable',
      'provider_error',
      '`failed`, `httpConnectionFailed`',
    ),
    after: 'served as soon as somebody listens',
    test: { file: FILE, name: 'where nobody listens is an error of the provider, until somebody does' },
  },
];
