import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';

/** Refusals that no one should have to explain: an operator asked for them. */
const PLANNED: readonly ErrorCode[] = ['maintenance'];

/** Below 500 because a client may try again, and yet not the client's fault. */
const OVERLOAD: readonly ErrorCode[] = ['queue_full', 'provider_rate_limited'];

/**
 * The errors that count against the service, for alerts and for `codex-ops status` alike: every 5xx but a maintenance refusal, and overload.
 * What a client did wrong (4xx) and a client that left (499) count neither as failure nor as request.
 */
export const SERVICE_FAULTS: readonly ErrorCode[] = Object.keys(ERROR_CODES)
  .filter(isErrorCode)
  .filter((code) => (ERROR_CODES[code].status >= 500 && !PLANNED.includes(code)) || OVERLOAD.includes(code));

/** Whether `code`, as a record or a label has it, is one of them. */
export function isServiceFault(code: string): boolean {
  return SERVICE_FAULTS.some((fault) => fault === code);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
