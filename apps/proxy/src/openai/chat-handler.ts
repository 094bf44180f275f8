import type { RequestHandler } from 'express';
import type { RequestContext } from '@codex-proxy/logging';
import type { LogFields, OutputMode } from '@codex-proxy/contracts';
import type { ToolBufferEvents } from '@codex-proxy/tool-buffer';
import type { Supervisor } from '@codex-proxy/worker';
import { HttpError, internalError } from '../http/errors.ts';
import type { RequestRecord } from '../ingress/request-record.ts';
import type { RunRecorder } from '../runs/run-recorder.ts';
import type { RequestObserver } from '../observe/request-observer.ts';
import { ChatAnswer } from './chat-completion.ts';
import { ChatStream } from './chat-stream.ts';
import { GuardedTurn } from './guarded-turn.ts';
import { ignoredParameters } from './parameters.ts';
import { parseChatRequest, toTurnRequest } from './parse-request.ts';
import { refusedParameter } from './refused-tool.ts';
import type { ServedModels } from './served-models.ts';
import type { StreamTicker } from './stream-ticker.ts';
import { OUTPUT_MODE_HEADER, outputModeOf, readTextOf, type TextualToolSettings } from './textual-tools.ts';
import type { AssistantToolCall } from './tool-call.ts';
import { demandsCall } from './tool-choice.ts';

export interface ChatHandlerOptions {
  readonly supervisor: Supervisor;
  readonly models: ServedModels;
  readonly context: RequestContext<RequestRecord>;
  readonly observer: RequestObserver;
  readonly ticker: StreamTicker;
  /** Absent: runs are not kept. */
  readonly runs?: RunRecorder | undefined;
  readonly textualTools: TextualToolSettings;
  /** Hears of the tool calls that are written as text. */
  readonly toolBufferEvents: (ids: LogFields, outputMode: OutputMode) => ToolBufferEvents;
  readonly maxBufferBytes: number;
  readonly keepaliveMs: number;
  readonly monotonicMs: () => number;
  readonly nowMs: () => number;
  /** An error that no one expected, while an answer was given; the client gets `internal_error`. */
  readonly onUnexpected: (error: unknown) => void;
}

/** Label for models that are not served. */
const OTHER_MODEL = 'other';

/** `POST /v1/chat/completions`. */
export function createChatHandler(options: ChatHandlerOptions): RequestHandler {
  const { supervisor, models, context, observer, ticker, textualTools, maxBufferBytes, keepaliveMs, monotonicMs, nowMs } = options;
  return (request, response) => {
    const record = context.get();
    if (record === undefined) throw new Error('a request came around the ingress');
    const chat = parseChatRequest(request.body);
    record.stream = chat.stream === true;
    record.model = models.has(chat.model) ? chat.model : OTHER_MODEL;
    if (record.model === OTHER_MODEL && models.known) {
      throw new HttpError('model_not_found', `The model '${chat.model.slice(0, 128)}' does not exist or is not served here.`, {
        param: 'model',
      });
    }
    const ignored = ignoredParameters(chat);
    if (ignored.length > 0) response.setHeader('X-Proxy-Ignored-Parameters', ignored.join(', '));

    const turnRequest = toTurnRequest(chat);
    const outputMode = outputModeOf(request.headers[OUTPUT_MODE_HEADER], textualTools.outputMode);

    // A body that had to be unpacked can outlive its connection.
    if (response.closed) return;
    const common = {
      response,
      record,
      model: chat.model,
      created: Math.trunc(nowMs() / 1_000),
      mustCall: demandsCall(chat),
      parallelCalls: chat.parallel_tool_calls !== false,
      offeredTools: (chat.tools ?? []).map((tool) => tool.function.name),
      onNativeCall: (call: AssistantToolCall) => {
        options.runs?.called(record.requestId, call);
      },
      paramOf: (message: string) => refusedParameter(message, chat.tools ?? []),
      readText: readTextOf(chat, { ...textualTools, outputMode }, options.toolBufferEvents(record.ids, outputMode), (call) => {
        options.runs?.wrote(record.requestId, call);
      }),
      onStop: () => {
        turn.abort();
      },
      monotonicMs,
      onSettled: (trace: Parameters<RequestObserver['settled']>[1]) => {
        observer.settled(record, trace);
      },
    };
    let isDefective = false;
    const isAnswered = (): boolean => response.writableEnded;
    /** Comes from the worker's side, or from a timer: there is no caller who would answer. */
    const onDefect = (error: unknown): void => {
      if (isDefective) return;
      isDefective = true;
      context.run(record, () => {
        options.onUnexpected(error);
      });
      // It has its answer: what broke is what is observed of it.
      if (isAnswered()) return;
      try {
        sink.fail(internalError());
      } finally {
        if (!isAnswered()) response.destroy();
        // The worker may just be taking the turn.
        queueMicrotask(() => {
          turn.abort();
        });
      }
    };
    const includeUsage = chat.stream_options?.include_usage === true;
    const sink = record.stream
      ? new ChatStream({ ...common, includeUsage, maxBufferBytes, keepaliveMs, events: observer.stream(record), onDefect })
      : new ChatAnswer(common);
    const stopTicking = sink instanceof ChatStream ? ticker.add(sink) : undefined;
    const guarded = new GuardedTurn(sink, onDefect);
    const turnObserver = options.runs?.begin(record, chat, outputMode, guarded) ?? guarded;
    const turn = supervisor.run(observer.capturesPayloads ? { ...turnRequest, capturesPayloads: true } : turnRequest, turnObserver);
    response.prependOnceListener('close', () => {
      stopTicking?.();
      sink.disconnect();
      if (!response.writableFinished) turn.abort();
    });
  };
}
