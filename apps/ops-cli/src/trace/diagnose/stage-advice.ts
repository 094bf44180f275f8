import type { Into } from '../timeline/step.ts';
import type { View } from './view.ts';
import { otherStages, queueStage } from './words.ts';

const OF_QUEUE = 'For the wait: see codex_worker_inflight and codex_worker_queue_depth; raise WORKER_MAX_CONCURRENCY.';
const OF_FIRST_TOKEN = "For the first token: see codex_stream_ttft_ms of this model, and the provider's status page.";
const OF_ANSWER = 'For the answer: see codex_stream_inter_delta_ms of this model.';

/** What to do about a stage that took a notable share of the time without being the longest. */
const ADVICE: Readonly<Record<Into, string | undefined>> = {
  queue: OF_QUEUE,
  proxy: 'For the proxy: see nodejs_eventloop_lag_seconds and the CPU of the machine; or the client sent its body slowly.',
  worker: 'For the worker: see codex_worker_rss_bytes and the CPU of the machine.',
  first_token: OF_FIRST_TOKEN,
  silence: OF_FIRST_TOKEN,
  writing: OF_ANSWER,
  pause: OF_ANSWER,
  writing_or_pause: OF_ANSWER,
  end: 'For the end: the client may have read its answer slowly.',
  other: undefined,
};

/** Advice on the other stages behind that on the longest, each once. */
export function withOtherAdvice(first: string, view: View): string {
  const [longest] = view.stretches;
  const said = longest === undefined ? undefined : ADVICE[longest.into];
  const others = otherStages(view)
    .map(({ into }) => ADVICE[into])
    .filter((advice) => advice !== undefined && advice !== said);
  return [first, ...new Set(others)].join(' ');
}

/** Advice on the wait behind another, where it took a notable share. */
export function withQueueAdvice(first: string, view: View): string {
  return queueStage(view) === undefined ? first : `${first} ${OF_QUEUE}`;
}
