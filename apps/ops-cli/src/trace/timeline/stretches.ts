import { inCausalOrder, isBeforeAsking } from './causality.ts';
import type { Step, StepKind, Stretch, TimedStep } from './step.ts';

/** Where steps fall together, what causes comes before what it causes; frames keep the order in which they were written. */
const RANK: Readonly<Record<StepKind, number>> = {
  request: 0,
  slot: 1,
  granted: 1,
  ask: 2,
  answer: 2,
  notice: 2,
  deltas: 2,
  rpc_error: 2,
  first_token: 3,
  end: 4,
  event: 5,
  life_cycle: 5,
};
/** Of what the worker is asked for. */
const BEFORE_ASK = 0.5;
/** Below this nothing is called a gap. */
const SHORTEST_GAP_MS = 100;
const GAP_SHARE = 0.1;
/** Nor the slowest: of a request that took some milliseconds there is none. */
const SHORTEST_SLOW_MS = 20;
const SLOW_SHARE = 0.1;
/** The clocks of records and of frames agree to a millisecond or two. */
const CLOCK_ERROR_MS = 5;

/** Orders steps, measures what lies between them, and finds where the time went. */
export function timed(
  steps: readonly Step[],
  latencyMs: number | undefined,
): { steps: readonly TimedStep[]; stretches: readonly Stretch[] } {
  const ordered = inCausalOrder(steps).toSorted((a, b) => a.atMs - b.atMs || rankOf(a) - rankOf(b));
  const wholeMs = latencyMs ?? Math.max(0, ...ordered.map(({ untilMs }) => untilMs));
  const backbone = backboneOf(ordered, wholeMs);
  const stretches = backbone.flatMap((step, index) => stretchesOf(step, backbone.slice(0, index))).toSorted((a, b) => b.ms - a.ms);
  const [slowest] = stretches.filter((stretch) => isNoticeable(stretch, wholeMs));
  const longMs = Math.max(SHORTEST_GAP_MS, wholeMs * GAP_SHARE);
  let reachedMs = ordered[0]?.atMs ?? 0;
  const gaps = ordered.map((step) => {
    const gapMs = Math.max(0, step.atMs - reachedMs);
    reachedMs = Math.max(reachedMs, step.untilMs);
    return { step, gapMs };
  });
  const marked = slowest === undefined ? undefined : markedBy(slowest, gaps);
  const measured = gaps.map(({ step, gapMs }) => {
    return { ...step, gapMs, isGap: gapMs >= longMs && step.atMs <= wholeMs + CLOCK_ERROR_MS, isSlowest: step === marked };
  });
  return { steps: measured, stretches };
}

interface Gap {
  readonly step: Step;
  readonly gapMs: number;
}

/** Where a stretch is seen: at the step that it lies within, else before that with the most of it; what happened meanwhile divides it. */
function markedBy({ fromMs, toMs, step }: Stretch, gaps: readonly Gap[]): Step {
  if (fromMs === step.atMs && toMs > fromMs) return step;
  const shareOf = (gap: Gap): number => Math.min(gap.step.atMs, toMs) - Math.max(gap.step.atMs - gap.gapMs, fromMs);
  const own = gaps.find((gap) => gap.step === step);
  const most = gaps.reduce((best, gap) => (shareOf(gap) > shareOf(best) ? gap : best), own ?? { step, gapMs: 0 });
  return most.step;
}

function rankOf(step: Step): number {
  return isBeforeAsking(step) ? BEFORE_ASK : RANK[step.kind];
}

/** Whether a stretch is worth a word: long enough, and long for this request. */
export function isNoticeable({ ms }: Pick<Stretch, 'ms'>, wholeMs: number): boolean {
  return ms >= Math.max(SHORTEST_SLOW_MS, wholeMs * SLOW_SHARE);
}

/** What the request itself went through, up to its end. Where nothing of it is known, everything but the lives of processes. */
function backboneOf(ordered: readonly Step[], wholeMs: number): readonly Step[] {
  const own = ordered.filter(({ kind, atMs }) => kind !== 'event' && kind !== 'life_cycle' && atMs <= wholeMs + CLOCK_ERROR_MS);
  return own.length > 0 ? own : ordered.filter(({ kind }) => kind !== 'life_cycle');
}

function stretchesOf(step: Step, before: readonly Step[]): Stretch[] {
  const reachedMs = before.length === 0 ? step.atMs : Math.max(...before.map(({ untilMs }) => untilMs));
  const gap: Stretch = { ms: step.atMs - reachedMs, ...purposeOf(step, before), fromMs: reachedMs, toMs: step.atMs, step };
  return [gap, ...within(step, before)].filter(({ ms }) => ms > 0);
}

/** What a step that takes time spends it on. */
function within(step: Step, before: readonly Step[]): Stretch[] {
  const ownMs = step.untilMs - step.atMs;
  const { pauseMs = 0, pauseAfter, count = 0 } = step;
  const here = { fromMs: step.atMs, toMs: step.untilMs, step };
  if (step.pauseMs === undefined && count > 1 && ownMs / (count - 1) >= SHORTEST_GAP_MS)
    return [{ ms: ownMs, ...WRITING_OR_PAUSE, ...here }];
  const isPause = pauseMs >= SHORTEST_GAP_MS && pauseMs >= ownMs * PAUSE_SHARE;
  const writing: Stretch = { ms: isPause ? ownMs - pauseMs : ownMs, ...WRITING, ...here };
  const after = pauseAfter === undefined ? undefined : deltaCount(before) + pauseAfter;
  return isPause ? [{ ms: pauseMs, ...pause(after), ...here }, writing] : [writing];
}

const PAUSE_SHARE = 0.3;

function deltaCount(steps: readonly Step[]): number {
  return steps.reduce((sum, { count = 0 }) => sum + count, 0);
}

function pause(after: number | undefined): Purpose {
  const place = after === undefined ? '' : `, after ${after === 1 ? '1 delta' : `${after} deltas`}`;
  return { into: 'pause', what: `a pause of the model in the middle of its answer${place}` };
}

type Purpose = Pick<Stretch, 'into' | 'what'>;

const QUEUE: Purpose = { into: 'queue', what: 'waiting for a worker slot' };
const OTHER_WORKER: Purpose = { into: 'worker', what: 'the start of another worker' };
const WRITING: Purpose = { into: 'writing', what: 'the model writing its answer' };
const WRITING_OR_PAUSE: Purpose = { into: 'writing_or_pause', what: 'the model writing its answer, or a pause in it' };
const UNTIL_LOST = 'until the worker ended';
const UNTIL_GIVEN_UP = 'until the request was given up';
const TOKEN: Purpose = { into: 'first_token', what: "waiting for the model's first token" };
const SILENCE: Purpose = { into: 'silence', what: 'waiting for an answer that did not begin' };
const END: Purpose = { into: 'end', what: 'the end of the answer, after the last that the worker sent' };
const OWN_ANSWER: Purpose = { into: 'proxy', what: 'the proxy, which answered by itself' };
const WHOLE_ANSWER: Purpose = { into: 'other', what: 'the worker and its answer, of which no frames are known' };

const INTERRUPT = '→ turn/interrupt';
const BEGINNING = '→ thread/start';

/** For the model, when something else ended the request. */
function waiting(hasBegun: boolean, until: string): Purpose {
  return hasBegun
    ? { into: 'pause', what: `waiting for more of the model's answer, ${until}` }
    : { into: 'silence', what: `waiting for the model's first token, ${until}` };
}

/** What the request waited for before this step. */
function purposeOf(step: Step, before: readonly Step[]): Purpose {
  const has = (...kinds: readonly StepKind[]): boolean => before.some(({ kind }) => kinds.includes(kind));
  switch (step.kind) {
    case 'slot':
      return { into: 'proxy', what: 'the proxy, before the request could wait for the worker' };
    case 'granted':
      return has('ask') ? OTHER_WORKER : QUEUE;
    case 'ask':
      if (step.what === INTERRUPT) return waiting(has('deltas', 'first_token'), UNTIL_GIVEN_UP);
      if (step.what === BEGINNING && before.some(({ what }) => what === BEGINNING)) return OTHER_WORKER;
      return { into: 'proxy', what: `the proxy, before it asked the worker${has('ask') ? ' again' : ''}` };
    case 'answer':
      return { into: 'worker', what: `the worker, before it answered ${step.what.replace(/^← | answered$/g, '')}` };
    case 'deltas':
    case 'first_token':
      return has('deltas', 'first_token') ? pause(has('deltas') ? deltaCount(before) : undefined) : TOKEN;
    case 'notice':
    case 'rpc_error':
      if (!has('deltas', 'first_token')) return { into: 'silence', what: 'waiting for the model to answer' };
      return { into: 'pause', what: 'a pause of the model after the last that it had written' };
    case 'end':
      if (step.isInQueue === true) return QUEUE;
      if (step.isWorkerLost === true) return waiting(has('deltas', 'first_token'), UNTIL_LOST);
      if (has('deltas')) return END;
      // Where no frames are known, what followed the first token was the answer.
      if (has('first_token')) return WRITING_OR_PAUSE;
      if (step.answeredBy === 'proxy') return OWN_ANSWER;
      if (step.answeredBy === 'worker') return has('notice') ? END : WHOLE_ANSWER;
      return SILENCE;
    default:
      return { into: 'other', what: `what came before ${step.what}` };
  }
}
