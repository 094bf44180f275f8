import type { Step } from './step.ts';

type Test = (step: Step) => boolean;

/**
 * What cannot have been before something else, whatever the clocks say: records are stamped to the millisecond, when they are written, and by
 * another clock than frames. The first row that fits counts.
 */
const AFTER: readonly (readonly [effect: Test, cause: Test])[] = [
  [(step) => isEvent('llm_response')(step) || step.detail['name'] === 'TurnFailed', isFrame('turn/completed')],
  [(step) => isEvent('tool_call')(step) && step.detail['kind'] === 'client' && step.detail['textual'] !== true, isFrame('item/tool/call')],
  [isEvent('tool_buffer_aborted'), ({ kind }) => kind === 'deltas'],
  [isEvent('stream_started', 'stream_chunk'), ({ kind }) => kind === 'first_token'],
  [isEvent('stream_done', 'request_completed', 'note: run_ended', 'token usage recorded'), ({ kind }) => kind === 'end'],
];
/** What cannot have been after the worker was asked, nor after the wait for it: what came with the request. */
export function isBeforeAsking(step: Step): boolean {
  if (isEvent('request_received', 'llm_request')(step)) return true;
  return isEvent('tool_result')(step) && step.detail['source'] === 'client';
}

/** The same steps, none before what it came of, and nothing of the request before its request line. */
export function inCausalOrder(steps: readonly Step[]): readonly Step[] {
  const hasRequestLine = steps.some(({ kind }) => kind === 'request');
  return ordered(hasRequestLine ? steps.map((step) => (step.atMs < 0 ? at(step, 0) : step)) : steps);
}

function ordered(steps: readonly Step[]): readonly Step[] {
  const asked = steps.filter(({ kind }) => kind === 'slot' || kind === 'ask').map(({ atMs }) => atMs);
  const firstAskMs = Math.min(...asked);
  return steps.map((step) => {
    if (isBeforeAsking(step)) return step.atMs > firstAskMs ? at(step, firstAskMs) : step;
    const cause = AFTER.find(([effect]) => effect(step))?.[1];
    if (cause === undefined) return step;
    const earliestMs = Math.min(...steps.filter(cause).map(({ atMs }) => atMs));
    return Number.isFinite(earliestMs) && step.atMs < earliestMs ? at(step, earliestMs) : step;
  });
}

function at(step: Step, atMs: number): Step {
  return { ...step, atMs, untilMs: atMs };
}

function isEvent(...names: readonly string[]): Test {
  return ({ kind, what }) => kind === 'event' && names.includes(what);
}

function isFrame(method: string): Test {
  return ({ kind, what }) => kind === 'notice' && what.startsWith(`← ${method}`);
}
