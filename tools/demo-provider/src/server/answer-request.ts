import type { ServerResponse } from 'node:http';
import type { ProviderRequest } from '../request/provider-request.ts';
import type { ProviderAnswer, ProviderScript, ProviderUsage } from '../script/provider-script.ts';
import { countUsage } from '../script/token-count.ts';
import { splitBytes, type EventSink } from '../stream/byte-splitter.ts';
import { ResponseEvents, wireUsage } from '../stream/response-events.ts';
import { streamAnswer, type Pace } from '../stream/stream-answer.ts';
import { replyJson } from './http-reply.ts';

const CUT = 'Cut by the script.';

export interface AnswerSettings extends Pace {
  readonly script: ProviderScript;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Plays the script's answer to one request. Resolves when the answer is out, or the client has left. */
export async function answerRequest(request: ProviderRequest, response: ServerResponse, settings: AnswerSettings): Promise<void> {
  const answer = settings.script(request);
  const { fault } = answer;
  if (fault?.kind === 'http') return replyJson(response, fault.status, fault.body, fault.headers);
  if (fault?.kind === 'hang' && fault.afterDeltas === undefined) return;
  if (fault?.kind === 'cut' && fault.afterDeltas === undefined) return void response.destroy(new Error(CUT));

  const id = `resp_${String(request.index + 1).padStart(6, '0')}`;
  const events = new ResponseEvents(id, request.model, Math.floor(settings.now() / 1000));
  const usage = answer.usage ?? countUsage(request, answer);
  if (!request.stream) return replyJson(response, 200, wholeResponse(answer, usage, events));

  const left = new AbortController();
  response.once('close', () => left.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-request-id': id });
  const sink: EventSink =
    answer.splitUtf8 === undefined
      ? { write: (text) => void response.write(text) }
      : splitBytes((piece) => void response.write(piece), answer.splitUtf8);
  const pace: Pace = {
    firstTokenMs: answer.firstTokenMs ?? settings.firstTokenMs,
    interTokenMs: answer.interTokenMs ?? settings.interTokenMs,
  };
  try {
    const end = await streamAnswer(answer, usage, events, pace, sink, () => performance.now(), left.signal);
    if (end === 'end') response.end();
    else if (end === 'reset') reset(response);
  } catch (error) {
    // The signal ends the pauses of a stream whose reader has left: nobody is there to be told.
    if (!left.signal.aborted) throw error;
  }
}

/** Lets what is written reach the reader, then cuts the connection in the middle of the body. */
function reset(response: ServerResponse): void {
  response.write('', () => setImmediate(() => response.destroy(new Error(CUT))));
}

function wholeResponse(answer: ProviderAnswer, usage: ProviderUsage, events: ResponseEvents): unknown {
  if (answer.reasoning !== undefined) events.reasoning(answer.reasoning);
  if (answer.deltas.length > 0) events.message().tail(answer.deltas.join(''));
  for (const call of answer.functionCalls ?? []) events.functionCall(call).tail();
  if (answer.fault?.kind === 'failed')
    return events.response('failed', { error: { code: answer.fault.code, message: answer.fault.message } });
  if (answer.fault?.kind === 'incomplete')
    return events.response('incomplete', { incomplete_details: { reason: answer.fault.reason }, usage: wireUsage(usage) });
  return events.response('completed', { usage: wireUsage(usage) });
}
