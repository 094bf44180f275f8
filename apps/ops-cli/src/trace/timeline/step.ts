import type { SourceName } from '../evidence.ts';

/** What a step is, for those who judge it. */
export type StepKind =
  'request' | 'slot' | 'granted' | 'ask' | 'answer' | 'notice' | 'deltas' | 'rpc_error' | 'first_token' | 'end' | 'event' | 'life_cycle';

/** Something that happened to the request, or around it. */
export interface Step {
  readonly kind: StepKind;
  /** Since the request line; where that is not known, since the first thing that is. */
  readonly atMs: number;
  /** When it ended, for what takes time; else `atMs`. */
  readonly untilMs: number;
  /** How many deltas it stands for. */
  readonly count?: number;
  /** The longest time within it in which nothing came, and after how many of them. */
  readonly pauseMs?: number;
  readonly pauseAfter?: number;
  /** Of the end of the answer: whose it was; undefined where none began. */
  readonly answeredBy?: 'proxy' | 'worker';
  /** Of the end of the answer: the worker ended before it. */
  readonly isWorkerLost?: boolean;
  /** Of the end of the answer: it came before a slot was free. */
  readonly isInQueue?: boolean;
  readonly sources: readonly SourceName[];
  /** What happened, in a few words. */
  readonly what: string;
  /** More of it: names and values. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface TimedStep extends Step {
  /** Since all that came before had ended; 0 where it overlaps. */
  readonly gapMs: number;
  /** The gap is long for this request. */
  readonly isGap: boolean;
  /** The longest stretch of the request is the gap before this step, or most of it is; or it lies within the step itself. */
  readonly isSlowest: boolean;
}

/** What the time of a request can go into. */
export type Into = 'queue' | 'proxy' | 'worker' | 'first_token' | 'writing' | 'pause' | 'writing_or_pause' | 'silence' | 'end' | 'other';

/** A stretch of the request's time, and what it went into. */
export interface Stretch {
  readonly ms: number;
  readonly into: Into;
  /** The same in words: completes "most of the time went into …". */
  readonly what: string;
  /** When it began and ended, in the clock of steps; what lies within a step has the times of the step. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The step that it came before, or that it lies within. */
  readonly step: Step;
}
