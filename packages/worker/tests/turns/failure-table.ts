import type { ErrorCode } from '@codex-proxy/contracts';

/** What each `codexErrorInfo` string of the protocol comes to. The subset test holds its keys against the installed binary. */
export const STRING_KINDS: Readonly<Record<string, ErrorCode>> = {
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
  inferenceHookDenied: 'provider_error',
  tooManyDenials: 'provider_error',
  internalServerError: 'provider_error',
  unauthorized: 'provider_error',
  threadRollbackFailed: 'provider_error',
  sandboxError: 'provider_error',
  other: 'provider_error',
};

/** The kinds that are objects and hold the provider's HTTP status. */
export const STATUS_KINDS = [
  'httpConnectionFailed',
  'responseStreamConnectionFailed',
  'responseStreamDisconnected',
  'responseTooManyFailedAttempts',
] as const;

/** The kinds that are objects and hold something else. */
export const OTHER_OBJECT_KINDS: Readonly<Record<string, object>> = { activeTurnNotSteerable: { turnKind: 'review' } };

/** What a provider's HTTP status comes to. */
export const STATUSES: readonly (readonly [number | null, ErrorCode])[] = [
  [null, 'provider_error'],
  [400, 'invalid_request'],
  [401, 'provider_error'],
  [403, 'provider_error'],
  [404, 'provider_error'],
  [413, 'invalid_request'],
  [422, 'invalid_request'],
  [429, 'provider_rate_limited'],
  [500, 'provider_error'],
  [502, 'provider_error'],
  [503, 'provider_error'],
];
