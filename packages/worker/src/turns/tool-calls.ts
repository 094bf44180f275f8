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
  readonly #told = new Set<string>();
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

  /** @returns whether the client is to hear of it: the worker tells each call twice. */
  tell({ tool, callId }: ToolCall): boolean {
    if (!this.declares(tool) || this.#told.has(callId) || this.#told.size >= this.#most) return false;
    this.#told.add(callId);
    return true;
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
