import type { ErrorCode } from '@codex-proxy/contracts';

/** What each error code means to who is on call, where no row above it knows more. */
export const ERROR_CAUSES: Readonly<Record<ErrorCode, readonly [says: string, next: string]>> = {
  invalid_json: ['the body that the client sent is not JSON', 'The client must mend its request.'],
  invalid_request: [
    'the client sent a request that is not valid',
    'The client must mend its request; the answer that it got names the field.',
  ],
  model_required: ['the request names no model', 'The client must name one of GET /v1/models.'],
  context_length_exceeded: ["the conversation is longer than the model's context window", 'The client must shorten it.'],
  invalid_api_key: ['the API key is missing or wrong', 'Compare the key of the client with PROXY_API_KEY; the key is never logged.'],
  forbidden: ['the caller may not read this, whatever key it holds', 'See the rule of the route in docs/reference.'],
  model_not_found: [
    'the model that was asked for is not served here, and its name is not kept',
    'A client can send any text as the name of a model: records say `other`. Its answer names it; compare with GET /v1/models and CODEX_MODEL.',
  ],
  not_found: ['there is no such route or resource', "Check the client's base URL: it ends in /v1."],
  method_not_allowed: ['the route does not know this method', "Check the client's method."],
  request_timeout: ['the client did not send its request in time', "Look at the client's network."],
  request_too_large: ['the body is larger than PROXY_BODY_LIMIT', 'Shorten the request, or raise the limit.'],
  unsupported_media_type: ['the body is not application/json, or in an encoding that is not known', 'The client must mend its headers.'],
  rate_limited: ['the key has used up PROXY_RATE_LIMIT_PER_MINUTE', 'Let the client wait for Retry-After, or raise the limit.'],
  queue_full: [
    'all worker slots were busy and the queue was full',
    'See codex_worker_inflight and codex_worker_queue_depth; raise WORKER_MAX_CONCURRENCY or WORKER_MAX_QUEUE, or shed load.',
  ],
  provider_rate_limited: ['the model provider refuses for its rate, usage limit or load', "See the provider's limits and status page."],
  headers_too_large: ['the request headers are larger than 16 KB', 'The client must send less.'],
  internal_error: ['a defect of this proxy', 'Search its log for this request id at level error, and report it.'],
  provider_error: ['the model provider failed', "See the provider's status page."],
  maintenance: ['maintenance mode was on', 'The log of the proxy says who switched it on, and why.'],
  worker_not_ready: [
    'no worker had completed its handshake, or it failed to start too often',
    'See /readyz, and worker_start_failed and worker_exited in the log of the proxy.',
  ],
  worker_exited: [
    'the worker process ended while it worked on this request',
    'See worker_exited and worker_stderr in the log of the proxy.',
  ],
  shutting_down: ['the proxy was draining: it was told to stop', 'See proxy_draining in its log; a restart or a deployment.'],
  worker_timeout: ['the request did not end within WORKER_REQUEST_TIMEOUT_MS', 'See where the time went below.'],
  stream_idle_timeout: ['the worker sent nothing for PROXY_STREAM_IDLE_TIMEOUT_MS', "See the provider's status page; other requests then?"],
};
