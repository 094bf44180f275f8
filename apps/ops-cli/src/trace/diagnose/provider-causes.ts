import type { Cause } from './cause.ts';
import { failureKind, hasWords, providerStatus, providerWords } from './provider-trouble.ts';
import type { View } from './view.ts';
import { after, deltas } from './words.ts';

const PROVIDER = ['provider_error', 'provider_rate_limited'];
const isProvider = ({ errorCode }: View): boolean => PROVIDER.includes(errorCode ?? '');
const isKind = (view: View, ...kinds: string[]): boolean => isProvider(view) && kinds.includes(failureKind(view) ?? '');
const hasStatus = (view: View, from: number, to = from): boolean => {
  const status = providerStatus(view);
  return isProvider(view) && status !== undefined && status >= from && status <= to;
};
const http = (view: View): string => `HTTP ${providerStatus(view) ?? '?'}`;

/** Texts of the provider are content: they are shown to the client alone. */
const UNKEPT = 'What it said went to the client with the answer, and is not kept here: it can quote the prompt.';

/** Failures of the model provider, by what the worker and the provider's HTTP status tell of them. */
export const PROVIDER_CAUSES: readonly Cause[] = [
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
    id: 'provider_hung_up',
    applies: (view) => isKind(view, 'responseStreamConnectionFailed'),
    says: (view) => `the model provider hung up before it answered${providerWords(view)}`,
    next: "See the provider's status page, and what stands between: an egress proxy, a load balancer.",
  },
  {
    id: 'provider_stream_broke',
    applies: (view) => isKind(view, 'responseStreamDisconnected'),
    says: (view) => `the connection to the model provider broke, ${after(view)}${providerWords(view)}`,
    next: "See the network between, and the provider's status page.",
  },
  {
    id: 'provider_stream_incomplete',
    applies: (view) => isKind(view, 'responseStreamIncomplete'),
    says: (view) => `the model provider ended its stream before the answer was whole, ${after(view)}${providerWords(view)}`,
    next: ({ deltaCount }) =>
      deltaCount === 0
        ? 'Check that PROXY_PROVIDER_BASE_URL speaks the Responses API, and that no gateway or login page answers in its place.'
        : "See the provider's status page, and what stands between: a gateway may cut long answers.",
  },
  {
    id: 'provider_failed_answer',
    applies: (view) => isKind(view, 'responseFailed'),
    says: (view) => `the model provider itself ended the answer as failed, ${after(view)}${providerWords(view)}`,
    next: `${UNKEPT} See the provider's status page.`,
  },
  {
    id: 'provider_error',
    applies: (view) => view.errorCode === 'provider_error',
    says: (view) => {
      const when = view.deltaCount === 0 ? 'before it sent anything' : `after ${deltas(view)}`;
      return `the model provider failed ${when}${hasWords(view) ? providerWords(view) : unexplained(view)}`;
    },
    next: `${UNKEPT} See the provider's status page.`,
  },
  {
    id: 'provider_model',
    applies: (view) => view.errorCode === 'model_not_found' && view.reachedWorker,
    says: () => 'the model provider does not serve the model that was asked for',
    next: 'Compare CODEX_MODEL, and the models that the client asks for, with the account at the provider.',
  },
  {
    id: 'provider_policy',
    applies: (view) => isRefusalByProvider(view) && POLICIES.includes(failureKind(view) ?? ''),
    says: (view) => `the model provider refused the request for its policy (${failureKind(view) ?? ''})`,
    next: `${UNKEPT} The client must ask for something else.`,
  },
  {
    id: 'provider_invalid',
    applies: isRefusalByProvider,
    says: (view) =>
      `the model provider refused the request as not valid${providerStatus(view) === undefined ? '' : ` (${http(view)})`}${providerWords(view)}`,
    next: `${UNKEPT} The client must mend its request.`,
  },
];

const POLICIES = ['cyberPolicy', 'misalignmentPolicyViolation'];

/** The worker was asked, so that it was not this proxy that found it wrong. */
function isRefusalByProvider({ errorCode, reachedWorker, reason }: View): boolean {
  return errorCode === 'invalid_request' && reachedWorker && reason?.startsWith('rpc:') !== true;
}

function unexplained(view: View): string {
  const kind = failureKind(view);
  return kind === undefined || kind === 'other' ? ', and no reason is known that could be told apart' : ` (${kind})`;
}
