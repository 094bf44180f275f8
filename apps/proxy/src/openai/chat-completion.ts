import type { ServerResponse } from 'node:http';
import type { ChatCompletion, FinishReason } from '@codex-proxy/contracts';
import type { ToolCall, TurnEnd, TurnFailure, TurnObserver, TurnTrace } from '@codex-proxy/worker';
import { HttpError } from '../http/errors.ts';
import { sendError } from '../http/send-error.ts';
import type { RequestRecord } from '../ingress/request-record.ts';
import type { AnswerText, ReadText } from './textual-tools.ts';
import { assistantToolCall, missingCall, MISSING_CALL, STOPPED, textualToolCall, type AssistantToolCall } from './tool-call.ts';
import { completionUsage } from './usage.ts';

export interface ChatAnswerOptions {
  readonly response: ServerResponse;
  readonly record: RequestRecord;
  readonly model: string;
  readonly created: number;
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
  readonly monotonicMs: () => number;
  readonly onSettled: (trace: TurnTrace) => void;
}

/** Collects a turn and answers in one piece. */
export class ChatAnswer implements TurnObserver {
  readonly #options: ChatAnswerOptions;
  #text: AnswerText;
  #content = '';
  #calls: AssistantToolCall[] = [];
  #over = false;

  constructor(options: ChatAnswerOptions) {
    this.#options = options;
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
    if (!parallelCalls && this.#calls.length > 0) return;
    const given = assistantToolCall(call, offeredTools);
    this.#addCall(given);
    onNativeCall(given);
  }

  /** Nothing has been shown yet, so the text so far is forgotten. */
  onAnswerRestarted(): boolean {
    const forgotten = this.#text;
    this.#text = this.#readText();
    forgotten.end('disconnect');
    this.#content = '';
    this.#calls = [];
    return true;
  }

  onEnd(end: TurnEnd): void {
    if (this.#over) return;
    this.#text.end('completed');
    this.#over = true;
    const { record, response, model, created } = this.#options;
    record.usage = end.usage;
    if (end.kind === 'failed') {
      this.fail(this.#errorOf(end.failure), end.failure.reason);
      return;
    }
    const calls = this.#calls;
    const finishReason: FinishReason = end.finishReason === 'stop' && calls.length > 0 ? 'tool_calls' : end.finishReason;
    if (this.#options.mustCall && finishReason === 'stop') {
      this.fail(missingCall(), MISSING_CALL);
      return;
    }
    record.finishReason = finishReason;
    const completion: ChatCompletion = {
      id: `chatcmpl-${record.requestId.slice('req_'.length)}`,
      object: 'chat.completion',
      created,
      model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: this.#content === '' && calls.length > 0 ? null : this.#content,
            refusal: null,
            ...(calls.length === 0 ? {} : { tool_calls: calls }),
          },
          logprobs: null,
          finish_reason: finishReason,
        },
      ],
      ...(end.usage === undefined ? {} : { usage: completionUsage(end.usage) }),
    };
    const body = JSON.stringify(completion);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.end(body);
  }

  onSettled(trace: TurnTrace): void {
    this.#options.onSettled(trace);
  }

  /** It ends with this error. */
  fail(error: HttpError, reason?: string): void {
    this.#over = true;
    const { record, response } = this.#options;
    record.fail(error.code, reason);
    sendError(response, error);
  }

  disconnect(): void {
    this.#over = true;
    this.#text.end('disconnect');
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
      () => this.#calls.length > 0,
    );
    return text;
  }

  #addText(text: string): void {
    this.#count();
    this.#content += text;
  }

  #addCall(call: AssistantToolCall): void {
    this.#count();
    this.#calls.push(call);
  }

  #count(): void {
    const { record, monotonicMs } = this.#options;
    record.firstDeltaAtMs ??= monotonicMs();
    record.deltaCount += 1;
  }

  #errorOf({ code, message }: TurnFailure): HttpError {
    const param = code === 'invalid_request' ? this.#options.paramOf(message) : undefined;
    return new HttpError(code, message, param === undefined ? {} : { param });
  }
}
