import { ERROR_CODES, type ErrorCode } from '@codex-proxy/contracts';

/** Refusals that no one should have to explain: an operator asked for them. */
const PLANNED: readonly ErrorCode[] = ['maintenance'];

/** Below 500 because a client may try again, and yet not the client's fault. */
const OVERLOAD: readonly ErrorCode[] = ['queue_full', 'provider_rate_limited'];

/**
 * The errors that count against the service: every 5xx but a maintenance refusal, and overload. What a client did wrong (4xx) and a client
 * that left (499) count neither as failure nor as request.
 */
export const SERVICE_FAULTS: readonly ErrorCode[] = errorCodes().filter(
  (code) => (ERROR_CODES[code].status >= 500 && !PLANNED.includes(code)) || OVERLOAD.includes(code),
);

function errorCodes(): ErrorCode[] {
  return Object.keys(ERROR_CODES).filter((code): code is ErrorCode => code in ERROR_CODES);
}
