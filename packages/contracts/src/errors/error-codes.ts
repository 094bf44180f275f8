/**
 * What a client is told when a request does not succeed: one row a code. HTTP answers, `docs/reference/errors.md`, metric
 * labels and log fields all derive from this table.
 *
 * `type` follows OpenAI's error types, so that SDKs raise the exception class that they raise for OpenAI itself.
 */
export type ErrorType =
  'invalid_request_error' | 'authentication_error' | 'permission_error' | 'not_found_error' | 'rate_limit_error' | 'server_error';

export interface ErrorDefinition {
  /** HTTP status when the headers have not been sent yet; the status counted in metrics in every case. */
  readonly status: number;
  readonly type: ErrorType;
  /** Whether sending the same request again, later, can succeed. */
  readonly retryable: boolean;
  /** Default of the `Retry-After` header, in seconds. Every 429 and 503 has one. */
  readonly retryAfterSeconds?: number;
  /** When a client sees it; goes to the reference. */
  readonly description: string;
}

export const ERROR_CODES = {
  invalid_json: {
    status: 400,
    type: 'invalid_request_error',
    retryable: false,
    description: 'The body is not JSON, or not valid UTF-8.',
  },
  invalid_request: {
    status: 400,
    type: 'invalid_request_error',
    retryable: false,
    description: 'The body is JSON but not a request of this API; `param` names the field.',
  },
  model_required: {
    status: 400,
    type: 'invalid_request_error',
    retryable: false,
    description: 'The request names no model.',
  },
  context_length_exceeded: {
    status: 400,
    type: 'invalid_request_error',
    retryable: false,
    description: "The conversation is longer than the model's context window.",
  },
  invalid_api_key: {
    status: 401,
    type: 'authentication_error',
    retryable: false,
    description: 'The bearer token is missing or wrong.',
  },
  forbidden: {
    status: 403,
    type: 'permission_error',
    retryable: false,
    description: 'The caller may not read this, whatever key it holds.',
  },
  model_not_found: {
    status: 404,
    type: 'not_found_error',
    retryable: false,
    description: 'The model is not served here; `GET /v1/models` lists those that are.',
  },
  not_found: { status: 404, type: 'not_found_error', retryable: false, description: 'No such route or resource.' },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    retryable: false,
    description: 'The route exists, but not for this method; the `Allow` header lists those that work.',
  },
  request_timeout: {
    status: 408,
    type: 'invalid_request_error',
    retryable: true,
    description: 'The client did not send the whole request in time.',
  },
  request_too_large: {
    status: 413,
    type: 'invalid_request_error',
    retryable: false,
    description: 'The body is larger than `PROXY_BODY_LIMIT`.',
  },
  unsupported_media_type: {
    status: 415,
    type: 'invalid_request_error',
    retryable: false,
    description: 'The body is not `application/json`, or its encoding is not known here.',
  },
  rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    retryable: true,
    retryAfterSeconds: 1,
    description: 'The key has used up `PROXY_RATE_LIMIT_PER_MINUTE`.',
  },
  queue_full: {
    status: 429,
    type: 'rate_limit_error',
    retryable: true,
    retryAfterSeconds: 1,
    description: 'All worker slots are busy and `WORKER_MAX_QUEUE` requests already wait.',
  },
  provider_rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    retryable: true,
    retryAfterSeconds: 5,
    description: 'The model provider refuses for its rate, usage limit or load.',
  },
  headers_too_large: {
    status: 431,
    type: 'invalid_request_error',
    retryable: false,
    description: 'The request headers are larger than 16 KB.',
  },
  internal_error: {
    status: 500,
    type: 'server_error',
    retryable: true,
    description: 'A defect of this proxy; the request id leads to the log record.',
  },
  provider_error: {
    status: 502,
    type: 'server_error',
    retryable: true,
    description: 'The model provider failed, or refused the credentials of this proxy.',
  },
  maintenance: {
    status: 503,
    type: 'server_error',
    retryable: true,
    retryAfterSeconds: 60,
    description: 'The operator has switched maintenance mode on.',
  },
  worker_not_ready: {
    status: 503,
    type: 'server_error',
    retryable: true,
    retryAfterSeconds: 2,
    description: 'No Codex worker has completed its handshake; `/readyz` says why.',
  },
  worker_exited: {
    status: 503,
    type: 'server_error',
    retryable: true,
    retryAfterSeconds: 1,
    description: 'The Codex worker ended while it worked on the request.',
  },
  shutting_down: {
    status: 503,
    type: 'server_error',
    retryable: true,
    retryAfterSeconds: 5,
    description: 'The proxy is draining and takes no new work.',
  },
  worker_timeout: {
    status: 504,
    type: 'server_error',
    retryable: true,
    description: 'The request did not end within `WORKER_REQUEST_TIMEOUT_MS`, waiting included.',
  },
  stream_idle_timeout: {
    status: 504,
    type: 'server_error',
    retryable: true,
    description: 'The worker sent nothing for `PROXY_STREAM_IDLE_TIMEOUT_MS`.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The row of `code`, widened so that optional columns can be read. */
export function errorDefinition(code: ErrorCode): ErrorDefinition {
  return ERROR_CODES[code];
}
