import { formatMs } from '../../text/duration.ts';
import type { Stretch } from '../timeline/step.ts';
import { isNoticeable } from '../timeline/stretches.ts';
import type { View } from './view.ts';

/** `1 delta`, `7 deltas`. */
export function deltas({ deltaCount }: View): string {
  return deltaCount === 1 ? '1 delta' : `${deltaCount} deltas`;
}

export function after(view: View): string {
  return view.deltaCount === 0 ? 'before any content' : `after ${deltas(view)}`;
}

export function whereTimeWent(view: View): string {
  const stretch = view.stretches[0];
  if (stretch === undefined) return 'where its time went is not known';
  return `${share(stretch, view)} of its time (${formatMs(stretch.ms)}) went into ${stretch.what}`;
}

/** Stages that took a notable share of the time beside the longest, longest first. */
export function otherStages({ stretches: [first, ...others], latencyMs }: View): readonly Stretch[] {
  if (first === undefined || latencyMs === undefined) return [];
  return others.filter(({ ms, what }) => ms >= Math.max(SHORTEST_STAGE_MS, latencyMs * STAGE_SHARE) && what !== first.what);
}

const SHORTEST_STAGE_MS = 100;
const STAGE_SHARE = 0.25;

/** What else the time went into, as an addition to `whereTimeWent`. */
export function alsoWent(view: View): string {
  return otherStages(view)
    .map((stretch) => `; ${share(stretch, view)} (${formatMs(stretch.ms)}) into ${stretch.what}`)
    .join('');
}

/** Where the time went, in a few words, as an addition. */
export function mostly(view: View): string {
  const stretch = view.stretches[0];
  if (stretch === undefined || view.latencyMs === undefined || !isNoticeable(stretch, view.latencyMs)) return '';
  const others = otherStages(view).map((other) => `, ${share(other, view)} into ${other.what}`);
  return `; ${share(stretch, view)} of the time went into ${stretch.what}${others.join('')}`;
}

/** Of a request that had to wait for its slot for a notable share of its time, that it had to. */
export function queuedToo(view: View): string {
  const wait = queueStage(view);
  return wait === undefined ? '' : `; ${share(wait, view)} of the time went into ${wait.what}`;
}

/** The wait for a slot, where it took a notable share of the time. */
export function queueStage(view: View): Stretch | undefined {
  return [...view.stretches.slice(0, 1), ...otherStages(view)].find(({ into }) => into === 'queue');
}

function share({ ms }: Stretch, { latencyMs = ms }: View): string {
  return `${Math.min(100, Math.round((ms / Math.max(latencyMs, 0.001)) * 100))} %`;
}
