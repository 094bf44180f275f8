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

/** Where the time went, in a few words, as an addition. */
export function mostly(view: View): string {
  const stretch = view.stretches[0];
  if (stretch === undefined || view.latencyMs === undefined || !isNoticeable(stretch, view.latencyMs)) return '';
  return `; ${share(stretch, view)} of the time went into ${stretch.what}`;
}

function share({ ms }: Stretch, { latencyMs = ms }: View): string {
  return `${Math.min(100, Math.round((ms / Math.max(latencyMs, 0.001)) * 100))} %`;
}
