import { objectAt, stringAt, type JsonObject } from '../channel/json-shape.ts';
import type { RpcChannel, RpcOutcome, ThreadSink } from '../channel/rpc-channel.ts';
import type { RpcId } from '../protocol/messages.ts';
import { DECLINED_CALL, TOOL_CALL } from './server-request-policy.ts';
import { TurnAnswer } from './turn-answer.ts';
import { cutShort, errorInfo, rpcFailure, turnFailure } from './turn-failure.ts';
import { TurnLine } from './turn-line.ts';
import type { Turn, TurnFailure, TurnNotification, TurnObserver, TurnRequest } from './turn-request.ts';
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
  readonly #line: TurnLine;
  readonly #answer: TurnAnswer;
  readonly #submittedAtMs: number;
  #phase: Phase = 'queued';
  #beginnings = 0;
  #turnId: string | undefined;
  #isInterrupted = false;
  #interruptedAtMs: number | undefined;

  /** @param ordinal Its number among all turns. */
  constructor(ordinal: number, request: TurnRequest, observer: TurnObserver, settings: TurnSettings, scheduler: TurnScheduler) {
    this.ordinal = ordinal;
    this.#request = request;
    this.#observer = observer;
    this.#settings = settings;
    this.#scheduler = scheduler;
    this.#line = new TurnLine({ keepsPayloads: request.capturesPayloads === true, monotonicMs: settings.monotonicMs });
    this.#answer = new TurnAnswer({
      request,
      observer,
      onCallsComplete: () => {
        this.#endWithCalls();
      },
    });
    this.#submittedAtMs = settings.monotonicMs();
  }

  /** True until the model may have been asked: a turn that has not begun can begin again on another worker. */
  get restartable(): boolean {
    return this.#phase === 'starting' && !this.#answer.isOver && this.#beginnings < MAX_BEGINNINGS;
  }

  /** Whether it has begun on the worker at the other end of `channel`, and that one may still hold something of it. */
  isOn(channel: RpcChannel): boolean {
    return this.#line.isOn(channel);
  }

  begin(channel: RpcChannel, workerPid: number): void {
    this.#phase = 'starting';
    this.#beginnings += 1;
    this.#line.open(channel);
    this.#observer.onAdmitted({ queueMs: this.#settings.monotonicMs() - this.#submittedAtMs, workerPid });
    const { model, instructions, history, tools = [] } = this.#request;
    const { cwd, sandbox, agentTools } = this.#settings;
    this.#line.call(
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
    this.#line.leave();
  }

  abort(): void {
    this.#answer.abandon();
    if (this.#phase === 'queued') {
      this.#scheduler.withdraw(this);
      this.#settle();
    } else this.#interrupt();
  }

  /** Ends the turn from outside: worker lost, draining, refused. */
  fail(failure: TurnFailure, options: { readonly workerLost: boolean }): void {
    const { workerLost } = options;
    this.#answer.fail(failure);
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
    if (this.#answer.isOver) return;
    const silenceMs = this.#line.silenceMs(nowMs);
    if (this.#answer.areCallsOverdue(silenceMs)) this.#declineCalls();
    if (nowMs - this.#submittedAtMs >= this.#settings.requestTimeoutMs) {
      if (this.#phase === 'queued') this.#scheduler.withdraw(this);
      this.fail({ code: 'worker_timeout', message: 'The request did not end in time.' }, { workerLost: false });
    } else if (this.#phase === 'running' && silenceMs >= this.#settings.idleTimeoutMs) {
      this.fail({ code: 'stream_idle_timeout', message: 'The worker has been silent for too long.' }, { workerLost: false });
    }
  }

  delta(itemId: string, text: string, bytes: number): void {
    this.#line.heardDelta(bytes);
    this.#answer.delta(itemId, text);
  }

  notification(method: string, params: JsonObject, bytes: number): void {
    this.#line.heardNotification(method, params, bytes);
    if (this.#phase === 'settled') return;
    if (isNews(method) && !this.#answer.isOver) this.#observer.onNotification?.({ method, params });
    if (method === 'turn/completed') this.#turnCompleted(objectAt(params, 'turn'));
    else if (method === 'thread/tokenUsage/updated') this.#answer.countTokens(objectAt(objectAt(params, 'tokenUsage'), 'total'));
    else if (method === 'item/completed') this.#answer.itemCompleted(objectAt(params, 'item'));
    else if (method === 'error') this.#providerError(params);
    else if (method === 'rawResponseItem/completed') this.#rawItem(params);
    else if (method === 'rawResponse/completed') this.#answer.responseCompleted(objectAt(params, 'usage'));
  }

  serverRequest(id: RpcId, method: string, params: JsonObject, bytes: number): boolean {
    this.#line.heardRequest(id, method, params, bytes);
    return method === TOOL_CALL && this.#phase === 'running' && this.#answer.holdCall(id, params);
  }

  /** The answer to a server request went out. */
  serverRequestAnswered(id: RpcId, method: string, outcome: RpcOutcome, bytes: number): void {
    this.#line.responded(id, method, outcome, bytes);
  }

  #threadStarted(outcome: RpcOutcome): void {
    const threadId = 'result' in outcome ? stringAt(objectAt(outcome.result, 'thread'), 'id') : undefined;
    if (threadId === undefined) {
      const error = 'error' in outcome ? outcome.error : { code: 0, message: 'it named no thread' };
      this.#answer.fail(this.#redacted(rpcFailure(error)));
      this.#release();
      this.#settle();
      return;
    }
    this.#line.attach(threadId, this);
    if (this.#answer.isOver) this.#end();
    else this.#startTurn(threadId);
  }

  #startTurn(threadId: string): void {
    const { history, input, effort, outputSchema } = this.#request;
    this.#phase = 'running';
    // The worker handles the requests of a thread in order: both can leave in one write.
    if (history.length > 0) {
      this.#line.call('thread/inject_items', { threadId, items: history }, (outcome) => {
        // The turn that follows runs all the same: it has to be interrupted.
        if ('error' in outcome) this.fail(this.#redacted(rpcFailure(outcome.error)), { workerLost: false });
      });
    }
    this.#line.call('turn/start', { threadId, input, effort, outputSchema }, (outcome) => {
      if (this.#phase !== 'running') return;
      if ('error' in outcome) {
        this.#answer.fail(this.#redacted(rpcFailure(outcome.error)));
        this.#end();
        return;
      }
      this.#turnId = stringAt(objectAt(outcome.result, 'turn'), 'id');
      if (this.#answer.isOver) this.#interrupt();
    });
  }

  #interrupt(): void {
    if (this.#phase !== 'starting' && this.#phase !== 'running') return;
    if (this.#interruptedAtMs === undefined) this.#interruptedAtMs = this.#settings.monotonicMs();
    const { threadId } = this.#line;
    const turnId = this.#turnId;
    // Without an id yet, the answer to turn/start comes back here.
    if (threadId === undefined || turnId === undefined || this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#line.call('turn/interrupt', { threadId, turnId }, () => undefined);
  }

  #turnCompleted(turn: JsonObject | undefined): void {
    if (this.#phase !== 'running') return;
    const status = stringAt(turn, 'status');
    if (status === 'completed') this.#answer.complete();
    else {
      const error = objectAt(turn, 'error');
      const message = stringAt(error, 'message') ?? `The turn was ${status ?? 'lost'}.`;
      const finishReason = cutShort(message);
      if (finishReason === undefined) this.#answer.fail(this.#redacted(turnFailure(message, errorInfo(error))));
      else this.#answer.complete(finishReason);
    }
    this.#end();
  }

  /** The items of a response come in the model's order. Those of the history come too, under another turn. */
  #rawItem(params: JsonObject): void {
    if (stringAt(params, 'turnId') === this.#turnId) this.#answer.rawItem(objectAt(params, 'item'));
  }

  #endWithCalls(): void {
    if (this.#phase !== 'running' || this.#answer.isOver) return;
    this.#answer.complete('tool_calls');
    this.#interrupt();
  }

  #declineCalls(): void {
    for (const id of this.#answer.releaseCalls()) this.#line.respond(id, TOOL_CALL, DECLINED_CALL);
  }

  #providerError(params: JsonObject): void {
    if (params.willRetry !== true || this.#answer.restart()) return;
    const error = objectAt(params, 'error');
    const failure = turnFailure(stringAt(error, 'message') ?? 'The provider cut the answer.', errorInfo(error));
    this.fail(this.#redacted(failure), { workerLost: false });
  }

  #redacted(failure: TurnFailure): TurnFailure {
    return { ...failure, message: this.#settings.redactText(failure.message) };
  }

  /** Frees the slot and unloads the thread, or it would keep a megabyte of the worker's memory. */
  #end(): void {
    if (this.#phase === 'ended' || this.#phase === 'settled') {
      this.#settle();
      return;
    }
    this.#release();
    this.#phase = 'ended';
    this.#declineCalls();
    this.#interruptedAtMs = this.#settings.monotonicMs();
    const { threadId } = this.#line;
    if (threadId === undefined) this.#settle();
    else
      this.#line.call('thread/unsubscribe', { threadId }, () => {
        this.#settle();
      });
  }

  #release(): void {
    if (this.#phase === 'starting' || this.#phase === 'running') this.#scheduler.release(this);
  }

  #settle(): void {
    if (this.#phase === 'settled') return;
    this.#phase = 'settled';
    this.#line.close();
    this.#scheduler.settled(this);
    this.#observer.onSettled({ threadId: this.#line.threadId, frames: this.#line.frames });
  }
}

function isNews(method: string): method is TurnNotification['method'] {
  return method === 'item/completed' || method === 'item/started' || method === 'error';
}
