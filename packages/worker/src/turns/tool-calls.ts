import { stringAt, type JsonObject } from '../channel/json-shape.ts';
import type { RpcId } from '../protocol/messages.ts';
import type { ToolCall, TurnRequest } from './turn-request.ts';

/**
 * With a call unanswered the worker waits, so that the interrupt comes before the model is asked again. But it also waits with the news that
 * the provider's stream has failed: after this long a silence it gets its answer. Where more calls follow, they are held again.
 */
const HOLD_MS = 1_000;

/** What a turn knows of the calls of its client's tools. */
export class ToolCalls {
  readonly #names: ReadonlySet<string>;
  readonly #most: number;
  /** Ids that the client knows. */
  readonly #told = new Set<string>();
  /** How often a call of an id was heard of, by each of the two ways. */
  readonly #heard = { item: new Map<string, number>(), request: new Map<string, number>() };
  readonly #held = new Set<RpcId>();

  constructor({ tools = [], parallelToolCalls = true }: Pick<TurnRequest, 'tools' | 'parallelToolCalls'>) {
    this.#names = new Set(tools.map((tool) => tool.name));
    this.#most = parallelToolCalls ? Infinity : 1;
  }

  /** Whether the client has heard of a call. */
  get any(): boolean {
    return this.#told.size > 0;
  }

  declares(tool: string): boolean {
    return this.#names.has(tool);
  }

  /**
   * The worker tells each call twice, as an item and by a request. A model that gives two calls of an answer one id means two calls: the client
   * knows the second by an id of its own, so that each output finds its call.
   * @returns the call as the client is to hear of it; undefined if it is not.
   */
  tell(call: ToolCall, way: 'item' | 'request'): ToolCall | undefined {
    const { tool, callId } = call;
    if (!this.declares(tool)) return undefined;
    const { item, request } = this.#heard;
    const told = Math.max(item.get(callId) ?? 0, request.get(callId) ?? 0);
    const count = (this.#heard[way].get(callId) ?? 0) + 1;
    this.#heard[way].set(callId, count);
    if (count <= told || this.#told.size >= this.#most) return undefined;
    const id = this.#unique(callId);
    this.#told.add(id);
    return id === callId ? call : { ...call, callId: id };
  }

  #unique(callId: string): string {
    let id = callId;
    for (let count = 2; this.#told.has(id); count += 1) id = `${callId}_${String(count)}`;
    return id;
  }

  /** Keeps a request of the worker for later. */
  hold(id: RpcId): void {
    this.#held.add(id);
  }

  /** Whether the requests have been kept long enough, after a silence of so long. */
  isOverdue(silenceMs: number): boolean {
    return this.#held.size > 0 && silenceMs >= HOLD_MS;
  }

  /** The requests that were kept; they are no longer. */
  release(): RpcId[] {
    const held = [...this.#held];
    this.#held.clear();
    return held;
  }
}

/** The call that an item of a response is. Tools of the worker's own can live in namespaces, those of clients do not. */
export function callOfItem(item: JsonObject | undefined): ToolCall | undefined {
  if (stringAt(item, 'type') !== 'function_call') return undefined;
  return callOf(item, stringAt(item, 'call_id'), stringAt(item, 'name'), stringAt(item, 'arguments'));
}

/** The call that `item/tool/call` is about. */
export function callOfRequest(params: JsonObject): ToolCall | undefined {
  return callOf(params, stringAt(params, 'callId'), stringAt(params, 'tool'), JSON.stringify(params.arguments ?? {}));
}

function callOf(source: unknown, callId: string | undefined, tool: string | undefined, text: string | undefined): ToolCall | undefined {
  if (callId === undefined || tool === undefined || text === undefined || stringAt(source, 'namespace') !== undefined) return undefined;
  return { callId, tool, arguments: text };
}
