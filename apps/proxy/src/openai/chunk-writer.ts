import type { CompletionUsage, ErrorEnvelope, FinishReason } from '@codex-proxy/contracts';
import type { AssistantToolCall } from './tool-call.ts';

export interface ChunkIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  /** With `stream_options.include_usage` every chunk carries `usage`, null in all but the last. */
  readonly includeUsage: boolean;
}

/** Writes the chunks of one stream. What is the same in all of them is written once. */
export class ChunkWriter {
  readonly #head: string;
  readonly #tail: string;
  readonly #empty: string;

  constructor(identity: ChunkIdentity) {
    const { id, created, model, includeUsage } = identity;
    const base = `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${String(created)},"model":${JSON.stringify(model)},"choices":[`;
    const usage = includeUsage ? ',"usage":null' : '';
    this.#head = `${base}{"index":0,"delta":`;
    this.#tail = `}]${usage}}\n\n`;
    this.#empty = base;
  }

  /** The first chunk: who speaks. @param content Null where a call is known to come first. */
  role(content: '' | null = ''): string {
    return this.#delta(`{"role":"assistant","content":${JSON.stringify(content)},"refusal":null}`);
  }

  content(text: string): string {
    return this.#delta(`{"content":${JSON.stringify(text)}}`);
  }

  /**
   * The chunks of a call: what is called, then the arguments. Clients join the pieces, so nothing is said twice.
   * @param index Counts the calls of the answer.
   */
  toolCall(index: number, call: AssistantToolCall): string {
    const { id, type, function: called } = call;
    const head = JSON.stringify({ tool_calls: [{ index, id, type, function: { name: called.name, arguments: '' } }] });
    if (called.arguments === '') return this.#delta(head);
    return this.#delta(head) + this.#delta(JSON.stringify({ tool_calls: [{ index, function: { arguments: called.arguments } }] }));
  }

  finish(reason: FinishReason): string {
    return `${this.#head}{},"logprobs":null,"finish_reason":${JSON.stringify(reason)}${this.#tail}`;
  }

  usage(usage: CompletionUsage): string {
    return `${this.#empty}],"usage":${JSON.stringify(usage)}}\n\n`;
  }

  #delta(delta: string): string {
    return `${this.#head}${delta},"logprobs":null,"finish_reason":null${this.#tail}`;
  }
}

export const DONE = 'data: [DONE]\n\n';
export const KEEPALIVE = ': keepalive\n\n';

/** A failure after the headers. */
export function errorEvent(envelope: ErrorEnvelope): string {
  return `data: ${JSON.stringify(envelope)}\n\n`;
}
