import type { ErrorCode } from '@codex-proxy/contracts';
import type { CodexErrorInfo, RpcErrorObject } from '../protocol/messages.ts';
import { isObject, objectAt, stringAt, type JsonObject } from '../channel/json-shape.ts';
import type { TurnFailure } from './turn-request.ts';

/** The app server's "Server overloaded; retry later." */
const OVERLOADED = -32001;
const INVALID = -32600;

/** `codexErrorInfo` strings with a meaning of their own for the client; all others are the provider's trouble. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  contextWindowExceeded: 'context_length_exceeded',
  sessionBudgetExceeded: 'provider_rate_limited',
  usageLimitExceeded: 'provider_rate_limited',
  rateLimitExceeded: 'provider_rate_limited',
  flexUnavailable: 'provider_rate_limited',
  serverOverloaded: 'provider_rate_limited',
  policyCapacityUnavailable: 'provider_rate_limited',
  modelNotFound: 'model_not_found',
  badRequest: 'invalid_request',
  cyberPolicy: 'invalid_request',
  misalignmentPolicyViolation: 'invalid_request',
};

/** What a provider says of a request it refuses; the worker hands the body over as the message. */
const REFUSAL = /^\s*\{/;

function refusalBody(message: string): JsonObject | undefined {
  if (!REFUSAL.test(message)) return undefined;
  try {
    return objectAt(JSON.parse(message), 'error');
  } catch {
    return undefined;
  }
}

function providerRefusal(error: JsonObject | undefined): string | undefined {
  return stringAt(error, 'type') === 'invalid_request_error' ? stringAt(error, 'message') : undefined;
}

function codeOf(info: string): ErrorCode {
  return (Object.hasOwn(CODES, info) ? CODES[info] : undefined) ?? 'provider_error';
}

function httpStatus(info: CodexErrorInfo | null): number | undefined {
  if (info === null || typeof info === 'string') return undefined;
  for (const detail of Object.values(info)) {
    if (typeof detail?.httpStatusCode === 'number') return detail.httpStatusCode;
  }
  return undefined;
}

/** The provider's address is nobody's business but the operator's. */
function withoutAddress(message: string): string {
  return message.replace(/,? ?(for )?url:? \(?https?:\/\/[^\s)]*\)?/gi, '');
}

/**
 * Measured: an HTTP error that is not about the request comes with its whole body, in which providers name accounts, keys and machines of the
 * operator. A client gets the status.
 */
function withoutBody(message: string): string {
  return message.replace(/(\bunexpected status \d{3}[^:\n]{0,64}): [\s\S]*/, '$1');
}

const KIND = /^[A-Za-z]{1,64}$/;

/** Measured: what the worker itself says of an answer that did not come to its end. Whatever else follows is the provider's. */
const UNFINISHED = 'stream disconnected before completion: ';
const UNFINISHED_REASONS: readonly (readonly [begin: string, reason: string])[] = [
  ['error sending request', 'responseStreamConnectionFailed'],
  ['Transport error: ', 'responseStreamDisconnected'],
  ['idle timeout', 'responseStreamDisconnected'],
  ['stream closed before response.completed', 'responseStreamIncomplete'],
  ['', 'responseFailed'],
];

/** What the worker calls `other` is told apart by its words, which no record may hold. Measured: a body alone is that of an HTTP 400. */
function reasonOfOther(message: string, refusal: JsonObject | undefined): string {
  if (refusal !== undefined) return 'badRequest:400';
  if (!message.startsWith(UNFINISHED)) return 'other';
  const cause = message.slice(UNFINISHED.length);
  return UNFINISHED_REASONS.find(([begin]) => cause.startsWith(begin))?.[1] ?? 'other';
}

/** The kind of a failure as one short word, with the provider's HTTP status where there was one. */
function reasonOf(info: CodexErrorInfo | null): string | undefined {
  const kind = typeof info === 'string' ? info : Object.keys(info ?? {})[0];
  if (kind === undefined || !KIND.test(kind)) return undefined;
  const status = httpStatus(info);
  return status === undefined ? kind : `${kind}:${String(status)}`;
}

function failureCode(info: CodexErrorInfo | null): ErrorCode {
  if (typeof info === 'string') return codeOf(info);
  const status = httpStatus(info);
  if (status === 429) return 'provider_rate_limited';
  return status === 400 || status === 413 || status === 422 ? 'invalid_request' : 'provider_error';
}

/** Maps a failed turn to the table of errors. A provider's 401 is never the client's: its key was right. */
export function turnFailure(message: string, info: CodexErrorInfo | null): TurnFailure {
  const body = refusalBody(message);
  const reason = info === 'other' ? reasonOfOther(message, body) : reasonOf(info);
  // OpenAI calls a wrong key an invalid request, too.
  const refusal = info === 'unauthorized' ? undefined : providerRefusal(body);
  if (refusal !== undefined) return { code: 'invalid_request', message: refusal, reason };
  const code = failureCode(info);
  const told = code === 'provider_error' ? withoutBody(message) : message;
  return { code, message: withoutAddress(told), reason };
}

/** The kind that the worker gives an error, checked. */
export function errorInfo(error: JsonObject | undefined): CodexErrorInfo | null {
  const info = error?.codexErrorInfo;
  if (typeof info === 'string') return info;
  if (!isObject(info)) return null;
  const kinds: Record<string, { httpStatusCode?: number | null } | undefined> = {};
  for (const [kind, detail] of Object.entries(info)) {
    const status = isObject(detail) ? detail.httpStatusCode : null;
    kinds[kind] = { httpStatusCode: typeof status === 'number' ? status : null };
  }
  return kinds;
}

/** Measured: an answer that ran into a limit is a failed turn whose text was delivered whole. */
const CUT_SHORT = /Incomplete response returned, reason: (max_output_tokens|content_filter)$/;

/** How OpenAI names the end of an answer that the provider cut short; undefined for a real failure. */
export function cutShort(message: string): 'length' | 'content_filter' | undefined {
  const reason = CUT_SHORT.exec(message)?.[1];
  if (reason === undefined) return undefined;
  return reason === 'max_output_tokens' ? 'length' : 'content_filter';
}

/** What the worker says when its home is not as it was. */
const NOT_CONFIGURED = 'failed to load configuration';

/** Maps a refused JSON-RPC request of a turn; what the worker finds invalid came from the client, unless it is the worker's own home. */
export function rpcFailure(error: RpcErrorObject): TurnFailure {
  const message = `The worker refused the request: ${error.message}`;
  const reason = `rpc:${String(error.code)}`;
  if (error.code === OVERLOADED) return { code: 'queue_full', message, reason };
  return {
    code: error.code === INVALID && !error.message.startsWith(NOT_CONFIGURED) ? 'invalid_request' : 'internal_error',
    message,
    reason,
  };
}
