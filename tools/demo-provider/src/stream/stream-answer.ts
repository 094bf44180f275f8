import { setTimeout } from 'node:timers/promises';
import type { ProviderAnswer, ProviderUsage } from '../script/provider-script.ts';
import type { EventSink } from './byte-splitter.ts';
import type { ResponseEvents } from './response-events.ts';

export interface Pace {
  readonly firstTokenMs: number;
  readonly interTokenMs: number;
}

/** How the stream is to be closed: in good order, by a reset, or not at all. */
export type StreamEnd = 'end' | 'reset' | 'hang';

/** Milliseconds on a clock that never goes back. */
export type MonotonicClock = () => number;

/**
 * Writes one answer as events. Without delays the whole answer is one write; with them each delta that is due is one, on a schedule counted
 * from the first, so that slow timers do not add up. Stops when `signal` says that the reader has left.
 */
export async function streamAnswer(
  answer: ProviderAnswer,
  usage: ProviderUsage,
  events: ResponseEvents,
  pace: Pace,
  sink: EventSink,
  clock: MonotonicClock,
  signal: AbortSignal,
): Promise<StreamEnd> {
  const { fault } = answer;
  const stopsEarly = fault?.kind === 'cut' || fault?.kind === 'hang';
  const stopAfter = stopsEarly ? (fault.afterDeltas ?? 0) : Infinity;
  let pending = events.created();
  if (answer.reasoning !== undefined && answer.reasoning.length > 0) pending += events.reasoning(answer.reasoning);

  let sent = 0;
  let firstAt = 0;
  const wait = async (waitMs: number): Promise<void> => {
    await sink.write(pending);
    pending = '';
    await setTimeout(waitMs, undefined, { signal });
  };
  for (const { text, isDelta } of outputEvents(answer, events)) {
    if (isDelta) {
      if (sent === 0) {
        if (pace.firstTokenMs > 0) await wait(pace.firstTokenMs);
        firstAt = clock();
      }
      if (sent >= stopAfter) break;
      const waitMs = pace.interTokenMs > 0 ? firstAt + sent * pace.interTokenMs - clock() : 0;
      if (waitMs > 0) await wait(waitMs);
      sent += 1;
    }
    pending += text;
    if (isDelta && sent >= stopAfter) break;
  }

  if (!stopsEarly) pending += ending(answer, usage, events);
  await sink.write(pending);
  if (fault?.kind === 'hang') return 'hang';
  return fault?.kind === 'cut' && fault.clean !== true ? 'reset' : 'end';
}

/** The events of the message and the function calls, in order. */
function* outputEvents(answer: ProviderAnswer, events: ResponseEvents): Generator<{ readonly text: string; readonly isDelta: boolean }> {
  const { deltas, functionCalls = [] } = answer;
  if (deltas.length > 0) {
    const message = events.message();
    yield { text: message.head, isDelta: false };
    for (const delta of deltas) yield { text: message.delta(delta), isDelta: true };
    yield { text: message.tail(deltas.join('')), isDelta: false };
  }
  for (const call of functionCalls) {
    const { head, delta, tail } = events.functionCall(call);
    yield { text: head, isDelta: false };
    for (const piece of typeof call.arguments === 'string' ? [call.arguments] : call.arguments) yield { text: delta(piece), isDelta: true };
    yield { text: tail(), isDelta: false };
  }
}

function ending(answer: ProviderAnswer, usage: ProviderUsage, events: ResponseEvents): string {
  switch (answer.fault?.kind) {
    case 'failed':
      return events.failed(answer.fault.code, answer.fault.message);
    case 'incomplete':
      return events.incomplete(answer.fault.reason, usage);
    default:
      return events.completed(usage);
  }
}
