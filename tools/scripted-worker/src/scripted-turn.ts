import * as frames from './frames.ts';
import type { RpcId, TurnIds } from './frames.ts';
import type { ScriptedToolCall, TurnScript } from './options.ts';

export interface TurnHost {
  /** Queues a frame; all that is queued in one go leaves in one write. */
  readonly send: (frame: string) => void;
  /** Asks the client; resolves with its answer. */
  readonly ask: (method: string, params: object) => Promise<unknown>;
  /** Ends the process at once. */
  readonly exit: (code: number, signal?: NodeJS.Signals) => void;
  readonly ended: (turn: ScriptedTurn) => void;
}

const GREETING = ['Hello', ' from', ' the', ' scripted', ' worker.'];
const GARBAGE = 'this is { not the protocol\n';

function texts(script: TurnScript): readonly string[] {
  const { deltas = GREETING } = script;
  return typeof deltas === 'number' ? Array<string>(deltas).fill('word ') : deltas;
}

/** Plays one turn by its script. */
export class ScriptedTurn {
  readonly ids: TurnIds;
  readonly #script: TurnScript;
  readonly #host: TurnHost;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(ids: TurnIds, script: TurnScript, host: TurnHost) {
    this.ids = ids;
    this.#script = script;
    this.#host = host;
  }

  /** @param requestId Of `turn/start`. */
  start(requestId: RpcId): void {
    this.#send(frames.turnStarted(requestId, this.ids));
    const { serverRequests = [] } = this.#script;
    if (serverRequests.length === 0) this.#begin();
    else void this.#askAll(serverRequests);
  }

  interrupt(): void {
    if (this.#over || this.#script.deaf === true) return;
    clearTimeout(this.#timer);
    const { lateCalls, toolCalls = [] } = this.#script;
    const late = lateCalls === true ? toolCalls.map((call, index) => ({ ...call, callId: `late_${String(index)}` })) : [];
    for (const call of late) this.#send(frames.rawCall(this.ids, call));
    for (const call of late) void this.#call(call);
    this.#end('interrupted');
    for (const call of late) void this.#call(call);
  }

  async #askAll(requests: NonNullable<TurnScript['serverRequests']>): Promise<void> {
    const { threadId, turnId, itemId } = this.ids;
    await Promise.all(requests.map(async ({ method, params }) => this.#host.ask(method, { threadId, turnId, itemId, ...params })));
    this.#begin();
  }

  #begin(): void {
    if (this.#over) return;
    const { hugeLineBytes, flood = 0, wrongIds, firstDeltaMs = 0 } = this.#script;
    if (hugeLineBytes !== undefined) this.#send(frames.notification('item/started', `{"filler":"${'x'.repeat(hugeLineBytes)}"}`));
    for (let index = 0; index < flood; index += 1) this.#send(frames.notification('scripted/noise', `{"index":${String(index)}}`));
    if (wrongIds === true) this.#send(frames.answer(987_654_321, '{}') + frames.answer('no-such-id', '{}'));
    this.#after(firstDeltaMs, () => {
      this.#deltas(texts(this.#script), 0, this.ids);
    });
  }

  #deltas(all: readonly string[], from: number, ids: TurnIds): void {
    const { interDeltaMs = 0, exitAfterDeltas, withoutDeltas, garbage } = this.#script;
    if (interDeltaMs === 0 && exitAfterDeltas === undefined && withoutDeltas !== true && garbage !== true) {
      this.#send(frames.deltas(ids, all));
      this.#finish(all, ids);
      return;
    }
    for (let index = from; index < all.length && withoutDeltas !== true; index += 1) {
      if (this.#exits(index === exitAfterDeltas)) return;
      this.#send(frames.delta(ids, all[index] ?? ''));
      if (interDeltaMs > 0) {
        this.#after(interDeltaMs, () => {
          this.#deltas(all, index + 1, ids);
        });
        return;
      }
    }
    if (this.#exits(exitAfterDeltas !== undefined)) return;
    this.#finish(all, ids);
  }

  #exits(now: boolean): boolean {
    if (now) this.#host.exit(this.#script.exitCode ?? 1, this.#script.exitSignal);
    return now;
  }

  #finish(all: readonly string[], ids: TurnIds): void {
    const { hang, retry, fail, usage, duplicates, late, toolCalls } = this.#script;
    if (hang === true) return;
    if (retry === true && ids === this.ids) {
      const error = { message: 'Reconnecting... 1/5', codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } } };
      this.#send(frames.providerError(ids, error, true));
      this.#deltas(all, 0, { ...ids, itemId: `${ids.itemId}-again` });
      return;
    }
    if (fail !== undefined) {
      this.#send(frames.providerError(ids, fail, false));
      this.#end('failed', fail);
      return;
    }
    if (all.length > 0) this.#send(frames.itemCompleted(ids, all.join('')));
    if (toolCalls !== undefined) {
      void this.#callTools(toolCalls);
      return;
    }
    for (let times = duplicates === true ? 2 : 1; times > 0; times -= 1) this.#send(frames.tokenUsage(ids, usage));
    this.#end('completed');
    if (duplicates === true) this.#send(frames.turnCompleted(ids, 'completed'));
    if (late === true) this.#send(frames.delta(ids, 'too late') + frames.turnCompleted(ids, 'failed', { message: 'too late' }));
  }

  async #callTools(calls: readonly ScriptedToolCall[]): Promise<void> {
    const { withoutRawEvents = false, withoutResponseEnd = withoutRawEvents, usage, afterCalls = [' It was declined.'] } = this.#script;
    if (!withoutRawEvents) this.#send(calls.map((call) => frames.rawCall(this.ids, call)).join(''));
    if (!withoutResponseEnd) this.#send(frames.responseCompleted(this.ids, usage));
    const answered = Promise.all(calls.toReversed().map(async (call) => this.#call(call)));
    if (this.#script.exitAfterCalls === true) this.#host.exit(6);
    await answered;
    if (this.#over) return;
    this.#send(frames.tokenUsage(this.ids, usage));
    const ids = { ...this.ids, itemId: `${this.ids.itemId}-after` };
    this.#send(frames.deltas(ids, afterCalls) + frames.itemCompleted(ids, afterCalls.join('')));
    this.#end('completed');
  }

  async #call(call: ScriptedToolCall): Promise<unknown> {
    return this.#host.ask('item/tool/call', frames.toolCall(this.ids, call));
  }

  #end(status: 'completed' | 'interrupted' | 'failed', error?: object): void {
    this.#over = true;
    this.#send(frames.turnCompleted(this.ids, status, error));
    this.#host.ended(this);
  }

  #after(delayMs: number, step: () => void): void {
    if (delayMs === 0) step();
    else this.#timer = setTimeout(step, delayMs);
  }

  #send(frame: string): void {
    this.#host.send(this.#script.garbage === true ? GARBAGE + frame : frame);
  }
}
