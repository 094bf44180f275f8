import type { ErrorCode, FinishReason, RpcFrame, TokenUsage } from '@codex-proxy/contracts';
import type { ClientTool, HistoryItem, UserInput } from '../protocol/messages.ts';

/** One exchange with the model. */
export interface TurnRequest {
  readonly model: string;
  /** Instructions before all else; empty for none. */
  readonly instructions: string;
  /** Earlier items of the conversation, in order. */
  readonly history: readonly HistoryItem[];
  /** The newest user message; may be empty when the history ends with what the model is to answer. */
  readonly input: readonly UserInput[];
  readonly effort?: string | undefined;
  /** JSON Schema that the answer must satisfy. */
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
  /** Functions of the client that the model may call. A call ends the turn; its output comes with the history of another. Default none. */
  readonly tools?: readonly ClientTool[] | undefined;
  /** False: of the calls of a response only the first is told. Default true. */
  readonly parallelToolCalls?: boolean | undefined;
  /** Whether the frames of the trace carry what was in them, as it was: a trace that is kept redacts them. Default false. */
  readonly capturesPayloads?: boolean | undefined;
}

/** A call of one of the request's tools. */
export interface ToolCall {
  /** Of the model's making; its output names it. */
  readonly callId: string;
  readonly tool: string;
  /** As the model wrote them: JSON, unless the model made a mistake. */
  readonly arguments: string;
}

/** Why a turn failed, in the terms of the table of errors. */
export interface TurnFailure {
  readonly code: ErrorCode;
  /** Redacted; fit to be shown to the client. It may be the provider's words, so no log holds it. */
  readonly message: string;
  /** What the worker called it, such as `usageLimitExceeded` or `httpConnectionFailed:401`; for logs. */
  readonly reason?: string | undefined;
}

export type TurnEnd =
  | { readonly kind: 'completed'; readonly finishReason: FinishReason; readonly usage?: TokenUsage | undefined }
  | { readonly kind: 'failed'; readonly failure: TurnFailure; readonly usage?: TokenUsage | undefined };

/** What is left to tell when the worker has let go of a turn: for the protocol log and for traces. */
export interface TurnTrace {
  readonly threadId?: string | undefined;
  readonly frames: readonly RpcFrame[];
}

/** What the worker told of a turn, as it was on the wire. */
export interface TurnNotification {
  readonly method: 'item/started' | 'item/completed' | 'error';
  readonly params: Readonly<Record<string, unknown>>;
}

/** Hears of a turn. Calls come in the order of the methods here; `onDelta` and `onToolCall` any number of times, in the order of the answer. */
export interface TurnObserver {
  /** A slot was free; `queueMs` is how long that took. Called again when the worker is lost before the turn could begin. */
  onAdmitted(admission: { readonly queueMs: number; readonly workerPid: number }): void;
  /** Text of the answer, exactly as the model sent it. */
  onDelta(text: string): void;
  /** The model calls a tool of the request. When its response is whole, the turn ends as `tool_calls`. */
  onToolCall(call: ToolCall): void;
  /**
   * The worker begins the answer anew after a failure on its way to the provider.
   * @returns whether the text so far could be forgotten; if not, the turn fails rather than repeat itself.
   */
  onAnswerRestarted(): boolean;
  /** Items that the agent began (only where it has tools) and ended, and errors on the way. Not redacted; not to be shown. */
  onNotification?(notification: TurnNotification): void;
  /** Exactly once, unless the turn was aborted. */
  onEnd(end: TurnEnd): void;
  /** Exactly once, last of all, aborted or not. */
  onSettled(trace: TurnTrace): void;
}

export interface Turn {
  /** The client is gone: takes the request out of the queue, or interrupts the model. `onEnd` is not called any more. */
  abort(): void;
}
