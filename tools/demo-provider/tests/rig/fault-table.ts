import type { ProviderFault } from '@codex-proxy/demo-provider';

/** A provider's fault and what `turn/completed` then says of it, with both retry limits at 0. */
export interface FaultFact {
  readonly fault: ProviderFault;
  readonly label: string;
  readonly codexErrorInfo: unknown;
  /** `{url}` stands for the address of the request. */
  readonly message: string;
  /** Requests made with `request_max_retries` 1 and `stream_max_retries` 1. */
  readonly requestsWithRetries: number;
}

type Row = readonly [label: string, fault: ProviderFault, codexErrorInfo: unknown, message: string, requestsWithRetries: number];

function http(status: number, code: string | null, message: string, headers: Readonly<Record<string, string>> = {}): ProviderFault {
  return { kind: 'http', status, body: { error: { message, type: 'invalid_request_error', param: null, code } }, headers };
}

function failed(code: string): ProviderFault {
  return { kind: 'failed', code, message: `It said ${code}.` };
}

const connection = (httpStatusCode: number): unknown => ({ httpConnectionFailed: { httpStatusCode } });
const CAPACITY = 'Selected model is at capacity. Please try a different model.';
const OUT_OF_ROOM = "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.";
const QUOTA = 'Quota exceeded. Check your plan and billing details.';
const DISCONNECTED = 'stream disconnected before completion:';

const ROWS: readonly Row[] = [
  ['400', http(400, 'bad', 'No.'), 'other', '{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"bad"}}', 1],
  ['400 `context_length_exceeded`', http(400, 'context_length_exceeded', 'No.'), 'contextWindowExceeded', OUT_OF_ROOM, 1],
  ['401', http(401, 'invalid_api_key', 'No.'), connection(401), 'unexpected status 401 Unauthorized: No., url: {url}', 2],
  ['403', http(403, null, 'No.'), connection(403), 'unexpected status 403 Forbidden: No., url: {url}', 2],
  ['404', http(404, null, 'No.'), connection(404), 'unexpected status 404 Not Found: No., url: {url}', 2],
  ['404 `model_not_found`', http(404, 'model_not_found', 'No.'), 'modelNotFound', 'No.', 1],
  ['413', http(413, null, 'No.'), connection(413), 'unexpected status 413 Payload Too Large: No., url: {url}', 2],
  ['422', http(422, null, 'No.'), connection(422), 'unexpected status 422 Unprocessable Entity: No., url: {url}', 2],
  [
    '429',
    http(429, 'rate_limit_exceeded', 'No.'),
    { responseTooManyFailedAttempts: { httpStatusCode: 429 } },
    'exceeded retry limit, last status: 429 Too Many Requests',
    1,
  ],
  ['429 `insufficient_quota`', http(429, 'insufficient_quota', 'No.'), 'usageLimitExceeded', QUOTA, 1],
  ['500', http(500, null, 'No.'), 'internalServerError', 'We’re currently experiencing high demand, which may cause temporary errors.', 4],
  ['502', http(502, null, 'No.'), connection(502), 'unexpected status 502 Bad Gateway: No., url: {url}', 4],
  ['503', http(503, null, 'No.'), connection(503), 'unexpected status 503 Service Unavailable: No., url: {url}', 4],
  ['503 `server_is_overloaded`', http(503, 'server_is_overloaded', 'No.'), 'serverOverloaded', CAPACITY, 2],
  ['503 `slow_down`', http(503, 'slow_down', 'No.'), 'rateLimitExceeded', 'rate limit exceeded: No.', 4],
  ['connection cut, before the headers', { kind: 'cut' }, 'other', `${DISCONNECTED} error sending request`, 4],
  [
    'connection cut, any delta',
    { kind: 'cut', afterDeltas: 1 },
    'other',
    `${DISCONNECTED} Transport error: network error: error decoding response body`,
    2,
  ],
  [
    'stream ends early',
    { kind: 'cut', afterDeltas: 1, clean: true },
    'other',
    `${DISCONNECTED} stream closed before response.completed`,
    2,
  ],
  ['silence after headers', { kind: 'hang', afterDeltas: 1 }, 'other', `${DISCONNECTED} idle timeout waiting for SSE`, 2],
  ['`response.failed` `server_error`', failed('server_error'), 'other', `${DISCONNECTED} It said server_error.`, 2],
  ['`response.failed`, unknown code', failed('whatever'), 'other', `${DISCONNECTED} It said whatever.`, 2],
  [
    '`response.failed` `rate_limit_exceeded`',
    failed('rate_limit_exceeded'),
    'rateLimitExceeded',
    'rate limit exceeded: It said rate_limit_exceeded.',
    2,
  ],
  ['`response.failed` `context_length_exceeded`', failed('context_length_exceeded'), 'contextWindowExceeded', OUT_OF_ROOM, 1],
  ['`response.failed` `insufficient_quota`', failed('insufficient_quota'), 'usageLimitExceeded', QUOTA, 1],
  ['`response.failed` `server_is_overloaded`', failed('server_is_overloaded'), 'serverOverloaded', CAPACITY, 1],
  ['`response.failed` `invalid_prompt`', failed('invalid_prompt'), 'other', 'It said invalid_prompt.', 1],
  ['`response.failed` `model_not_found`', failed('model_not_found'), 'modelNotFound', 'It said model_not_found.', 1],
  ['`response.failed` `cyber_policy`', failed('cyber_policy'), 'cyberPolicy', 'It said cyber_policy.', 1],
  [
    '`response.incomplete` `max_output_tokens`',
    { kind: 'incomplete', reason: 'max_output_tokens' },
    'other',
    'Incomplete response returned, reason: max_output_tokens',
    1,
  ],
  [
    '`response.incomplete` `content_filter`',
    { kind: 'incomplete', reason: 'content_filter' },
    'other',
    `${DISCONNECTED} Incomplete response returned, reason: content_filter`,
    2,
  ],
];

export const FAULT_FACTS: readonly FaultFact[] = ROWS.map(([label, fault, codexErrorInfo, message, requestsWithRetries]) => ({
  label,
  fault,
  codexErrorInfo,
  message,
  requestsWithRetries,
}));

/** The row of the README that states a fact. */
export function factRow(fact: FaultFact): string {
  const info = typeof fact.codexErrorInfo === 'string' ? fact.codexErrorInfo : JSON.stringify(fact.codexErrorInfo);
  return `| ${fact.label} | \`${info}\` | \`${fact.message}\` | ${fact.requestsWithRetries} |`;
}
