import type { View } from './view.ts';

/** Why a request ended as it did. */
export interface Cause {
  readonly id: string;
  readonly applies: (view: View) => boolean;
  /** One sentence without a full stop. */
  readonly says: (view: View) => string;
  /** What to look at or do next; one sentence. */
  readonly next: string | ((view: View) => string);
}

export interface Diagnosis {
  readonly id: string;
  readonly text: string;
  readonly next: string;
}

/** The first cause of the table that applies. */
export function diagnose(view: View, causes: readonly Cause[]): Diagnosis {
  const cause = causes.find(({ applies }) => applies(view));
  if (cause === undefined) return { id: 'unknown', text: 'the cause is not known', next: 'Read the timeline.' };
  const { id, says, next } = cause;
  return { id, text: says(view), next: typeof next === 'string' ? next : next(view) };
}
