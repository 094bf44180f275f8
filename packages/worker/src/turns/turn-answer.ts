import type { FinishReason, TokenUsage } from '@codex-proxy/contracts';
import { stringAt, type JsonObject } from '../channel/json-shape.ts';
import type { RpcId } from '../protocol/messages.ts';
import { addTokens, tokensOf } from './token-usage.ts';
import { callOfItem, callOfRequest, ToolCalls } from './tool-calls.ts';
import type { ToolCall, TurnFailure, TurnObserver, TurnRequest } from './turn-request.ts';

export interface TurnAnswerOptions {
  readonly request: Pick<TurnRequest, 'tools' | 'parallelToolCalls'>;
  readonly observer: TurnObserver;
  /** The client has all calls of a response: it has to answer, and the model is not to go on. */
  readonly onCallsComplete: () => void;
}

/** What the client is told of one turn, until it is told the end. */
export class TurnAnswer {
  readonly #observer: TurnObserver;
  readonly #calls: ToolCalls;
  readonly #onCallsComplete: () => void;
  /** Items of which text came as deltas. */
  #items = new Set<string>();
  #lastItem = '';
  #usage: TokenUsage | undefined;
  #areCallsAnswered = false;
  #isOver = false;

  constructor({ request, observer, onCallsComplete }: TurnAnswerOptions) {
    this.#observer = observer;
    this.#calls = new ToolCalls(request);
    this.#onCallsComplete = onCallsComplete;
  }

  /** Whether the client knows the end, or is gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  delta(itemId: string, text: string): void {
    if (this.#isOver || this.#isPastCalls()) return;
    if (itemId !== this.#lastItem) {
      this.#lastItem = itemId;
      this.#items.add(itemId);
    }
    this.#observer.onDelta(text);
  }

  itemCompleted(item: JsonObject | undefined): void {
    if (this.#isOver || stringAt(item, 'type') !== 'agentMessage') return;
    const text = stringAt(item, 'text') ?? '';
    // A provider that streams no deltas still answers: the whole text counts as one.
    const itemId = stringAt(item, 'id') ?? '';
    if (text === '' || this.#items.has(itemId) || this.#isPastCalls()) return;
    this.#items.add(itemId);
    this.#observer.onDelta(text);
  }

  /** An item of the response as the model made it. */
  rawItem(item: JsonObject | undefined): void {
    const call = callOfItem(item);
    if (call !== undefined) this.#tell(call, 'item');
  }

  /**
   * The worker asks for the call of a tool: it waits. Calls are asked for when their items are whole, but those of one read in any order and
   * with their arguments parsed.
   * @returns false for a tool that is not the client's.
   */
  holdCall(id: RpcId, params: JsonObject): boolean {
    const call = callOfRequest(params);
    if (call === undefined || !this.#calls.declares(call.tool)) return false;
    this.#calls.hold(id);
    this.#tell(call, 'request');
    return true;
  }

  /** Whether calls have been kept long enough, after a silence of so long. */
  areCallsOverdue(silenceMs: number): boolean {
    return this.#calls.isOverdue(silenceMs);
  }

  /** Ids of the worker's requests that wait for an answer; they are no longer kept. */
  releaseCalls(): RpcId[] {
    return this.#calls.release();
  }

  /** A fresh thread serves one request, so its total is what the request cost, retries and tool rounds included. */
  countTokens(total: JsonObject | undefined): void {
    this.#usage = tokensOf(total);
    // The worker counts when the calls of a response are answered.
    this.#areCallsAnswered = this.#calls.any;
  }

  /** No further call of the response comes. */
  responseCompleted(usage: JsonObject | undefined): void {
    if (!this.#calls.any || this.#isOver) return;
    if (usage !== undefined) this.#usage = addTokens(this.#usage, tokensOf(usage));
    this.#onCallsComplete();
  }

  /**
   * The worker is about to begin the answer anew.
   * @returns false when the client cannot forget what it has, or would not know of the calls, and that they were declined.
   */
  restart(): boolean {
    if (this.#isOver || (this.#items.size === 0 && !this.#calls.any)) return true;
    this.#items = new Set();
    this.#lastItem = '';
    return !this.#calls.any && this.#observer.onAnswerRestarted();
  }

  complete(finishReason?: FinishReason): void {
    const reason = finishReason ?? (this.#calls.any ? 'tool_calls' : 'stop');
    if (this.#leave()) this.#observer.onEnd({ kind: 'completed', finishReason: reason, usage: this.#usage });
  }

  fail(failure: TurnFailure): void {
    if (this.#leave()) this.#observer.onEnd({ kind: 'failed', failure, usage: this.#usage });
  }

  /** The client is gone: nothing is told any more. */
  abandon(): void {
    this.#leave();
  }

  #leave(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    return true;
  }

  #tell(call: ToolCall, way: 'item' | 'request'): void {
    if (this.#isOver || this.#isPastCalls()) return;
    const told = this.#calls.tell(call, way);
    if (told !== undefined) this.#observer.onToolCall(told);
  }

  /** What comes now is the answer to declined calls, from a worker that did not say when the calls were all there. */
  #isPastCalls(): boolean {
    if (this.#areCallsAnswered) this.#onCallsComplete();
    return this.#areCallsAnswered;
  }
}
