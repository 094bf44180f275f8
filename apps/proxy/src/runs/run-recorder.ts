import type { ChatCompletionRequest, OutputMode, RunEventContentMode, TerminalRecord } from '@codex-proxy/contracts';
import { llmRequestEvent, llmResponseEvent, runEventsOf, type MappedRunEvent, type RunEventStore } from '@codex-proxy/run-events';
import type { AnswerToolCall } from '@codex-proxy/tool-buffer';
import type { TurnEnd, TurnNotification, TurnObserver } from '@codex-proxy/worker';
import type { RequestRecord } from '../ingress/request-record.ts';
import type { AssistantToolCall } from '../openai/tool-call.ts';
import { conversationSize, lastMessageText, trailingOutputs } from './conversation.ts';
import { RecordedTurn } from './recorded-turn.ts';
import type { RunAdmission } from './run-admission.ts';

export interface RunRecorderParts {
  readonly store: RunEventStore;
  readonly content: RunEventContentMode;
  readonly admission: RunAdmission;
  /** Kind of model provider. */
  readonly provider: string;
  /** A run is not kept, for there are too many. */
  readonly onShed: () => void;
}

/** What the answer to a request came to. */
export interface Answer {
  readonly text: string;
  readonly chars: number;
}

/** Keeps the durable record of requests: a run each, from its request to the model to its outcome. Nothing here waits or throws. */
export class RunRecorder {
  readonly #parts: RunRecorderParts;
  readonly #kept = new Set<string>();

  constructor(parts: RunRecorderParts) {
    this.#parts = parts;
  }

  /** Whether texts are kept, and not only their lengths. */
  get keepsText(): boolean {
    return this.#parts.content === 'preview';
  }

  /** The request goes to the model. @returns the observer for its turn, which tells `sink` all that it hears. */
  begin(record: RequestRecord, chat: ChatCompletionRequest, outputMode: OutputMode, sink: TurnObserver): TurnObserver {
    const { store, admission, content, provider, onShed } = this.#parts;
    if (!admission.admit()) {
      onShed();
      return sink;
    }
    const runId = record.requestId;
    this.#kept.add(runId);
    store.startRun({ runId, model: record.model, route: record.route });
    for (const output of trailingOutputs(chat.messages)) {
      store.recordRunEvent(runId, {
        type: 'tool_result',
        correlation_id: output.callId,
        source: 'client',
        payload: {
          kind: 'client',
          tool: output.tool,
          status: 'completed',
          success: true,
          duration_ms: null,
          ...this.#textOf('output', output.text),
        },
      });
    }
    const request = {
      model: chat.model,
      provider,
      stream: record.stream,
      output_mode: outputMode,
      ...(typeof chat.reasoning_effort === 'string' ? { effort: chat.reasoning_effort } : {}),
      message_count: chat.messages.length,
      tool_count: chat.tools?.length ?? 0,
      inputChars: conversationSize(chat.messages),
      lastMessage: lastMessageText(chat.messages),
    };
    store.recordRunEvent(runId, llmRequestEvent(runId, request, content));
    return new RecordedTurn(runId, sink, this);
  }

  /** What the worker's agent did. Its messages are told by `answered`, with their tokens. */
  told(runId: string, notification: TurnNotification): void {
    const { store, content } = this.#parts;
    for (const event of runEventsOf(notification, { content, requestId: runId })) {
      if (!isToldByAnswer(event)) store.recordRunEvent(runId, event);
    }
  }

  /** The client is given a call of one of its functions. */
  called(runId: string, { id, function: { name, arguments: json } }: AssistantToolCall): void {
    if (!this.#kept.has(runId)) return;
    this.#parts.store.recordRunEvent(runId, {
      type: 'tool_call',
      correlation_id: id,
      source: 'worker',
      payload: { kind: 'client', tool: name, ...this.#textOf('arguments', json) },
    });
  }

  /** The model has written a call of such a function as text. */
  wrote(runId: string, { id, name, arguments: json }: AnswerToolCall): void {
    if (!this.#kept.has(runId)) return;
    this.#parts.store.recordRunEvent(runId, {
      type: 'tool_call',
      correlation_id: id,
      source: 'worker',
      payload: { kind: 'client', tool: name, textual: true, ...this.#textOf('arguments', json) },
    });
  }

  answered(runId: string, { text, chars }: Answer, end: TurnEnd): void {
    const { store, content } = this.#parts;
    if (end.kind === 'failed') {
      const { code, reason } = end.failure;
      // The message is the provider's words, and they can quote the prompt.
      store.recordRunEvent(runId, {
        type: 'error',
        correlation_id: runId,
        source: 'worker',
        level: 'error',
        payload: { name: 'TurnFailed', message: reason ?? code, code },
      });
      return;
    }
    const { usage } = end;
    const event = llmResponseEvent(
      runId,
      {
        text,
        finish_reason: end.finishReason,
        ...(usage === undefined
          ? {}
          : {
              tokens_prompt: usage.inputTokens,
              tokens_response: usage.outputTokens,
              tokens_cached: usage.cachedInputTokens,
              tokens_reasoning: usage.reasoningOutputTokens,
            }),
      },
      content,
    );
    store.recordRunEvent(runId, { ...event, payload: { ...event.payload, text_chars: chars } });
  }

  /** The request has ended, whatever became of it. */
  ended(terminal: TerminalRecord): void {
    if (this.#kept.delete(terminal.request_id)) void this.#parts.store.endRun(terminal);
  }

  #textOf(name: 'output' | 'arguments', text: string): Record<string, unknown> {
    return { [`${name}_chars`]: text.length, ...(this.keepsText ? { [`${name}_preview`]: text } : {}) };
  }
}

/** A message, or the error that ends the turn: `answered` says more of both. */
function isToldByAnswer({ type, payload }: MappedRunEvent): boolean {
  return type === 'llm_response' || (type === 'error' && payload.will_retry === false);
}
