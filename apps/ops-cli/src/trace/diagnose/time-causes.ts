import type { Into, Stretch } from '../timeline/step.ts';
import type { Cause } from './cause.ts';
import { withOtherAdvice } from './stage-advice.ts';
import type { View } from './view.ts';
import { alsoWent, deltas, whereTimeWent } from './words.ts';

type SlowCause = Cause & { readonly next: string };

const SLOW_MS = 1_000;
const isSlow = ({ outcome, latencyMs = 0 }: View): boolean => outcome === 'completed' && latencyMs >= SLOW_MS;
const longest = ({ stretches }: View): Stretch | undefined => stretches[0];
const isLongest = (view: View, ...into: readonly Into[]): boolean => isSlow(view) && into.some((each) => each === longest(view)?.into);

/** Below this, in deltas a second, an answer is slow and not long. */
const SLOW_RATE = 5;
const isSlowlyWritten = (view: View): boolean =>
  isLongest(view, 'writing') && view.deltaCount > 1 && view.deltaCount / ((longest(view)?.ms ?? 0) / 1_000) < SLOW_RATE;

/** Of requests that were answered, what was odd about it. */
const ODD: readonly Cause[] = [
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
];

/** What made a request slow: where most of its time went. */
const SLOW: readonly SlowCause[] = [
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
    id: 'slow_or_paused',
    applies: (view) => isLongest(view, 'writing_or_pause'),
    says: (view) => `${whereTimeWent(view)}: ${deltas(view)}`,
    next: 'Which of the two is not recorded; with codex-ops trace-buffer enable it is next time. See codex_stream_inter_delta_ms of this model.',
  },
  {
    id: 'slow_writing',
    applies: isSlowlyWritten,
    says: (view) => `${whereTimeWent(view)}, slowly: ${deltas(view)}`,
    next: "See codex_stream_inter_delta_ms of this model, and the provider's status page.",
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
];

/** The same, with the other stages that took a notable share. */
const SLOW_WITH_OTHERS: readonly Cause[] = SLOW.map(({ says, next, ...rest }) => ({
  ...rest,
  says: (view) => `${says(view)}${alsoWent(view)}`,
  next: (view) => withOtherAdvice(next, view),
}));

/** Of requests that were answered, what was odd about it, or what made them slow. */
export const TIME_CAUSES: readonly Cause[] = [...ODD, ...SLOW_WITH_OTHERS];
