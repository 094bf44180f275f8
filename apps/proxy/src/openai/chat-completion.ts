import type { ServerResponse } from 'node:http';
import type { ChatCompletion } from '@codex-proxy/contracts';
import type { TurnEnd, TurnObserver, TurnTrace } from '@codex-proxy/worker';
import { HttpError } from '../http/errors.ts';
import { sendError } from '../http/send-error.ts';
import type { RequestRecord } from '../ingress/request-record.ts';
import { completionUsage } from './usage.ts';

export interface ChatAnswerOptions {
  readonly response: ServerResponse;
  readonly record: RequestRecord;
  readonly model: string;
  readonly created: number;
  readonly monotonicMs: () => number;
  readonly onSettled: (trace: TurnTrace) => void;
}

/** Collects a turn and answers in one piece. */
export class ChatAnswer implements TurnObserver {
  readonly #options: ChatAnswerOptions;
  #text = '';
  #over = false;

  constructor(options: ChatAnswerOptions) {
    this.#options = options;
  }

  onAdmitted(admission: { queueMs: number; workerPid: number }): void {
    this.#options.record.queueMs = admission.queueMs;
    this.#options.record.workerPid = admission.workerPid;
  }

  onDelta(text: string): void {
    const { record, monotonicMs } = this.#options;
    record.firstDeltaAtMs ??= monotonicMs();
    record.deltaCount += 1;
    this.#text += text;
  }

  /** Nothing has been shown yet, so the text so far is forgotten. */
  onAnswerRestarted(): boolean {
    this.#text = '';
    return true;
  }

  onEnd(end: TurnEnd): void {
    if (this.#over) return;
    this.#over = true;
    const { record, response, model, created } = this.#options;
    record.usage = end.usage;
    if (end.kind === 'failed') {
      record.fail(end.failure.code, end.failure.reason);
      sendError(response, new HttpError(end.failure.code, end.failure.message));
      return;
    }
    record.finishReason = end.finishReason;
    const completion: ChatCompletion = {
      id: `chatcmpl-${record.requestId.slice('req_'.length)}`,
      object: 'chat.completion',
      created,
      model,
      choices: [
        { index: 0, message: { role: 'assistant', content: this.#text, refusal: null }, logprobs: null, finish_reason: end.finishReason },
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

  disconnect(): void {
    this.#over = true;
  }
}
