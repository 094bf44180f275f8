import type { TokenUsage } from '@codex-proxy/contracts';
import { isObject, objectAt, stringAt, type JsonObject } from '../channel/json-shape.ts';
import type { RpcChannel, RpcOutcome, ThreadSink } from '../channel/rpc-channel.ts';
import type { CodexErrorInfo, RpcId } from '../protocol/messages.ts';
import { FrameTrace } from './frame-trace.ts';
import { DECLINED_CALL, TOOL_CALL } from './server-request-policy.ts';
import { addTokens, tokensOf } from './token-usage.ts';
import { callOfItem, callOfRequest, ToolCalls } from './tool-calls.ts';
import { cutShort, rpcFailure, turnFailure } from './turn-failure.ts';
import type { ToolCall, Turn, TurnEnd, TurnFailure, TurnNotification, TurnObserver, TurnRequest } from './turn-request.ts';
import type { TurnSettings } from './turn-settings.ts';

/** How the run reports to those who schedule it. */
export interface TurnScheduler {
  /** Leaves the queue, if it waits there. */
  withdraw(run: TurnRun): void;
  /** The turn is over: its slot is free. */
  release(run: TurnRun): void;
  /** The worker has unloaded the thread, or is gone. */
  settled(run: TurnRun): void;
}

type Phase = 'queued' | 'starting' | 'running' | 'ended' | 'settled';

/** After an interrupt the worker ends a turn in milliseconds; when it does not, the slot is taken back after this long. */
const INTERRUPT_GRACE_MS = 5_000;

/** By default the worker cuts the middle out of outputs of tools beyond 10,000 tokens, or bytes where it does not know the model. */
const WHOLE_OUTPUTS = { tool_output_token_limit: 1_000_000_000 } as const;

/** A request that takes its worker down each time it begins is not tried for ever. */
const MAX_BEGINNINGS = 3;

/** The life of one turn: queued → thread started → turn running → ended → thread unloaded. */
export class TurnRun implements Turn, ThreadSink {
  readonly ordinal: number;
  readonly #request: TurnRequest;
  readonly #observer: TurnObserver;
  readonly #settings: TurnSettings;
  readonly #scheduler: TurnScheduler;
  readonly #trace: FrameTrace;
  readonly #calls: ToolCalls;
  readonly #submittedAtMs: number;
  #phase: Phase = 'queued';
  #beginnings = 0;
  #channel: RpcChannel | undefined;
  #threadId: string | undefined;
  #turnId: string | undefined;
  #reported = false;
  #interrupted = false;
  #interruptedAtMs: number | undefined;
  #lastHeardAtMs: number;
  #usage: TokenUsage | undefined;
  #callsAnswered = false;
  #deltaItems = new Set<string>();
  #lastItem = '';

  /** @param ordinal Its number among all turns. */
  constructor(ordinal: number, request: TurnRequest, observer: TurnObserver, settings: TurnSettings, scheduler: TurnScheduler) {
    this.ordinal = ordinal;
    this.#request = request;
    this.#observer = observer;
    this.#settings = settings;
    this.#scheduler = scheduler;
    this.#trace = new FrameTrace({ keepsPayloads: request.capturesPayloads === true });
    this.#calls = new ToolCalls(request);
    this.#submittedAtMs = settings.monotonicMs();
    this.#lastHeardAtMs = this.#submittedAtMs;
  }

  /** True until the model may have been asked: a turn that has not begun can begin again on another worker. */
  get restartable(): boolean {
    return this.#phase === 'starting' && !this.#reported && this.#beginnings < MAX_BEGINNINGS;
  }

  /** Whether it has begun on the worker at the other end of `channel`, and that one may still hold something of it. */
  isOn(channel: RpcChannel): boolean {
    return this.#channel === channel;
  }

  begin(channel: RpcChannel, workerPid: number): void {
    const nowMs = this.#settings.monotonicMs();
    this.#phase = 'starting';
    this.#beginnings += 1;
    this.#channel = channel;
    this.#lastHeardAtMs = nowMs;
    this.#observer.onAdmitted({ queueMs: nowMs - this.#submittedAtMs, workerPid });
    const { model, instructions, history, tools = [] } = this.#request;
    const { cwd, sandbox, agentTools } = this.#settings;
    this.#call(
      'thread/start',
      {
        ephemeral: true,
        approvalPolicy: 'never',
        sandbox,
        ...(agentTools ? {} : { environments: [] }),
        cwd,
        model,
        baseInstructions: instructions,
        ...(history.some((item) => item.type === 'function_call_output') ? { config: WHOLE_OUTPUTS } : {}),
        ...(tools.length === 0 ? {} : { dynamicTools: tools.map((tool) => ({ type: 'function', ...tool })), experimentalRawEvents: true }),
      },
      (outcome) => {
        this.#threadStarted(outcome);
      },
    );
  }

  /** Back to the queue after its worker was lost; only while `restartable`. */
  requeue(): void {
    this.#phase = 'queued';
    this.#channel = undefined;
    this.#threadId = undefined;
  }

  abort(): void {
    this.#reported = true;
    if (this.#phase === 'queued') {
      this.#scheduler.withdraw(this);
      this.#settle();
    } else this.#interrupt();
  }

  /** Ends the turn from outside: worker lost, draining, refused. */
  fail(failure: TurnFailure, options: { readonly workerLost: boolean }): void {
    const { workerLost } = options;
    this.#report({ kind: 'failed', failure, usage: this.#usage });
    if (workerLost || this.#phase === 'queued') {
      this.#release();
      this.#settle();
    } else this.#interrupt();
  }

  /** Looks at the clocks; called a few times a second. */
  checkTime(nowMs: number): void {
    if (this.#phase === 'settled') return;
    if (this.#interruptedAtMs !== undefined && nowMs - this.#interruptedAtMs > INTERRUPT_GRACE_MS) {
      this.#end();
      return;
    }
    if (this.#reported) return;
    if (this.#calls.isOverdue(nowMs - this.#lastHeardAtMs)) this.#declineHeldCalls();
    if (nowMs - this.#submittedAtMs >= this.#settings.requestTimeoutMs) {
      if (this.#phase === 'queued') this.#scheduler.withdraw(this);
      this.fail({ code: 'worker_timeout', message: 'The request did not end in time.' }, { workerLost: false });
    } else if (this.#phase === 'running' && nowMs - this.#lastHeardAtMs >= this.#settings.idleTimeoutMs) {
      this.fail({ code: 'stream_idle_timeout', message: 'The worker has been silent for too long.' }, { workerLost: false });
    }
  }

  delta(itemId: string, text: string, bytes: number): void {
    const nowMs = this.#settings.monotonicMs();
    this.#lastHeardAtMs = nowMs;
    this.#trace.addDelta(bytes, nowMs);
    if (this.#reported || this.#isPastCalls()) return;
    if (itemId !== this.#lastItem) {
      this.#lastItem = itemId;
      this.#deltaItems.add(itemId);
    }
    this.#observer.onDelta(text);
  }

  notification(method: string, params: JsonObject, bytes: number): void {
    const nowMs = this.#settings.monotonicMs();
    this.#lastHeardAtMs = nowMs;
    if (this.#phase === 'settled') return;
    this.#trace.add({ type: 'rpc_notification', direction: 'from_worker', method, bytes, atMs: nowMs }, params);
    if (isNews(method) && !this.#reported) this.#observer.onNotification?.({ method, params });
    if (method === 'turn/completed') this.#turnCompleted(params);
    else if (method === 'thread/tokenUsage/updated') this.#countTokens(params);
    else if (method === 'item/completed') this.#itemCompleted(params);
    else if (method === 'error') this.#providerError(params);
    else if (method === 'rawResponseItem/completed') this.#rawItem(params);
    else if (method === 'rawResponse/completed') this.#responseCompleted(params);
  }

  serverRequest(id: RpcId, method: string, params: JsonObject, bytes: number): boolean {
    this.#lastHeardAtMs = this.#settings.monotonicMs();
    this.#trace.add({ type: 'server_request', direction: 'from_worker', method, id, bytes, atMs: this.#lastHeardAtMs }, params);
    return method === TOOL_CALL && this.#holdCall(id, params);
  }

  /** The answer to a server request went out. */
  serverRequestAnswered(id: RpcId, method: string, outcome: RpcOutcome, bytes: number): void {
    this.#trace.add(
      { type: 'server_response', direction: 'to_worker', method, id, bytes, atMs: this.#settings.monotonicMs() },
      payloadOf(outcome),
    );
  }

  #threadStarted(outcome: RpcOutcome): void {
    const threadId = 'result' in outcome ? stringAt(objectAt(outcome.result, 'thread'), 'id') : undefined;
    if (threadId === undefined) {
      const error = 'error' in outcome ? outcome.error : { code: 0, message: 'it named no thread' };
      this.#report({ kind: 'failed', failure: this.#redacted(rpcFailure(error)) });
      this.#release();
      this.#settle();
      return;
    }
    this.#threadId = threadId;
    this.#channel?.attach(threadId, this);
    if (this.#reported) {
      this.#end();
      return;
    }
    this.#startTurn(threadId);
  }

  #startTurn(threadId: string): void {
    const { history, input, effort, outputSchema } = this.#request;
    this.#phase = 'running';
    // The worker handles the requests of a thread in order: both can leave in one write.
    if (history.length > 0) {
      this.#call('thread/inject_items', { threadId, items: history }, (outcome) => {
        // The turn that follows runs all the same: it has to be interrupted.
        if ('error' in outcome) this.fail(this.#redacted(rpcFailure(outcome.error)), { workerLost: false });
      });
    }
    this.#call('turn/start', { threadId, input, effort, outputSchema }, (outcome) => {
      if (this.#phase !== 'running') return;
      if ('error' in outcome) {
        this.#report({ kind: 'failed', failure: this.#redacted(rpcFailure(outcome.error)) });
        this.#end();
        return;
      }
      this.#turnId = stringAt(objectAt(outcome.result, 'turn'), 'id');
      if (this.#reported) this.#interrupt();
    });
  }

  #interrupt(): void {
    if (this.#phase !== 'starting' && this.#phase !== 'running') return;
    if (this.#interruptedAtMs === undefined) this.#interruptedAtMs = this.#settings.monotonicMs();
    const { threadId, turnId } = { threadId: this.#threadId, turnId: this.#turnId };
    // Without an id yet, the answer to turn/start comes back here.
    if (threadId === undefined || turnId === undefined || this.#interrupted) return;
    this.#interrupted = true;
    this.#call('turn/interrupt', { threadId, turnId }, () => undefined);
  }

  #turnCompleted(params: JsonObject): void {
    if (this.#phase !== 'running') return;
    const turn = objectAt(params, 'turn');
    const status = stringAt(turn, 'status');
    if (status === 'completed')
      this.#report({ kind: 'completed', finishReason: this.#calls.any ? 'tool_calls' : 'stop', usage: this.#usage });
    else {
      const error = objectAt(turn, 'error');
      const message = stringAt(error, 'message') ?? `The turn was ${status ?? 'lost'}.`;
      const finishReason = cutShort(message);
      if (finishReason === undefined) {
        this.#report({ kind: 'failed', failure: this.#redacted(turnFailure(message, errorInfo(error))), usage: this.#usage });
      } else this.#report({ kind: 'completed', finishReason, usage: this.#usage });
    }
    this.#end();
  }

  #countTokens(params: JsonObject): void {
    // A fresh thread serves one request, so its total is what the request cost, retries and tool rounds included.
    this.#usage = tokensOf(objectAt(objectAt(params, 'tokenUsage'), 'total'));
    // The worker counts when the calls of a response are answered.
    this.#callsAnswered = this.#calls.any;
  }

  /** The items of a response as the model made them, in its order. Those of the history come too, under another turn. */
  #rawItem(params: JsonObject): void {
    if (stringAt(params, 'turnId') === this.#turnId) this.#tellCall(callOfItem(objectAt(params, 'item')), 'item');
  }

  /** Calls are asked for when their items are whole, but those of one read in any order and with their arguments parsed. */
  #holdCall(id: RpcId, params: JsonObject): boolean {
    const call = callOfRequest(params);
    if (this.#phase !== 'running' || call === undefined || !this.#calls.declares(call.tool)) return false;
    this.#calls.hold(id);
    this.#tellCall(call, 'request');
    return true;
  }

  #tellCall(call: ToolCall | undefined, way: 'item' | 'request'): void {
    if (call === undefined || this.#reported || this.#isPastCalls()) return;
    const told = this.#calls.tell(call, way);
    if (told !== undefined) this.#observer.onToolCall(told);
  }

  /** No further call comes: the client has to answer now. */
  #responseCompleted(params: JsonObject): void {
    if (!this.#calls.any || this.#reported) return;
    const usage = objectAt(params, 'usage');
    if (usage !== undefined) this.#usage = addTokens(this.#usage, tokensOf(usage));
    this.#endWithCalls();
  }

  /** What comes now is the answer to declined calls, from a worker that did not say when the calls were all there. */
  #isPastCalls(): boolean {
    if (this.#callsAnswered) this.#endWithCalls();
    return this.#callsAnswered;
  }

  #endWithCalls(): void {
    if (this.#phase !== 'running' || this.#reported) return;
    this.#report({ kind: 'completed', finishReason: 'tool_calls', usage: this.#usage });
    this.#interrupt();
  }

  #declineHeldCalls(): void {
    for (const id of this.#calls.release()) {
      const bytes = this.#channel?.respond(id, DECLINED_CALL) ?? 0;
      this.serverRequestAnswered(id, TOOL_CALL, DECLINED_CALL, bytes);
    }
  }

  #itemCompleted(params: JsonObject): void {
    const item = objectAt(params, 'item');
    if (this.#reported || stringAt(item, 'type') !== 'agentMessage') return;
    const text = stringAt(item, 'text') ?? '';
    // A provider that streams no deltas still answers: the whole text counts as one.
    const itemId = stringAt(item, 'id') ?? '';
    if (text === '' || this.#deltaItems.has(itemId) || this.#isPastCalls()) return;
    this.#deltaItems.add(itemId);
    this.#observer.onDelta(text);
  }

  #providerError(params: JsonObject): void {
    if (params.willRetry !== true || this.#reported || (this.#deltaItems.size === 0 && !this.#calls.any)) return;
    this.#deltaItems = new Set();
    this.#lastItem = '';
    // The next attempt would know of the calls, and that they were declined.
    if (!this.#calls.any && this.#observer.onAnswerRestarted()) return;
    const error = objectAt(params, 'error');
    const failure = turnFailure(stringAt(error, 'message') ?? 'The provider cut the answer.', errorInfo(error));
    this.fail(this.#redacted(failure), { workerLost: false });
  }

  #call(method: string, params: object, answer: (outcome: RpcOutcome) => void): void {
    const channel = this.#channel;
    if (channel === undefined) return;
    const { id, bytes } = channel.request(method, params, (outcome, answerBytes) => {
      if (this.#phase === 'settled') unload(channel, method, outcome);
      if (channel !== this.#channel) return;
      this.#lastHeardAtMs = this.#settings.monotonicMs();
      const type = 'error' in outcome ? 'rpc_error' : 'rpc_response';
      this.#trace.add({ type, direction: 'from_worker', method, id, bytes: answerBytes, atMs: this.#lastHeardAtMs }, payloadOf(outcome));
      answer(outcome);
    });
    this.#trace.add({ type: 'rpc_request', direction: 'to_worker', method, id, bytes, atMs: this.#settings.monotonicMs() }, params);
  }

  #redacted(failure: TurnFailure): TurnFailure {
    return { ...failure, message: this.#settings.redactText(failure.message) };
  }

  #report(end: TurnEnd): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#observer.onEnd(end);
  }

  /** Frees the slot and unloads the thread, or it would keep a megabyte of the worker's memory. */
  #end(): void {
    if (this.#phase === 'ended' || this.#phase === 'settled') {
      if (this.#phase === 'ended') this.#settle();
      return;
    }
    this.#release();
    this.#phase = 'ended';
    this.#declineHeldCalls();
    this.#interruptedAtMs = this.#settings.monotonicMs();
    const threadId = this.#threadId;
    if (threadId === undefined) this.#settle();
    else
      this.#call('thread/unsubscribe', { threadId }, () => {
        this.#settle();
      });
  }

  #release(): void {
    if (this.#phase === 'starting' || this.#phase === 'running') this.#scheduler.release(this);
  }

  #settle(): void {
    if (this.#phase === 'settled') return;
    this.#phase = 'settled';
    if (this.#threadId !== undefined) this.#channel?.detach(this.#threadId);
    this.#channel = undefined;
    this.#scheduler.settled(this);
    this.#observer.onSettled({ threadId: this.#threadId, frames: this.#trace.frames });
  }
}

/** A thread that started after its turn was given up would stay loaded for good. */
function unload(channel: RpcChannel, method: string, outcome: RpcOutcome): void {
  const threadId = method === 'thread/start' && 'result' in outcome ? stringAt(objectAt(outcome.result, 'thread'), 'id') : undefined;
  if (threadId !== undefined) channel.request('thread/unsubscribe', { threadId }, () => undefined);
}

function isNews(method: string): method is TurnNotification['method'] {
  return method === 'item/completed' || method === 'item/started' || method === 'error';
}

function payloadOf(outcome: RpcOutcome): unknown {
  return 'error' in outcome ? outcome.error : outcome.result;
}

function errorInfo(error: JsonObject | undefined): CodexErrorInfo | null {
  const info = error?.codexErrorInfo;
  if (typeof info === 'string') return info;
  if (!isObject(info)) return null;
  const kinds: Record<string, { httpStatusCode?: number | null } | undefined> = {};
  for (const [kind, detail] of Object.entries(info)) {
    const status = isObject(detail) ? detail.httpStatusCode : null;
    kinds[kind] = { httpStatusCode: typeof status === 'number' ? status : null };
  }
  return kinds;
}
