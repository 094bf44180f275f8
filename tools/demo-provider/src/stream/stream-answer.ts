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
  const { deltas, fault } = answer;
  const stopsEarly = fault?.kind === 'cut' || fault?.kind === 'hang';
  const stopAfter = stopsEarly ? Math.min(fault.afterDeltas ?? 0, deltas.length) : deltas.length;
  let pending = events.created();
  if (answer.reasoning !== undefined && answer.reasoning.length > 0) pending += events.reasoning(answer.reasoning);

  if (deltas.length > 0) {
    const message = events.message();
    pending += message.head;
    if (pace.firstTokenMs > 0) {
      await sink.write(pending);
      pending = '';
      await setTimeout(pace.firstTokenMs, undefined, { signal });
    }
    const firstAt = clock();
    for (let sent = 0; sent < stopAfter; sent += 1) {
      const waitMs = pace.interTokenMs > 0 ? firstAt + sent * pace.interTokenMs - clock() : 0;
      if (waitMs > 0) {
        await sink.write(pending);
        pending = '';
        await setTimeout(waitMs, undefined, { signal });
      }
      pending += message.delta(deltas[sent] ?? '');
    }
    if (!stopsEarly) pending += message.tail(deltas.join(''));
  }

  if (!stopsEarly) {
    for (const call of answer.functionCalls ?? []) pending += events.functionCall(call);
    pending += ending(answer, usage, events);
  }
  await sink.write(pending);
  if (fault?.kind === 'hang') return 'hang';
  return fault?.kind === 'cut' && fault.clean !== true ? 'reset' : 'end';
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
