import type { ServerResponse } from 'node:http';
import { errorEnvelope, type FinishReason } from '@codex-proxy/contracts';
import type { ToolCall, TurnEnd, TurnFailure, TurnObserver, TurnTrace } from '@codex-proxy/worker';
import { HttpError } from '../http/errors.ts';
import { sendError } from '../http/send-error.ts';
import type { RequestRecord } from '../ingress/request-record.ts';
import { ChunkWriter, DONE, errorEvent, KEEPALIVE } from './chunk-writer.ts';
import { ClientOutlet } from './client-outlet.ts';
import type { StreamEvents } from './stream-events.ts';
import type { AnswerText, ReadText } from './textual-tools.ts';
import { assistantToolCall, missingCall, MISSING_CALL, STOPPED, textualToolCall, type AssistantToolCall } from './tool-call.ts';
import { completionUsage } from './usage.ts';

export interface ChatStreamOptions {
  readonly response: ServerResponse;
  readonly record: RequestRecord;
  readonly model: string;
  readonly created: number;
  readonly includeUsage: boolean;
  /** An answer without a call is none. */
  readonly mustCall: boolean;
  /** Whether an answer can have several calls; of those of one that cannot, the first is given. */
  readonly parallelCalls: boolean;
  /** Names of the client's tools. */
  readonly offeredTools: readonly string[];
  /** The client is given a call that the model did not write as text. */
  readonly onNativeCall: (call: AssistantToolCall) => void;
  /** Which parameter of the request the message of a failure is about, where that is known. */
  readonly paramOf: (message: string) => string | undefined;
  readonly readText: ReadText;
  /** Enough tools were called: the answer is over, the turn need not go on. */
  readonly onStop: () => void;
  /** See `ClientOutletOptions`. */
  readonly maxBufferBytes: number;
  readonly keepaliveMs: number;
  readonly monotonicMs: () => number;
  readonly events: StreamEvents;
  readonly onSettled: (trace: TurnTrace) => void;
  /** What is thrown while content is written, which is after the call that brought it. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Turns a turn into server-sent events. The headers wait for the first content or the first keepalive, so that a request that
 * fails before either gets the status of its error.
 */
export class ChatStream implements TurnObserver {
  readonly #options: ChatStreamOptions;
  readonly #chunks: ChunkWriter;
  readonly #outlet: ClientOutlet;
  #pending = '';
  #pendingDeltas = 0;
  #flushQueued = false;
  #lastWriteAtMs: number;
  #lastContentAtMs: number | undefined;
  #text: AnswerText;
  #textCame = false;
  #callCount = 0;
  #started = false;
  #over = false;

  constructor(options: ChatStreamOptions) {
    this.#options = options;
    this.#chunks = new ChunkWriter({
      id: `chatcmpl-${options.record.requestId.slice('req_'.length)}`,
      created: options.created,
      model: options.model,
      includeUsage: options.includeUsage,
    });
    const { response, record, maxBufferBytes, monotonicMs } = options;
    this.#outlet = new ClientOutlet({
      response,
      maxBufferBytes,
      monotonicMs,
      onSlow: () => {
        record.cutReason = 'slow_client';
      },
    });
    this.#lastWriteAtMs = monotonicMs();
    this.#text = this.#readText();
  }

  onAdmitted(admission: { queueMs: number; workerPid: number }): void {
    this.#options.record.queueMs = admission.queueMs;
    this.#options.record.workerPid = admission.workerPid;
  }

  onDelta(text: string): void {
    if (!this.#over) this.#text.push(text);
  }

  onToolCall(call: ToolCall): void {
    if (this.#over) return;
    this.#text.release();
    const { parallelCalls, offeredTools, onNativeCall } = this.#options;
    if (!parallelCalls && this.#callCount > 0) return;
    const given = assistantToolCall(call, offeredTools);
    this.#addCall(given);
    onNativeCall(given);
  }

  onAnswerRestarted(): boolean {
    if (this.#contentCame()) return false;
    this.#forgetText();
    return true;
  }

  onEnd(end: TurnEnd): void {
    if (this.#over) return;
    const { record } = this.#options;
    record.usage = end.usage;
    if (end.kind === 'failed') {
      if (this.#contentCame()) this.#text.end('completed');
      else this.#forgetText();
      this.fail(this.#errorOf(end.failure), end.failure.reason);
      return;
    }
    this.#text.end('completed');
    const finishReason: FinishReason = end.finishReason === 'stop' && this.#callCount > 0 ? 'tool_calls' : end.finishReason;
    if (this.#options.mustCall && finishReason === 'stop') {
      this.fail(missingCall(), MISSING_CALL);
      return;
    }
    record.finishReason = finishReason;
    this.#countDeltas();
    this.#start();
    const usage = this.#options.includeUsage && end.usage !== undefined ? this.#chunks.usage(completionUsage(end.usage)) : '';
    const last = this.#pending + this.#chunks.finish(finishReason) + usage + DONE;
    this.#pending = '';
    this.#finish();
    this.#outlet.end(last);
    this.#options.events.onDone(record.deltaCount);
  }

  onSettled(trace: TurnTrace): void {
    this.#options.onSettled(trace);
  }

  /** Called now and then: a comment keeps an idle connection open. */
  tick(nowMs: number): void {
    try {
      this.#tick(nowMs);
    } catch (error) {
      this.#options.onDefect(error);
    }
  }

  /** It ends with this error: by its status, or, when it has begun, by an event. */
  fail(error: HttpError, reason?: string): void {
    const { record, response } = this.#options;
    record.fail(error.code, reason);
    if (this.#started || this.#pendingDeltas > 0) {
      this.#countDeltas();
      this.#start();
      const last = this.#pending + errorEvent(errorEnvelope(error.code, error.message)) + DONE;
      this.#finish();
      this.#outlet.end(last);
    } else {
      this.#finish();
      sendError(response, error);
    }
  }

  /** The connection is closed. */
  disconnect(): void {
    this.#outlet.close();
    if (this.#over) return;
    const { record, events } = this.#options;
    events.onDisconnected(record.cutReason ?? 'client_closed', record.deltaCount);
    this.#finish();
    this.#text.end('disconnect');
  }

  #tick(nowMs: number): void {
    this.#outlet.tick(nowMs);
    if (this.#over || nowMs - this.#lastWriteAtMs < this.#options.keepaliveMs) return;
    this.#start();
    this.#write(this.#pending + KEEPALIVE);
    this.#pending = '';
    this.#options.events.onKeepalive();
  }

  #readText(): AnswerText {
    const text = this.#options.readText(
      {
        onContent: (content) => {
          if (text === this.#text) this.#addText(content);
        },
        onToolCall: (call) => {
          if (text === this.#text) this.#addCall(textualToolCall(call));
        },
        onStop: () => {
          this.#options.record.stopReason = STOPPED;
          this.onEnd({ kind: 'completed', finishReason: 'tool_calls' });
          this.#options.onStop();
        },
      },
      () => this.#callCount > 0,
    );
    return text;
  }

  /** What is held back of the text so far was of an answer that nobody will see. */
  #forgetText(): void {
    const forgotten = this.#text;
    this.#text = this.#readText();
    forgotten.end('disconnect');
  }

  #contentCame(): boolean {
    return this.#options.record.deltaCount + this.#pendingDeltas > 0;
  }

  #addText(text: string): void {
    this.#textCame = true;
    this.#push(this.#chunks.content(text));
  }

  #addCall(call: AssistantToolCall): void {
    this.#push(this.#chunks.toolCall(this.#callCount, call));
    this.#callCount += 1;
  }

  #push(chunk: string): void {
    if (this.#over) return;
    this.#pending += chunk;
    this.#pendingDeltas += 1;
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    // All deltas of one read of the worker's output leave in one write; each stays an event of its own.
    queueMicrotask(() => {
      try {
        this.#flush();
      } catch (error) {
        this.#options.onDefect(error);
      }
    });
  }

  #flush(): void {
    this.#flushQueued = false;
    if (this.#over || this.#pending === '') return;
    this.#countDeltas();
    this.#start();
    this.#write(this.#pending);
    this.#pending = '';
  }

  #countDeltas(): void {
    const count = this.#pendingDeltas;
    if (count === 0) return;
    const { record, events, model, monotonicMs } = this.#options;
    const nowMs = monotonicMs();
    record.firstDeltaAtMs ??= nowMs;
    record.deltaCount += count;
    events.onContent(model, count, this.#lastContentAtMs === undefined ? undefined : nowMs - this.#lastContentAtMs);
    this.#lastContentAtMs = nowMs;
    this.#pendingDeltas = 0;
  }

  #start(): void {
    if (this.#started) return;
    const { response, events, model } = this.#options;
    response.statusCode = 200;
    response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store, no-transform');
    response.setHeader('X-Accel-Buffering', 'no');
    this.#pending = this.#chunks.role(this.#callCount > 0 && !this.#textCame ? null : '') + this.#pending;
    this.#started = true;
    events.onStarted(model);
  }

  #write(text: string): void {
    this.#lastWriteAtMs = this.#options.monotonicMs();
    this.#outlet.write(text);
  }

  #errorOf({ code, message }: TurnFailure): HttpError {
    const param = code === 'invalid_request' ? this.#options.paramOf(message) : undefined;
    return new HttpError(code, message, param === undefined ? {} : { param });
  }

  #finish(): void {
    this.#over = true;
    this.#pending = '';
    if (this.#started) this.#options.events.onEnded();
  }
}
