import type { ChatCompletionRequest } from '@codex-proxy/contracts';
import { HttpError } from '../http/errors.ts';

type Judge = (value: unknown) => boolean;

const nonEmptyList: Judge = (value) => Array.isArray(value) && value.length > 0;

/**
 * Parameters that would change what the client gets, and that the worker cannot honour: refused, with the values that say
 * nothing let through. `docs/reference/api.md` tells the same.
 */
export const REFUSED_PARAMETERS: Readonly<Record<string, { readonly refuse: Judge; readonly why: string }>> = {
  n: { refuse: (value) => value !== 1, why: 'only one choice can be made; n must be 1' },
  stop: { refuse: (value) => typeof value === 'string' || nonEmptyList(value), why: 'stop sequences are not supported' },
  logprobs: { refuse: (value) => value === true, why: 'log probabilities are not available' },
  top_logprobs: { refuse: (value) => value !== 0, why: 'log probabilities are not available' },
  functions: { refuse: nonEmptyList, why: 'functions are retired; send tools' },
  audio: { refuse: () => true, why: 'audio output is not supported' },
  modalities: {
    refuse: (value) => Array.isArray(value) && value.some((modality) => modality !== 'text'),
    why: 'only text can be produced',
  },
  moderation: { refuse: () => true, why: 'moderation is not offered to clients' },
  web_search_options: { refuse: () => true, why: 'web search is not offered to clients' },
};

/** Parameters that only tune: accepted, ignored, and named in the header `X-Proxy-Ignored-Parameters`. */
export const IGNORED_PARAMETERS: readonly string[] = [
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'seed',
  'max_tokens',
  'max_completion_tokens',
  'prediction',
  'verbosity',
  'service_tier',
  'store',
];

/** The worker asks for all tools without it. */
const STRICT = 'tools[].function.strict';

/** @throws HttpError `invalid_request` for a parameter that cannot be honoured. */
export function refuseUnsupported(request: ChatCompletionRequest): void {
  for (const name in request) {
    const rule = Object.hasOwn(REFUSED_PARAMETERS, name) ? REFUSED_PARAMETERS[name] : undefined;
    const value = request[name];
    if (rule !== undefined && value !== undefined && value !== null && rule.refuse(value)) {
      throw new HttpError('invalid_request', `Unsupported value: '${name}': ${rule.why}.`, { param: name });
    }
  }
}

/** Names of the parameters that were accepted without effect. */
export function ignoredParameters(request: ChatCompletionRequest): string[] {
  const ignored: string[] = [];
  for (const name in request) {
    if (IGNORED_PARAMETERS.includes(name) && request[name] !== undefined && request[name] !== null) ignored.push(name);
  }
  if (request.tools?.some((tool) => tool.function.strict === true) === true) ignored.push(STRICT);
  return ignored;
}
