import type { RpcFrame } from '@codex-proxy/contracts';
import { objectAt, stringAt, type JsonObject } from '../channel/json-shape.ts';
import type { RpcChannel, RpcOutcome, ThreadSink } from '../channel/rpc-channel.ts';
import type { RpcId } from '../protocol/messages.ts';
import { FrameTrace } from './frame-trace.ts';

export interface TurnLineOptions {
  readonly keepsPayloads: boolean;
  /** Milliseconds, monotonic. */
  readonly monotonicMs: () => number;
}

/** What one turn says to its worker and hears of it: every frame is noted, and when the worker was last heard. */
export class TurnLine {
  readonly #trace: FrameTrace;
  readonly #monotonicMs: () => number;
  #channel: RpcChannel | undefined;
  #threadId: string | undefined;
  #lastHeardAtMs: number;
  #isClosed = false;

  constructor({ keepsPayloads, monotonicMs }: TurnLineOptions) {
    this.#trace = new FrameTrace({ keepsPayloads });
    this.#monotonicMs = monotonicMs;
    this.#lastHeardAtMs = monotonicMs();
  }

  get frames(): readonly RpcFrame[] {
    return this.#trace.frames;
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  /** Whether the worker at the other end of `channel` may hold something of the turn. */
  isOn(channel: RpcChannel): boolean {
    return this.#channel === channel;
  }

  silenceMs(nowMs: number): number {
    return nowMs - this.#lastHeardAtMs;
  }

  open(channel: RpcChannel): void {
    this.#channel = channel;
    this.#lastHeardAtMs = this.#monotonicMs();
  }

  /** `sink` hears of the thread from now on. */
  attach(threadId: string, sink: ThreadSink): void {
    this.#threadId = threadId;
    this.#channel?.attach(threadId, sink);
  }

  /** The worker is lost; another may come. */
  leave(): void {
    this.#channel = undefined;
    this.#threadId = undefined;
  }

  /** Nothing is said or heard any more. */
  close(): void {
    if (this.#threadId !== undefined) this.#channel?.detach(this.#threadId);
    this.#channel = undefined;
    this.#isClosed = true;
  }

  /** `answer` is not called when the line is left or closed first. */
  call(method: string, params: object, answer: (outcome: RpcOutcome) => void): void {
    const channel = this.#channel;
    if (channel === undefined) return;
    const { id, bytes } = channel.request(method, params, (outcome, answerBytes) => {
      if (this.#isClosed) unload(channel, method, outcome);
      if (channel !== this.#channel) return;
      this.#note({ type: 'error' in outcome ? 'rpc_error' : 'rpc_response', method, id, bytes: answerBytes }, payloadOf(outcome));
      answer(outcome);
    });
    const atMs = this.#monotonicMs();
    this.#trace.add({ type: 'rpc_request', direction: 'to_worker', method, id, bytes, atMs }, params);
  }

  respond(id: RpcId, method: string, outcome: RpcOutcome): void {
    this.responded(id, method, outcome, this.#channel?.respond(id, outcome) ?? 0);
  }

  /** The answer to a request of the worker went out. */
  responded(id: RpcId, method: string, outcome: RpcOutcome, bytes: number): void {
    const atMs = this.#monotonicMs();
    this.#trace.add({ type: 'server_response', direction: 'to_worker', method, id, bytes, atMs }, payloadOf(outcome));
  }

  heardDelta(bytes: number): void {
    this.#lastHeardAtMs = this.#monotonicMs();
    this.#trace.addDelta(bytes, this.#lastHeardAtMs);
  }

  heardNotification(method: string, params: JsonObject, bytes: number): void {
    this.#note({ type: 'rpc_notification', method, bytes }, params);
  }

  heardRequest(id: RpcId, method: string, params: JsonObject, bytes: number): void {
    this.#note({ type: 'server_request', method, id, bytes }, params);
  }

  #note(frame: Omit<RpcFrame, 'direction' | 'atMs' | 'payload'>, payload: unknown): void {
    this.#lastHeardAtMs = this.#monotonicMs();
    this.#trace.add({ ...frame, direction: 'from_worker', atMs: this.#lastHeardAtMs }, payload);
  }
}

/** A thread that started after its turn was given up would stay loaded for good. */
function unload(channel: RpcChannel, method: string, outcome: RpcOutcome): void {
  const threadId = method === 'thread/start' && 'result' in outcome ? stringAt(objectAt(outcome.result, 'thread'), 'id') : undefined;
  if (threadId !== undefined) channel.request('thread/unsubscribe', { threadId }, () => undefined);
}

function payloadOf(outcome: RpcOutcome): unknown {
  return 'error' in outcome ? outcome.error : outcome.result;
}
