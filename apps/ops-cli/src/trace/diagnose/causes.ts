import type { ErrorCode } from '@codex-proxy/contracts';
import { formatMs } from '../../text/duration.ts';
import type { Cause } from './cause.ts';
import { failureKind, providerStatus, providerWords } from './provider-trouble.ts';
import type { Into, Stretch } from '../timeline/step.ts';
import { isNoticeable } from '../timeline/stretches.ts';
import type { View } from './view.ts';

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
    'the model that was asked for is not served here',
    'Compare with GET /v1/models, CODEX_MODEL and the account of the provider.',
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
  maintenance: ['maintenance mode was on', 'codex-ops maintenance status says who switched it on, and why.'],
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

const PROVIDER = ['provider_error', 'provider_rate_limited'];
const isProvider = ({ errorCode }: View): boolean => PROVIDER.includes(errorCode ?? '');
const isKind = (view: View, ...kinds: string[]): boolean => isProvider(view) && kinds.includes(failureKind(view) ?? '');
const hasStatus = (view: View, from: number, to = from): boolean => {
  const status = providerStatus(view);
  return isProvider(view) && status !== undefined && status >= from && status <= to;
};
const http = (view: View): string => `HTTP ${providerStatus(view) ?? '?'}`;

/** Rows that know more than the error code alone; the first that applies counts. */
const SPECIAL: readonly Cause[] = [
  {
    id: 'provider_credentials',
    applies: (view) => hasStatus(view, 401) || hasStatus(view, 403) || isKind(view, 'unauthorized'),
    says: (view) => `the model provider refused the credentials of this proxy (${http(view)})${providerWords(view)}`,
    next: "Not the client's key: check OPENAI_API_KEY, PROXY_PROVIDER_API_KEY or the login of the worker.",
  },
  {
    id: 'provider_quota',
    applies: (view) => isKind(view, 'usageLimitExceeded', 'sessionBudgetExceeded'),
    says: (view) => `the account at the model provider has used up its quota${providerWords(view)}`,
    next: 'Check plan and billing at the provider.',
  },
  {
    id: 'provider_overloaded',
    applies: (view) => isKind(view, 'serverOverloaded', 'policyCapacityUnavailable', 'flexUnavailable'),
    says: (view) => `the model is at capacity at the provider${providerWords(view)}`,
    next: "See the provider's status page; another model may have room.",
  },
  {
    id: 'provider_rate',
    applies: (view) => view.errorCode === 'provider_rate_limited' && (hasStatus(view, 429) || isKind(view, 'rateLimitExceeded')),
    says: (view) => `the model provider limits the rate of this account${providerWords(view)}`,
    next: 'Send less at once, or ask the provider for a higher limit.',
  },
  {
    id: 'provider_unavailable',
    applies: (view) => view.errorCode === 'provider_error' && (hasStatus(view, 500, 599) || isKind(view, 'internalServerError')),
    says: (view) => `the model provider failed (${providerStatus(view) === undefined ? 'HTTP 5xx' : http(view)})${providerWords(view)}`,
    next: "See the provider's status page.",
  },
  {
    id: 'provider_refused',
    applies: (view) => view.errorCode === 'provider_error' && hasStatus(view, 400, 499),
    says: (view) => `the model provider refused the request (${http(view)})${providerWords(view)}`,
    next: 'Check PROXY_PROVIDER_BASE_URL and what the provider expects.',
  },
  {
    id: 'provider_unreachable',
    applies: (view) => isKind(view, 'httpConnectionFailed') && providerStatus(view) === undefined,
    says: (view) => `the model provider cannot be reached${providerWords(view)}`,
    next: 'Check PROXY_PROVIDER_BASE_URL, DNS, the proxy settings and the firewall.',
  },
  {
    id: 'provider_stream_broke',
    applies: (view) => view.errorCode === 'provider_error' && view.deltaCount > 0,
    says: (view) => `the stream from the model provider broke off after ${deltas(view)}${providerWords(view)}`,
    next: "See the provider's status page, and the network between.",
  },
  {
    id: 'provider_error',
    applies: (view) => view.errorCode === 'provider_error',
    says: (view) => `the model provider failed before it sent anything${providerWords(view)}`,
    next: "See the provider's status page; codex-ops trace-buffer enable keeps what the worker says next time.",
  },
  {
    id: 'worker_exited',
    applies: ({ errorCode }) => errorCode === 'worker_exited',
    says: (view) => `the worker process ended ${howItEnded(view)}while it worked on this request, ${after(view)}`,
    next: ({ hasLog }) =>
      `See worker_exited and worker_stderr in the log of the proxy${hasLog ? '' : ' (give it with --log)'}; whatever else the worker had to do then failed with it.`,
  },
  {
    id: 'timeout_in_queue',
    applies: (view) => view.errorCode === 'worker_timeout' && view.queueMs >= (view.latencyMs ?? Infinity) / 2,
    says: (view) =>
      `timed out in the queue: ${formatMs(view.queueMs)} of ${formatMs(view.latencyMs ?? 0)} went into waiting for a worker slot`,
    next: 'See codex_worker_queue_depth; raise WORKER_MAX_CONCURRENCY, or look for requests that hold their slots.',
  },
  {
    id: 'timeout_without_token',
    applies: (view) => view.errorCode === 'worker_timeout' && view.ttftMs === undefined,
    says: (view) => `timed out after ${formatMs(view.latencyMs ?? 0)}: the model never sent a first token`,
    next: "See the provider's status page; it may not answer at all.",
  },
  {
    id: 'timeout_while_writing',
    applies: ({ errorCode }) => errorCode === 'worker_timeout',
    says: (view) => `timed out after ${formatMs(view.latencyMs ?? 0)}, while the model was still writing (${deltas(view)})`,
    next: 'Raise WORKER_REQUEST_TIMEOUT_MS, or ask for less.',
  },
  {
    id: 'stream_idle',
    applies: ({ errorCode }) => errorCode === 'stream_idle_timeout',
    says: (view) => `the worker fell silent for longer than PROXY_STREAM_IDLE_TIMEOUT_MS, ${after(view)}`,
    next: "See the provider's status page; its stream hangs.",
  },
  {
    id: 'slow_client',
    applies: ({ reason }) => reason === 'slow_client',
    says: (view) => `the proxy cut the client off after ${formatMs(view.latencyMs ?? 0)}: it did not read what was sent to it`,
    next: 'Look at the client and the network to it; PROXY_STREAM_MAX_BUFFER_KB is the limit.',
  },
  {
    id: 'client_left_in_queue',
    applies: (view) => view.outcome === 'client_closed' && !view.reachedWorker,
    says: (view) => `the client left after ${formatMs(view.latencyMs ?? 0)}, before the worker was asked`,
    next: "See the client's time-out, and the queue: codex_worker_queue_depth.",
  },
  {
    id: 'client_left_waiting',
    applies: (view) => view.outcome === 'client_closed' && view.ttftMs === undefined,
    says: (view) => `the client left after ${formatMs(view.latencyMs ?? 0)}, before any content${mostly(view)}`,
    next: "Compare with the client's time-out: it may be shorter than the model's first token.",
  },
  {
    id: 'client_left_streaming',
    applies: ({ outcome }) => outcome === 'client_closed',
    says: (view) => `the client left after ${formatMs(view.latencyMs ?? 0)}, in the middle of the answer (${deltas(view)} sent)`,
    next: "Nothing is wrong here unless the client's side thinks so: a stop button, a time-out, a lost network.",
  },
  {
    id: 'invalid_field',
    applies: ({ errorCode, reason }) => errorCode === 'invalid_request' && reason !== undefined,
    says: ({ reason = '' }) => `the client sent a request that is not valid: see \`${reason}\``,
    next: 'The client must mend its request.',
  },
];

const BY_CODE: readonly Cause[] = Object.entries(ERROR_CAUSES).map(([code, [says, next]]) => ({
  id: code,
  applies: ({ errorCode }) => errorCode === code,
  says: (view) => `${says}${isProvider(view) ? providerWords(view) : ''}`,
  next,
}));

const SLOW_MS = 1_000;
const isSlow = ({ outcome, latencyMs = 0 }: View): boolean => outcome === 'completed' && latencyMs >= SLOW_MS;
const longest = ({ stretches }: View): Stretch | undefined => stretches[0];
const isLongest = (view: View, ...into: readonly Into[]): boolean => isSlow(view) && into.some((each) => each === longest(view)?.into);

const WITHOUT_FAILURE: readonly Cause[] = [
  {
    id: 'cut_short',
    applies: ({ outcome, finishReason }) => outcome === 'completed' && (finishReason === 'length' || finishReason === 'content_filter'),
    says: (view) => `the answer was cut short by the model (finish_reason ${view.finishReason ?? ''})`,
    next: 'Not a fault of the proxy: see the limits and the policy of the provider (max_tokens of the request is ignored).',
  },
  {
    id: 'tool_call_cut',
    applies: ({ outcome, toolBufferAborts }) => outcome === 'completed' && toolBufferAborts.length > 0,
    says: ({ toolBufferAborts: reasons }) =>
      `${reasons.length === 1 ? 'a tool call' : `${reasons.length} tool calls`} that the model wrote as text reached the client as plain text (${[...new Set(reasons)].join(', ')})`,
    next: 'The client got no tool call of it: see codex-ops metrics tool_buffer for how often, and what the model was told about tools.',
  },
  {
    id: 'slow_queue',
    applies: (view) => isLongest(view, 'queue'),
    says: whereTimeWent,
    next: 'See codex_worker_inflight and codex_worker_queue_depth; raise WORKER_MAX_CONCURRENCY.',
  },
  {
    id: 'slow_first_token',
    applies: (view) => isLongest(view, 'first_token', 'silence'),
    says: whereTimeWent,
    next: "See codex_stream_ttft_ms of this model, and the provider's status page; a long prompt takes longer.",
  },
  {
    id: 'slow_pause',
    applies: (view) => isLongest(view, 'pause'),
    says: whereTimeWent,
    next: 'See codex_stream_inter_delta_ms of this model; a tool call or reasoning may lie in the pause.',
  },
  {
    id: 'slow_long_answer',
    applies: (view) => isLongest(view, 'writing'),
    says: (view) => `${whereTimeWent(view)}: ${deltas(view)}`,
    next: 'A long answer takes long; compare the tokens with those of other requests.',
  },
  {
    id: 'slow_worker',
    applies: (view) => isLongest(view, 'worker'),
    says: whereTimeWent,
    next: 'See codex_worker_rss_bytes and the CPU of the machine; codex-ops worker recycle starts a fresh one.',
  },
  {
    id: 'slow_proxy',
    applies: (view) => isLongest(view, 'proxy'),
    says: whereTimeWent,
    next: 'See nodejs_eventloop_lag_seconds and the CPU of the machine; or the client sent its body slowly.',
  },
  {
    id: 'slow_end',
    applies: (view) => isLongest(view, 'end'),
    says: whereTimeWent,
    next: 'The client may have read its answer slowly; look at it and the network to it.',
  },
  { id: 'slow', applies: isSlow, says: whereTimeWent, next: 'Read the timeline.' },
  {
    id: 'completed',
    applies: ({ outcome }) => outcome === 'completed',
    says: (view) => `nothing is wrong${mostly(view)}`,
    next: 'Nothing to do.',
  },
  {
    id: 'running',
    applies: ({ outcome }) => outcome === 'running',
    says: () => 'the request has not ended, or the proxy ended before it',
    next: 'Ask again; where the proxy was killed meanwhile, its next start marks the run.',
  },
  {
    id: 'no_terminal_record',
    applies: ({ outcome }) => outcome === 'unknown',
    says: () => 'no terminal record was found: the request still runs, or its access log is gone',
    next: 'Ask again; see LOG_MAX_MB and LOG_MAX_FILES for how long logs are kept.',
  },
  {
    id: 'ended',
    applies: () => true,
    says: (view) => `it ended as ${view.outcome}${view.errorCode === undefined ? '' : ` (${view.errorCode})`}; nothing here tells more`,
    next: 'Read the timeline.',
  },
];

/** Every cause that is known, the most telling first. The last one always applies. */
export const CAUSES: readonly Cause[] = [...SPECIAL, ...BY_CODE, ...WITHOUT_FAILURE];

function deltas({ deltaCount }: View): string {
  return deltaCount === 1 ? '1 delta' : `${deltaCount} deltas`;
}

function after(view: View): string {
  return view.deltaCount === 0 ? 'before any content' : `after ${deltas(view)}`;
}

function howItEnded({ workerExits }: View): string {
  const exit = workerExits[0];
  if (exit === undefined) return '';
  return typeof exit['signal'] === 'string' ? `by ${exit['signal']} ` : `with exit code ${String(exit['exit_code'])} `;
}

function whereTimeWent(view: View): string {
  const stretch = longest(view);
  if (stretch === undefined) return 'where its time went is not known';
  return `${share(stretch, view)} of its time (${formatMs(stretch.ms)}) went into ${stretch.what}`;
}

/** The same in a few words, as an addition. */
function mostly(view: View): string {
  const stretch = longest(view);
  if (stretch === undefined || view.latencyMs === undefined || !isNoticeable(stretch, view.latencyMs)) return '';
  return `; ${share(stretch, view)} of the time went into ${stretch.what}`;
}

function share({ ms }: Stretch, { latencyMs = ms }: View): string {
  return `${Math.min(100, Math.round((ms / Math.max(latencyMs, 0.001)) * 100))} %`;
}
