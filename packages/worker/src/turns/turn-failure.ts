import type { ErrorCode } from '@codex-proxy/contracts';
import type { CodexErrorInfo, RpcErrorObject } from '../protocol/messages.ts';
import type { TurnFailure } from './turn-request.ts';

/** The app server's "Server overloaded; retry later." */
const OVERLOADED = -32001;

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

function httpStatus(info: CodexErrorInfo | null): number | undefined {
  if (info === null || typeof info === 'string') return undefined;
  for (const detail of Object.values(info)) {
    if (typeof detail?.httpStatusCode === 'number') return detail.httpStatusCode;
  }
  return undefined;
}

/** Maps a failed turn to the table of errors. A provider's 401 is never the client's: its key was right. */
export function turnFailure(message: string, info: CodexErrorInfo | null): TurnFailure {
  if (typeof info === 'string') return { code: CODES[info] ?? 'provider_error', message };
  const status = httpStatus(info);
  if (status === 429) return { code: 'provider_rate_limited', message };
  if (status === 400 || status === 422) return { code: 'invalid_request', message };
  return { code: 'provider_error', message };
}

/** Maps a refused JSON-RPC request of a turn. */
export function rpcFailure(error: RpcErrorObject): TurnFailure {
  return { code: error.code === OVERLOADED ? 'queue_full' : 'internal_error', message: `The worker refused the request: ${error.message}` };
}
