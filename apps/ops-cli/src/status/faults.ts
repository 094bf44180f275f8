import { ERROR_CODES, errorDefinition, type ErrorCode } from '@codex-proxy/contracts';

const OVERLOAD: readonly string[] = ['queue_full', 'provider_rate_limited'];

/**
 * Whether an error counts against the service, as its alerts have it: every 5xx but a refusal for maintenance, and overload. What a client did
 * wrong and a client that left count neither as failure nor as request.
 */
export function isServiceFault(code: string): boolean {
  if (!isErrorCode(code)) return false;
  return (errorDefinition(code).status >= 500 && code !== 'maintenance') || OVERLOAD.includes(code);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
